"""What other converters get wrong in pods, and what comes out here: a test for each known fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Convert


# Copies, jobs and order


def test_no_copies_are_no_copies(convert: Convert) -> None:
    """kompose makes one of none."""
    made = convert("services: {web: {image: a, deploy: {replicas: 0}}, other: {image: a, scale: 0}}")
    assert [made.trait(name, "scaler") for name in ("web", "other")] == [{"replicas": 0}, {"replicas": 0}]


def test_scale_counts_as_replicas(convert: Convert) -> None:
    """kompose drops it."""
    assert convert("services: {web: {image: a, scale: 3}}").trait("web", "scaler") == {"replicas": 3}


@pytest.mark.parametrize("restart", ["always", "unless-stopped", "on-failure:3"])
def test_what_is_started_again_is_a_service(convert: Convert, restart: str) -> None:
    """kompose ends at on-failure:3, and others write unless-stopped where Kubernetes has no such word."""
    made = convert(f"services: {{web: {{image: a, restart: '{restart}', ports: [80]}}}}")
    assert made.components["web"]["type"] == "webservice"
    assert "unless-stopped" not in repr(made.documents)


def test_what_is_not_started_again_is_a_job(convert: Convert) -> None:
    """Neither a bare pod nor a Deployment that starts it for ever."""
    made = convert("services: {migrate: {image: a, restart: 'no'}}")
    assert made.components["migrate"]["type"] == "task"
    assert made.properties("migrate")["restart"] == "Never"


def test_what_others_wait_for_to_end_is_a_job(convert: Convert) -> None:
    """With as many attempts as it is given."""
    made = convert(
        """
        services:
          migrate: {image: a, restart: "on-failure:3"}
          web: {image: a, depends_on: {migrate: {condition: service_completed_successfully}}}
        """
    )
    assert made.components["migrate"]["type"] == "task"
    assert made.properties("migrate")["restart"] == "OnFailure"
    assert made.trait("migrate", "json-merge-patch")["spec"]["backoffLimit"] == 3
    assert made.components["web"]["dependsOn"] == ["migrate"]


@pytest.mark.parametrize("condition", ["service_started", "service_healthy"])
def test_dependencies_are_kept(convert: Convert, condition: str) -> None:
    """kompose drops depends_on without a word."""
    made = convert(
        f"services: {{db: {{image: a, healthcheck: {{test: t}}}}, "
        f"web: {{image: a, depends_on: {{db: {{condition: {condition}}}}}}}}}"
    )
    assert made.components["web"]["dependsOn"] == ["db"]
    assert "readinessProbe" in made.properties("db")


def test_a_dependency_that_is_not_required_and_not_there_is_no_dependency(convert: Convert) -> None:
    """A component that waits for none of the application waits for ever."""
    made = convert(
        "services: {db: {image: a, profiles: [p]}, "
        "web: {image: a, depends_on: {db: {condition: service_started, required: false}}}}"
    )
    assert list(made.components)[-1] == "web"
    assert "dependsOn" not in made.components["web"]


def test_one_on_each_node_is_a_daemon(convert: Convert) -> None:
    """Without replicas or a strategy of Deployments, which a DaemonSet refuses."""
    made = convert("services: {agent: {image: a, deploy: {mode: global}}}")
    assert made.components["agent"]["type"] == "daemon"
    assert not made.trait("agent", "scaler")


def test_a_job_by_its_mode_is_a_job(convert: Convert) -> None:
    """kompose drops the mode."""
    made = convert("services: {load: {image: a, deploy: {mode: replicated-job, replicas: 3}}}")
    assert (made.components["load"]["type"], made.properties("load")["count"]) == ("task", 3)


# Volumes


def test_a_volume_that_two_services_share_is_one_claim(convert: Convert) -> None:
    """Others give each service a claim of its own, so the data is not shared."""
    made = convert(
        "services: {a: {image: a, volumes: ['data:/a']}, b: {image: b, volumes: ['data:/b:ro']}}\nvolumes: {data: }"
    )
    assert list(made.objects("PersistentVolumeClaim")) == ["data"]
    assert {made.mounts("a", "pvc")["/a"]["claimName"], made.mounts("b", "pvc")["/b"]["claimName"]} == {"data"}
    assert made.container("b") == {"volumeMounts/0/readOnly": True}


def test_an_external_volume_is_mounted_and_not_made(convert: Convert) -> None:
    """kompose makes a new and empty one."""
    made = convert("services: {a: {image: a, volumes: ['data:/v']}}\nvolumes: {data: {external: true, name: kept}}")
    assert not made.objects("PersistentVolumeClaim")
    assert made.mounts("a", "pvc")["/v"]["claimName"] == "kept"


@pytest.mark.parametrize(
    "tmpfs", ["tmpfs: ['/t:size=64m']", "volumes: [{type: tmpfs, target: /t, tmpfs: {size: 64m}}]"]
)
def test_memory_is_memory_in_both_forms_and_keeps_its_size(convert: Convert, tmpfs: str) -> None:
    """kompose drops the size of one and makes a claim of the other."""
    made = convert(f"services: {{web: {{image: a, {tmpfs}}}}}")
    assert made.mounts("web", "emptyDir")["/t"]["medium"] == "Memory"
    (operation,) = made.trait("web", "json-patch")["operations"]
    assert (operation["path"].split("/")[-1], operation["value"]) == ("sizeLimit", "64Mi")
    assert not made.objects("PersistentVolumeClaim")


def test_shared_memory_keeps_its_size(convert: Convert) -> None:
    """Docker's 64 MB and a pod's are not those that shm_size asks for."""
    made = convert("services: {db: {image: a, shm_size: 256m}}")
    assert made.mounts("db", "emptyDir")["/dev/shm"]["medium"] == "Memory"
    assert [item["value"] for item in made.trait("db", "json-patch")["operations"]] == ["256Mi"]


# The container


def test_limits_of_the_short_keys_arrive(convert: Convert) -> None:
    """kompose knows mem_limit and drops cpus; Compose's megabytes are Kubernetes' mebibytes."""
    properties = convert("services: {web: {image: a, cpus: 0.5, mem_limit: 512m}}").properties("web")
    assert (properties["cpu"], properties["memory"]) == ("0.5", "512Mi")


def test_limits_and_reservations_are_told_apart(convert: Convert) -> None:
    """A reservation is a request, a limit a limit."""
    made = convert(
        """
        services:
          web:
            image: a
            deploy: {resources: {limits: {cpus: "2", memory: 1G}, reservations: {cpus: "0.25", memory: 64M}}}
        """
    )
    assert made.container("web")["resources"] == {
        "limits": {"cpu": "2", "memory": "1Gi"},
        "requests": {"cpu": "250m", "memory": "64Mi"},
    }


def test_capabilities_arrive(convert: Convert) -> None:
    """Added and dropped ones."""
    trait = convert("services: {web: {image: a, cap_add: [NET_ADMIN], cap_drop: [ALL]}}").trait(
        "web", "securitycontext"
    )
    assert (trait["addCapabilities"], trait["dropCapabilities"]) == (["NET_ADMIN"], ["ALL"])


def test_user_and_group_by_number_arrive(convert: Convert) -> None:
    """Both halves."""
    trait = convert("services: {web: {image: a, user: '1000:2000'}}").trait("web", "securitycontext")
    assert (trait["runAsUser"], trait["runAsGroup"]) == (1000, 2000)


def test_a_user_by_name_is_said_and_not_written(convert: Convert) -> None:
    """An API server refuses a name where a number belongs."""
    made = convert("services: {web: {image: a, user: www-data}}")
    assert "www-data" in made.said("services.web.user")
    assert "www-data" not in repr(made.documents)


def test_a_group_by_name_is_said_and_does_not_end_the_run(convert: Convert) -> None:
    """kompose ends there."""
    made = convert("services: {web: {image: a, group_add: [audio, 44]}}")
    assert made.pod("web")["securityContext"]["supplementalGroups"] == [44]
    assert "audio" in made.said("services.web.group_add[0]")


def test_further_hosts_arrive(convert: Convert) -> None:
    """kompose drops extra_hosts."""
    made = convert("services: {web: {image: a, ports: [80], extra_hosts: ['one:10.0.0.1', 'two=10.0.0.1']}}")
    assert made.properties("web")["hostAliases"] == [{"ip": "10.0.0.1", "hostnames": ["one", "two"]}]


@pytest.mark.parametrize(
    ("written", "field", "value"),
    [
        ("stop_grace_period: 1m30s", "terminationGracePeriodSeconds", 90),
        ("hostname: here", "hostname", "here"),
        ("pid: host", "hostPID", True),
        ("ipc: host", "hostIPC", True),
        ("network_mode: host", "hostNetwork", True),
        ("dns: 10.0.0.53", "dnsConfig", {"nameservers": ["10.0.0.53"]}),
        ("dns_search: [a.example, b.example]", "dnsConfig", {"searches": ["a.example", "b.example"]}),
        (
            "sysctls: {net.core.somaxconn: 1024}",
            "securityContext",
            {"sysctls": [{"name": "net.core.somaxconn", "value": "1024"}]},
        ),
    ],
)
def test_keys_that_kompose_drops_are_in_the_pod(convert: Convert, written: str, field: str, value: object) -> None:
    """None of these has a property of a component, so a patch carries it."""
    assert convert(f"services: {{web: {{image: a, {written}}}}}").pod("web")[field] == value


@pytest.mark.parametrize(
    ("written", "field", "value"),
    [
        ("working_dir: /srv", "workingDir", "/srv"),
        ("tty: true", "tty", True),
        ("stdin_open: true", "stdin", True),
        ("gpus: [{driver: nvidia, count: 2}]", "resources", {"limits": {"nvidia.com/gpu": "2"}}),
    ],
)
def test_keys_that_kompose_drops_are_in_the_container(
    convert: Convert, written: str, field: str, value: object
) -> None:
    """The same for fields of the container."""
    assert convert(f"services: {{web: {{image: a, {written}}}}}").container("web")[field] == value


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("init: true", "init"),
        ("stop_signal: SIGQUIT", "stop_signal"),
        ("devices: ['/dev/kvm:/dev/kvm']", "devices"),
        ("ulimits: {nofile: 1024}", "ulimits"),
        ("mac_address: '02:42:ac:11:65:43'", "mac_address"),
        ("external_links: [other]", "external_links"),
        ("oom_score_adj: 5", "oom_score_adj"),
        ("cgroup_parent: x", "cgroup_parent"),
        ("device_cgroup_rules: ['c 1:3 mr']", "device_cgroup_rules"),
    ],
)
def test_keys_without_a_place_in_a_cluster_are_said(convert: Convert, written: str, place: str) -> None:
    """kompose drops each of them without a word."""
    made = convert(f"services: {{web: {{image: a, {written}}}}}")
    assert made.said(f"services.web.{place}")


def test_the_platform_chooses_the_node(convert: Convert) -> None:
    """kompose drops it."""
    affinity = convert("services: {web: {image: a, platform: linux/arm64}}").trait("web", "affinity")
    (term,) = affinity["nodeAffinity"]["required"]["nodeSelectorTerms"]
    assert {"key": "kubernetes.io/arch", "operator": "In", "values": ["arm64"]} in term["matchExpressions"]


# Several services in one pod

VPN = """
services:
  vpn: {image: a, cap_add: [NET_ADMIN], ports: ["8080:8080"], volumes: ["state:/state"]}
  torrent:
    image: b
    network_mode: service:vpn
    volumes: ["files:/files", "state:/vpn:ro"]
    healthcheck: {test: [CMD, up]}
  web: {image: c, depends_on: [torrent]}
