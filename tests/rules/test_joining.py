"""Services in one pod: what goes into it, what it has only once, and who then waits for whom."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from entries import entry_at

from compose2oam import api
from compose2oam.api import Conversion
from compose2oam.errors import ComposeError
from compose2oam.model.outcome import Outcome
from compose2oam.model.path import render
from compose2oam.rules.pods import hosts_of
from compose2oam.rules.settings import Settings

if TYPE_CHECKING:
    from conftest import Convert, Load

VPN = "{image: vpn:1, ports: ['9091:9091']}"


def behind(host: str = VPN, guest: str = "", more: str = "") -> str:
    """A project of a host `vpn` and a guest `app`, each with what a test wants to say of it."""
    return f"""
    services:
      vpn: {host}
      app: {{image: "app:1", network_mode: "service:vpn"{", " if guest else ""}{guest}}}
      {more}
    volumes: {{data: {{}}, conf: {{}}, ram: {{driver_opts: {{type: tmpfs, device: tmpfs}}}}}}
    """


def operations(conversion: Conversion, name: str = "vpn") -> list[dict[str, Any]]:
    """The JSON patch of a component."""
    (found,) = (item.to_dict() for item in conversion.application.components if item.name == name)
    traits = {trait["type"]: trait["properties"] for trait in found.get("traits", [])}
    made: list[dict[str, Any]] = traits.get("json-patch", {}).get("operations", [])
    return made


def containers(conversion: Conversion, name: str = "vpn") -> dict[str, dict[str, Any]]:
    """The containers that are patched into the pod of a component, by name."""
    ends = "/spec/containers/-"
    return {
        item["value"]["name"]: item["value"] for item in operations(conversion, name) if item["path"].endswith(ends)
    }


def volumes(conversion: Conversion, name: str = "vpn") -> list[Any]:
    """The volumes that are patched into the pod of a component."""
    made: list[Any] = []
    for item in operations(conversion, name):
        if item["path"].endswith("/spec/volumes/-"):
            made.append(item["value"])
        elif item["path"].endswith("/spec/volumes"):
            made.extend(item["value"])
    return made


def ends(conversion: Conversion, path: str) -> tuple[Outcome, str]:
    """How the line at a path ends, and what is said of it."""
    entry = entry_at(conversion, path)
    return entry.outcome, entry.say


def targets(conversion: Conversion, path: str) -> list[str]:
    """Where the line at a path went."""
    return [render(target) for target in entry_at(conversion, path).targets]


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


# Names and ports


def test_the_name_of_a_guest_leads_to_the_pod(convert: Convert, objects: Callable[..., Any]) -> None:
    """With the ports of the pod, and without a second Service of the host's name."""
    found = objects(convert(behind()), "Service")
    assert set(found) == {"app"}
    assert found["app"]["spec"]["selector"] == {"app.oam.dev/component": "vpn"}
    assert [port["port"] for port in found["app"]["spec"]["ports"]] == [9091]


def test_variables_that_kubernetes_adds_for_a_guest_are_known(convert: Convert, trait: Callable[..., Any]) -> None:
    """Its Service has ports, though the guest itself says none."""
    made = convert(behind(more="web: {image: web, environment: {APP_HOST: app}}"))
    assert trait(made, "web", "json-merge-patch")["spec"]["template"]["spec"] == {"enableServiceLinks": False}


def test_names_without_ports_are_headless(convert: Convert, objects: Callable[..., Any]) -> None:
    """Of host and guest alike, with their aliases."""
    found = objects(convert(behind("{image: a, container_name: tunnel}", "container_name: tool")), "Service")
    assert set(found) == {"vpn", "tunnel", "app", "tool"}
    assert {item["spec"]["clusterIP"] for item in found.values()} == {"None"}
    assert {item["spec"]["selector"]["app.oam.dev/component"] for item in found.values()} == {"vpn"}


