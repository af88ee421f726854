"""Services in one pod: what goes into it, what it has only once, and who then waits for whom."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from pods import behind, containers, ends, operations, targets, volumes

from compose2oam.model.outcome import Outcome
from compose2oam.rules.pods import hosts_of
from compose2oam.rules.settings import Settings

if TYPE_CHECKING:
    from conftest import Convert

# Who is in whose pod


@pytest.mark.parametrize(
    ("services", "expected"),
    [
        ({"a": {}, "b": {"network_mode": "service:a"}}, {"b": "a"}),
        ({"a": {}, "b": {"pid": "service:a"}, "c": {"ipc": "service:a"}}, {"b": "a", "c": "a"}),
        ({"c": {"network_mode": "service:b"}, "b": {"network_mode": "service:a"}, "a": {}}, {"b": "a", "c": "a"}),
        ({"a": {}, "b": {}, "c": {"pid": "service:b", "network_mode": "service:a"}}, {"c": "a"}),
        ({"a": {"network_mode": "bridge"}, "b": {"network_mode": "service:gone"}, "c": {"ipc": "host"}}, {}),
    ],
    ids=["network", "processes and memory", "a chain", "the network decides", "none"],
)
def test_who_is_in_whose_pod(services: dict[str, Any], expected: dict[str, str]) -> None:
    """A chain ends in the pod of its last service."""
    assert hosts_of(services) == expected


def test_a_guest_is_a_whole_container_and_no_component(convert: Convert) -> None:
    """With all that a container can have, and nothing of the host's."""
    made = convert(
        behind(
            guest="""entrypoint: [/run], command: [now], environment: {A: b}, working_dir: /srv, tty: true,
            healthcheck: {test: [CMD, up]}, cap_drop: [ALL], user: "1000", pull_policy: always,
            mem_limit: 64m, volumes: ["data:/data"]"""
        )
    )
    assert [item.name for item in made.application.components if item.type != "k8s-objects"] == ["vpn"]
    (app,) = containers(made).values()
    assert (app["name"], app["image"], app["imagePullPolicy"]) == ("app", "app:1", "Always")
    assert (app["command"], app["args"], app["workingDir"], app["tty"]) == (["/run"], ["now"], "/srv", True)
    assert app["env"] == [{"name": "A", "value": "b"}]
    assert app["readinessProbe"]["exec"] == {"command": ["up"]}
    assert app["securityContext"] == {"capabilities": {"drop": ["ALL"]}, "runAsUser": 1000}
    assert app["resources"]["limits"] == {"memory": "64Mi"}
    assert app["volumeMounts"] == [{"name": "data", "mountPath": "/data"}]


def test_guests_of_guests_share_the_pod(convert: Convert) -> None:
    """In the order of the file."""
    more = 'two: {image: two, network_mode: "service:app"}\n      three: {image: three, pid: "service:two"}'
    assert list(containers(convert(behind(more=more)))) == ["app", "two", "three"]


def test_traits_of_the_host_do_not_reach_its_guests(convert: Convert) -> None:
    """Some write to each container that is there, so guests come after them."""
    made = convert(behind("{image: a, cap_add: [NET_ADMIN], post_start: [{command: go}], restart: always}"))
    (component,) = (item for item in made.application.components if item.name == "vpn")
    assert [trait.type for trait in component.traits] == ["lifecycle", "securitycontext", "json-patch"]
    assert "securityContext" not in containers(made)["app"]


# Volumes


def test_a_volume_of_both_is_one_volume_of_the_pod(convert: Convert) -> None:
    """Mounted twice, and shared with no other pod."""
    made = convert(behind("{image: a, volumes: ['data:/a']}", 'volumes: ["data:/b:ro"]'))
    assert volumes(made) == []
    assert containers(made)["app"]["volumeMounts"] == [{"name": "data", "mountPath": "/b", "readOnly": True}]
    assert not [item for item in made.diagnostics if "share this volume" in item.message]


def test_the_list_of_volumes_is_made_where_the_host_has_none(convert: Convert) -> None:
    """A JSON patch cannot append to a list that is not there."""
    made = convert(behind(guest='volumes: ["data:/b"]'))
    assert [(item["op"], item["path"]) for item in operations(made)] == [
        ("add", "/spec/template/spec/volumes"),
        ("add", "/spec/template/spec/containers/-"),
    ]


def test_the_list_of_volumes_is_kept_where_x_oam_made_it(convert: Convert) -> None:
    """What a user adds by a trait stays."""
    trait = "{type: storage, properties: {emptyDir: [{name: own, mountPath: /own}]}}"
    made = convert(behind(f"{{image: a, x-oam: {{traits: [{trait}]}}}}", 'volumes: ["data:/b"]'))
    assert operations(made)[0]["path"] == "/spec/template/spec/volumes/-"