volumes: {state: {}, files: {}}
"""


def test_services_of_one_network_are_one_pod_with_the_volumes_of_all(convert: Convert) -> None:
    """kompose merges the containers, and loses the volumes of the one that joins."""
    made = convert(VPN)
    assert not {"torrent"} & set(made.components)
    operations = made.trait("vpn", "json-patch")["operations"]
    (volume,) = (item["value"] for item in operations if item["path"].endswith("/volumes/-"))
    assert volume == {"name": "files", "persistentVolumeClaim": {"claimName": "files"}}
    (container,) = (item["value"] for item in operations if item["path"].endswith("/containers/-"))
    assert [mount["mountPath"] for mount in container["volumeMounts"]] == ["/files", "/vpn"]
    assert container["readinessProbe"]["exec"] == {"command": ["up"]}


def test_services_of_one_network_keep_their_names(convert: Convert) -> None:
    """kompose loses the Service of the one that joins, and whatever waits for it waits for nothing."""
    made = convert(VPN)
    assert made.objects("Service")["torrent"]["spec"]["selector"] == {"app.oam.dev/component": "vpn"}
    assert made.properties("vpn")["ports"] == [{"port": 8080, "expose": True}]
    assert made.components["web"]["dependsOn"] == ["vpn"]


def test_rights_of_one_container_are_not_those_of_its_neighbour(convert: Convert) -> None:
    """KubeVela's trait for rights would reach every container that is there when it runs."""
    made = convert(VPN)
    traits = [trait["type"] for trait in made.components["vpn"]["traits"]]
    assert traits.index("securitycontext") < traits.index("json-patch")
    assert "NET_ADMIN" not in repr(made.trait("vpn", "json-patch"))


def test_volumes_of_another_service_come_along(convert: Convert) -> None:
    """kompose never reads volumes_from."""
    made = convert(
        """
        services:
          db: {image: a, volumes: ["data:/data"]}
          backup: {image: b, volumes_from: ["db:ro"]}
        volumes: {data: {}}
        """
    )
    assert made.mounts("backup", "pvc")["/data"]["claimName"] == "data"
    assert made.container("backup") == {"volumeMounts/0/readOnly": True}