def test_ports_of_a_guest_are_open_under_both_names(
    convert: Convert, component: Any, objects: Callable[..., Any]
) -> None:
    """In one network, a port is the host's as much as the guest's."""
    made = convert(behind("{image: a}", "expose: ['8000']"))
    assert component(made, "vpn")["properties"]["ports"] == [{"port": 8000, "expose": True}]
    assert set(objects(made, "Service")) == {"app"}
    assert "components.vpn.properties.ports[0]" in targets(made, "services.app.expose[0]")


def test_a_port_that_the_host_opens_for_a_guest_is_one_port(convert: Convert, component: Any) -> None:
    """The host of a network publishes for all who live in it."""
    made = convert(behind(guest="expose: ['9091']"))
    assert component(made, "vpn")["properties"]["ports"] == [{"port": 9091, "expose": True}]
    assert ends(made, "services.app.expose[0]")[0] is Outcome.INFERRED


def test_two_guests_on_one_port_are_refused(convert: Convert) -> None:
    """Only one of two programs can listen on a port of a network."""
    more = 'two: {image: two, network_mode: "service:vpn", expose: ["8000"]}'
    made = convert(behind(guest="expose: ['8000']", more=more))
    assert ends(made, "services.two.expose[0]")[0] is Outcome.REFUSED


def test_who_shares_processes_alone_has_ports_of_its_own(convert: Convert) -> None:
    """Docker lets two networks have one port twice, and a pod does not."""
    made = convert("services: {db: {image: a, ports: [80]}, app: {image: b, pid: 'service:db', ports: [80, 90]}}")
    assert ends(made, "services.app.ports[0]")[0] is Outcome.REFUSED
    assert ends(made, "services.app.ports[1]")[0] is Outcome.TRANSLATED


def test_only_what_a_guest_opens_is_opened_outside(
    convert: Convert, component: Any, objects: Callable[..., Any]
) -> None:
    """Its host published a port on a laptop, which is another matter."""
    made = convert(behind(guest="ports: ['70:70'], x-oam: {expose: loadbalancer}"))
    assert [port["port"] for port in objects(made, "Service")["vpn-published"]["spec"]["ports"]] == [70]
    assert [port["port"] for port in component(made, "vpn")["properties"]["ports"]] == [9091, 70]


def test_only_what_a_host_opens_is_opened_outside(
    convert: Convert, component: Any, objects: Callable[..., Any]
) -> None:
    """The same the other way round."""
    host = "{image: vpn:1, ports: ['9091:9091'], x-oam: {expose: loadbalancer}}"
    made = convert(behind(host, guest="ports: ['70:70']"))
    assert [port["port"] for port in objects(made, "Service")["vpn-published"]["spec"]["ports"]] == [9091]
    assert [port["port"] for port in component(made, "vpn")["properties"]["ports"]] == [9091, 70]


def test_an_alias_of_a_guest_tells_where_it_went(convert: Convert) -> None:
    """To the Service of that name."""
    text = "services: {db: {image: a}, app: {image: b, pid: 'service:db', container_name: tool}}"
    assert "objects.Service.tool" in targets(convert(text), "services.app.container_name")


def test_an_alias_that_several_share_leads_to_pods(convert: Convert, objects: Callable[..., Any]) -> None:
    """Even where the pod has ports: those of the other service may differ."""
    made = convert(
        """
        services:
          vpn: {image: a, ports: [80], networks: {front: {aliases: [both, own]}}}
          app: {image: b, pid: "service:vpn"}
          web: {image: c, ports: [90], networks: {front: {aliases: [both]}}}
        networks: {front: {}}
        """
    )
    found = {name: item["spec"].get("clusterIP") for name, item in objects(made, "Service").items()}
    assert (found["both"], found["own"]) == ("None", None)


# Order


def test_who_waits_for_a_guest_waits_for_its_pod(convert: Convert, component: Any) -> None:
    """And the pod for what the guest waits for, but never for itself."""
    made = convert(
        behind(
            guest="depends_on: [vpn, db]",
            more="db: {image: db}\n      web: {image: web, depends_on: [app, vpn]}",
        )
    )
    assert component(made, "web")["dependsOn"] == ["vpn"]
    assert component(made, "vpn")["dependsOn"] == ["db"]