def test_scratch_space_is_a_containers_own(convert: Convert) -> None:
    """Docker gives each container its tmpfs and its anonymous volumes; a named one is common."""
    made = convert(
        behind("{image: a, tmpfs: [/run], volumes: [/x, 'ram:/ram']}", 'tmpfs: [/run], volumes: [/x, "ram:/ram"]')
    )
    assert {item["name"] for item in volumes(made)} == {"app-tmpfs-0", "app-anonymous-0"}
    mounts = {item["mountPath"]: item["name"] for item in containers(made)["app"]["volumeMounts"]}
    assert mounts == {"/run": "app-tmpfs-0", "/x": "app-anonymous-0", "/ram": "ram"}


def test_different_volumes_of_one_name_get_two_names(convert: Convert) -> None:
    """A ConfigMap with another mode is another volume."""
    made = convert(
        """
        services:
          vpn: {image: a, configs: [{source: site, target: /a, mode: 0444}]}
          app: {image: b, network_mode: "service:vpn", configs: [{source: site, target: /b, mode: 0400}]}
        configs: {site: {content: x}}
        """
    )
    assert [item["name"] for item in volumes(made)] == ["config-site-2"]
    assert containers(made)["app"]["volumeMounts"][0]["name"] == "config-site-2"


def test_shared_memory_is_shared_by_ipc(convert: Convert) -> None:
    """The larger /dev/shm of the host is the guest's as well."""
    made = convert("services: {db: {image: a, ipc: shareable, shm_size: 256m}, app: {image: b, ipc: 'service:db'}}")
    assert containers(made, "db")["app"]["volumeMounts"] == [{"name": "dshm", "mountPath": "/dev/shm"}]
    assert volumes(made, "db") == []
    assert "components.db.traits.json-patch.operations[1].value.volumeMounts[0]" in targets(made, "services.app.ipc")


def test_no_other_scratch_space_is_shared_by_ipc(convert: Convert) -> None:
    """What the host has elsewhere is its own, and what the guest has elsewhere is no memory that they share."""
    host = "db: {image: a, ipc: shareable, shm_size: 256m, tmpfs: [/scratch], volumes: ['data:/mnt/shm']}"
    guest = "app: {image: b, ipc: 'service:db', tmpfs: [/run]}"
    made = convert(f"services: {{{host}, {guest}}}\nvolumes: {{data: {{}}}}")
    assert [mount["mountPath"] for mount in containers(made, "db")["app"]["volumeMounts"]] == ["/run", "/dev/shm"]


def test_a_guest_with_shared_memory_of_its_own_keeps_it(convert: Convert) -> None:
    """Two mounts at one place are refused by Kubernetes."""
    host = "db: {image: a, ipc: shareable, shm_size: 256m}"
    made = convert(f"services: {{{host}, app: {{image: b, ipc: 'service:db', shm_size: 64m}}}}")
    (mount,) = containers(made, "db")["app"]["volumeMounts"]
    assert mount["mountPath"] == "/dev/shm"
    assert [volume["emptyDir"]["sizeLimit"] for volume in volumes(made, "db")] == ["64Mi"]


def test_shared_memory_of_a_guest_may_be_a_tmpfs(convert: Convert) -> None:
    """However its path is written."""
    host = "db: {image: a, ipc: shareable, shm_size: 256m}"
    made = convert(f"services: {{{host}, app: {{image: b, ipc: 'service:db', tmpfs: [/dev/shm/]}}}}")
    (mount,) = containers(made, "db")["app"]["volumeMounts"]
    assert mount["name"] == "app-tmpfs-0"


def test_who_shares_the_network_alone_shares_no_memory(convert: Convert) -> None:
    """Nor does a guest with memory of its own give it to the host."""
    made = convert(behind("{image: a, shm_size: 256m}"))
    assert "volumeMounts" not in containers(made)["app"]


def test_a_volume_that_a_guest_mounts_twice_is_one_volume(convert: Convert) -> None:
    """Kubernetes refuses two of one name."""
    made = convert(behind(guest='volumes: ["data:/a", "data:/b"]'))
    assert [item["name"] for item in volumes(made)] == ["data"]
    assert [mount["mountPath"] for mount in containers(made)["app"]["volumeMounts"]] == ["/a", "/b"]


# What a pod has once