def test_a_pod_does_not_wait_for_what_waits_for_it(convert: Convert, component: Any) -> None:
    """In Compose the host, then the other, then the guest; host and guest at once would wait for ever."""
    made = convert(
        behind(
            guest="depends_on: [db, other]",
            more="""db: {image: db, depends_on: [cache]}
      cache: {image: c, depends_on: [vpn]}
      other: {image: o}""",
        )
    )
    assert component(made, "vpn")["dependsOn"] == ["other"]
    assert component(made, "cache")["dependsOn"] == ["vpn"]
    assert ends(made, "services.app.depends_on.db")[0] is Outcome.DROPPED


def test_what_a_pod_no_longer_waits_for_holds_nobody_up(convert: Convert, component: Any) -> None:
    """The first pod gives up to wait for `db`, so the second may wait for the first."""
    made = convert(
        """
        services:
          one: {image: a}
          in-one: {image: b, network_mode: "service:one", depends_on: [db]}
          two: {image: c, depends_on: [one]}
          in-two: {image: d, network_mode: "service:two"}
          db: {image: e, depends_on: [one, two]}
        """
    )
    assert "dependsOn" not in component(made, "one")
    assert component(made, "two")["dependsOn"] == ["one"]
    assert component(made, "db")["dependsOn"] == ["one", "two"]


def test_within_a_pod_nothing_waits_for_health(convert: Convert) -> None:
    """Containers start one after the other, in the order of the list; that is all that a pod promises."""
    host = "{image: a, healthcheck: {test: [CMD, up]}}"
    started = convert(behind(host, "depends_on: [vpn]"))
    assert ends(started, "services.app.depends_on.vpn") == (Outcome.TRANSLATED, "")
    assert ends(started, "services.app.network_mode") == (Outcome.TRANSLATED, "")
    healthy = convert(behind(host, "depends_on: {vpn: {condition: service_healthy}}"))
    assert ends(healthy, "services.app.depends_on.vpn.condition")[0] is Outcome.APPROXIMATED


# What cannot be


@pytest.mark.parametrize(
    ("host", "guest", "say"),
    [
        ("{image: a}", "restart: 'no'", "`app` is a job that ends, and cannot be in one pod with `vpn`"),
        ("{image: a, restart: 'no'}", "ports: [80]", "`vpn` is a job that ends, and cannot be in one pod with `app`"),
        (
            "{image: a, x-oam: {component: {type: webservice, properties: {image: a}}}}",
            "",
            "`x-oam.component` stands in the place of `vpn`, which has no pod to be in",
        ),
    ],
    ids=["a job in the pod of a service", "a service in the pod of a job", "no pod"],
)
def test_what_cannot_share_a_pod_is_refused(convert: Convert, host: str, guest: str, say: str) -> None:
    """It stays a component of its own, and its line says why."""
    made = convert(behind(host, guest))
    assert ends(made, "services.app.network_mode") == (Outcome.REFUSED, say)
    assert {"vpn", "app"} <= {item.name for item in made.application.components}
    assert not containers(made)


def test_no_line_of_what_cannot_share_a_pod_is_forgotten(convert: Convert) -> None:
    """Its processes are as little shared as its network."""
    made = convert(behind("{image: a}", "pid: 'service:vpn', restart: 'no'"))
    assert ends(made, "services.app.pid") == ends(made, "services.app.network_mode")
    assert ends(made, "services.app.pid")[0] is Outcome.REFUSED
    assert "shareProcessNamespace" not in repr(made.documents)


def test_what_runs_at_set_times_is_alone_in_its_pod(convert: Convert) -> None:
    """A job of its pod would run as often."""
    made = convert(behind("{image: a, x-oam: {schedule: '0 3 * * *'}}", "restart: 'no'"))
    assert ends(made, "services.app.network_mode")[0] is Outcome.REFUSED
    assert {"vpn", "app"} <= {item.name for item in made.application.components}


def test_who_lives_in_the_pod_of_what_is_none(convert: Convert) -> None:
    """A service that a provider runs is no pod."""
    made = convert(behind("{provider: {type: awesomecloud}}"))
    outcome, say = ends(made, "services.app.network_mode")
    assert (outcome, "does not become a pod" in say) == (Outcome.REFUSED, True)


def test_two_jobs_share_a_pod(convert: Convert, component: Any) -> None:
    """It is done when both are."""
    made = convert(behind("{image: a, restart: 'no'}", "restart: 'no'"))
    assert component(made, "vpn")["type"] == "task"
    assert list(containers(made)) == ["app"]


@pytest.mark.parametrize("key", ["type: worker", "properties: {cpu: '1'}", "traits: []", "hpa: {max: 2, cpu: 50}"])
def test_x_oam_of_a_component_is_an_error_on_a_guest(load: Load, key: str) -> None:
    """It has none; the hint names the service that has."""
    with pytest.raises(ComposeError) as raised:
        api.convert(load(behind(guest=f"x-oam: {{{key}}}")))
    (found,) = raised.value.diagnostics
    assert render(found.path) == f"services.app.x-oam.{key.partition(':')[0]}"
    assert found.hint == "write it under services.vpn.x-oam"


@pytest.mark.parametrize("line", ['network_mode: "container:x"', 'pid: "container:x"', 'ipc: "container:x"'])
def test_a_container_of_another_project_is_refused(convert: Convert, line: str) -> None:
    """No pod of ours is it."""
    made = convert(f"services: {{app: {{image: a, {line}}}}}")
    (outcome, _) = ends(made, f"services.app.{line.partition(':')[0]}")
    assert outcome is Outcome.REFUSED


# The ledger


def test_a_mount_that_no_line_tells_of_is_no_target_of_other_lines(convert: Convert) -> None:
    """The rule for shm_size writes its mount as it stands; only its own line leads there."""
    made = convert(behind(guest="shm_size: 256m, volumes: ['data:/a']"))
    assert len(volumes(made)) == 2
    assert targets(made, "services.app.image") == ["components.vpn.traits.json-patch.operations[1].value.image"]


def test_a_hidden_mount_of_a_guest_is_told(convert: Convert) -> None:
    """Kubernetes refuses two mounts at one place."""
    made = convert(
        """
        services:
          vpn: {image: a}
          app: {image: b, network_mode: "service:vpn", volumes: ["data:/a"], configs: [{source: site, target: /a}]}
        volumes: {data: {}}
        configs: {site: {content: x}}
        """
    )
    assert [mount["name"] for mount in containers(made)["app"]["volumeMounts"]] == ["data"]
    assert ends(made, "services.app.configs[0].target")[0] is Outcome.DROPPED


def test_each_line_of_a_guest_tells_where_it_went(convert: Convert) -> None:
    """To the entry of the patched container, or of the pod."""
    made = convert(behind(guest='environment: {A: b}, working_dir: /srv, volumes: ["data:/d"], labels: {own: l}'))
    patch = "components.vpn.traits.json-patch.operations"
    assert targets(made, "services.app.network_mode")[0] == f"{patch}[1].value.name"
    assert targets(made, "services.app.image") == [f"{patch}[1].value.image"]
    assert targets(made, "services.app.environment.A") == [f"{patch}[1].value.env[0]"]
    assert targets(made, "services.app.working_dir") == [f"{patch}[1].value.workingDir"]
    assert set(targets(made, "services.app.volumes[0]")) == {
        f"{patch}[0].value[0]",
        f"{patch}[1].value.volumeMounts[0]",
    }
    assert targets(made, "services.app.labels.own") == ["components.vpn.properties.annotations"]


def test_commands_can_find_the_pod_of_a_service(convert: Convert) -> None:
    """The application says which component a service without one lives in."""
    assert convert(behind()).application.annotations["compose2oam.io/pods"] == '{"app":"vpn"}'