@pytest.mark.parametrize(
    ("host", "guest", "path", "outcome", "word"),
    [
        ("", "hostname: other", "services.app.hostname", Outcome.DROPPED, "hostname"),
        ("deploy: {replicas: 2}", "scale: 3", "services.app.scale", Outcome.REFUSED, "equally often"),
        ("", "scale: 2", "services.app.scale", Outcome.REFUSED, "equally often"),
        ("labels: {a: b}", "labels: {a: c}", "services.app.labels.a", Outcome.DROPPED, "`a`"),
        ("labels: {a: b}", "labels: {a: b}", "services.app.labels.a", Outcome.TRANSLATED, ""),
        ("", "stop_grace_period: 5s", "services.app.stop_grace_period", Outcome.APPROXIMATED, "30 seconds"),
        ("stop_grace_period: 9s", "stop_grace_period: 1m", "services.vpn.stop_grace_period", Outcome.APPROXIMATED, "6"),
        ("", "stop_grace_period: 1m", "services.app.stop_grace_period", Outcome.TRANSLATED, ""),
        ("runtime: a", "runtime: b", "services.app.runtime", Outcome.DROPPED, "runtimeClassName"),
        ("", "deploy: {mode: global}", "services.app.deploy.mode", Outcome.DROPPED, "where `vpn` runs"),
        ("", "pid: host", "services.app.pid", Outcome.APPROXIMATED, "whole pod"),
    ],
)  # fmt: skip
def test_what_a_pod_has_once_is_told(
    convert: Convert, host: str, guest: str, path: str, outcome: Outcome, word: str
) -> None:
    """The line of the guest (or of the host) says what became of it."""
    found, say = ends(convert(behind(f"{{image: a, {host}}}", guest)), path)
    assert found is outcome
    assert word in say


def test_the_longest_time_to_stop_counts(convert: Convert, trait: Callable[..., Any]) -> None:
    """A pod stops as a whole."""
    made = convert(behind("{image: a, stop_grace_period: 40s}", "stop_grace_period: 1m"))
    assert trait(made, "vpn", "json-merge-patch")["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] == 60


def test_hosts_and_requirements_come_together(convert: Convert, trait: Callable[..., Any], component: Any) -> None:
    """Names of one address are one entry; the node must be fit for all."""
    made = convert(
        behind(
            "{image: a, extra_hosts: ['x.local=10.0.0.1'], platform: linux/amd64, ports: [80]}",
            """extra_hosts: ['y.local=10.0.0.1'], labels: {own: l},
            deploy: {placement: {constraints: [node.labels.a == b]}}""",
        )
    )
    properties = component(made, "vpn")["properties"]
    assert properties["hostAliases"] == [{"ip": "10.0.0.1", "hostnames": ["x.local", "y.local"]}]
    assert properties["annotations"] == {"own": "l"}
    (term,) = trait(made, "vpn", "affinity")["nodeAffinity"]["required"]["nodeSelectorTerms"]
    assert {item["key"] for item in term["matchExpressions"]} >= {"a", "kubernetes.io/arch"}


def test_data_of_a_guest_makes_a_pod_that_keeps_data(convert: Convert, component: Any) -> None:
    """Two of it must never run at once on one disk."""
    assert component(convert(behind(guest='volumes: ["data:/d"]')), "vpn")["type"] == "statefulset"


def test_processes_are_shared_where_they_are_asked_for(convert: Convert, trait: Callable[..., Any]) -> None:
    """A pod shares its network alone unless told."""
    made = convert(behind(guest='pid: "service:vpn"'))
    assert trait(made, "vpn", "json-merge-patch")["spec"]["template"]["spec"] == {"shareProcessNamespace": True}
    assert "number 1" in ends(made, "services.app.pid")[1]


def test_processes_of_a_stranger_are_not_shared(convert: Convert) -> None:
    """A container is in one pod."""
    made = convert(behind(guest='pid: "service:db"', more="db: {image: db}"))
    assert ends(made, "services.app.pid") == (
        Outcome.DROPPED,
        "it is in the pod of `vpn`, and so shares no processes with `db`",
    )


def test_a_pod_is_on_the_networks_of_all_its_services(convert: Convert, component: Any) -> None:
    """Who shares processes alone brings its networks along; the host may leave, so the pod may."""
    made = convert(
        """
        services:
          vpn: {image: a, networks: [front], ports: ["80:80"]}
          app: {image: b, pid: "service:vpn", networks: [back]}
        networks: {front: {}, back: {internal: true}}
        """,
        settings=Settings(network_policies=True),
    )
    assert set(component(made, "vpn")["properties"]["labels"]) == {
        "compose2oam.io/net-front",
        "compose2oam.io/net-back",
    }
    assert ends(made, "services.app.networks.back")[0] is Outcome.APPROXIMATED
    assert "internal-vpn" not in repr(made.documents)
