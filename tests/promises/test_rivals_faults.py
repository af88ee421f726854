"""What other converters get wrong, and what comes out here: one known fault of kompose or its like, one test."""

from __future__ import annotations

import base64
import pathlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

import pytest

import compose2oam
from compose2oam.errors import ComposeError, LossRefused
from compose2oam.model.path import render
from compose2oam.rules.rulebook import Rulebook

if TYPE_CHECKING:
    from conftest import Convert, Write


# Health checks


def test_a_shell_check_runs_in_a_shell(convert: Convert) -> None:
    """CMD-SHELL is a line for a shell, not the name of a program."""
    made = convert("services: {web: {image: a, healthcheck: {test: [CMD-SHELL, 'curl -f localhost || exit 1']}}}")
    assert made.probe("web")["exec"]["command"] == ["/bin/sh", "-c", "curl -f localhost || exit 1"]


def test_a_check_in_one_string_runs_in_a_shell(convert: Convert) -> None:
    """A plain string is CMD-SHELL, by the Compose specification."""
    made = convert("services: {web: {image: a, healthcheck: {test: 'pg_isready || exit 1'}}}")
    assert made.probe("web")["exec"]["command"] == ["/bin/sh", "-c", "pg_isready || exit 1"]


def test_a_check_of_words_runs_without_a_shell(convert: Convert) -> None:
    """CMD is run as it stands."""
    made = convert("services: {web: {image: a, healthcheck: {test: [CMD, pg_isready, -q]}}}")
    assert made.probe("web")["exec"]["command"] == ["pg_isready", "-q"]


def test_every_number_of_a_check_arrives(convert: Convert) -> None:
    """Durations of several units are seconds, and part of a second is a whole one."""
    made = convert(
        "services: {web: {image: a, healthcheck: {test: [CMD, t], interval: 1m30s, timeout: 500ms, retries: 7}}}"
    )
    probe = made.probe("web")
    assert (probe["periodSeconds"], probe["timeoutSeconds"], probe["failureThreshold"]) == (90, 1, 7)


def test_a_check_without_numbers_gets_those_of_docker(convert: Convert) -> None:
    """Kubernetes' own (10 s, 1 s) would call a slow check unhealthy."""
    probe = convert("services: {web: {image: a, healthcheck: {test: [CMD, t]}}}").probe("web")
    assert (probe["periodSeconds"], probe["timeoutSeconds"], probe["failureThreshold"]) == (30, 30, 3)


@pytest.mark.parametrize(
    "check", ["{disable: true}", "{test: [NONE]}", "{test: NONE, disable: true}", "{interval: 5s}", "{}"]
)
def test_a_check_that_is_none_makes_no_probe(convert: Convert, check: str) -> None:
    """kompose ends with a panic here."""
    properties = convert(f"services: {{web: {{image: a, healthcheck: {check}}}}}").properties("web")
    assert not {"readinessProbe", "livenessProbe"} & set(properties)


def test_a_check_does_not_restart_the_container(convert: Convert) -> None:
    """Docker lets an unhealthy container run; a liveness probe would kill it."""
    assert "livenessProbe" not in convert("services: {web: {image: a, healthcheck: {test: t}}}").properties("web")


# Secrets and configs

SECRETS = """
    services:
      web:
        image: a
        secrets: [one, two, {source: three, target: /etc/three}, {source: one, target: other, mode: 0o400}]
    secrets: {one: {file: one.txt}, two: {environment: TWO}, three: {external: true}}
    """


def test_secrets_are_files_at_run_secrets_name(convert: Convert) -> None:
    """Each its own file, so that two of them do not mount over one another; an absolute target is kept."""
    mounts = convert(SECRETS, {"one.txt": "1"}, environment={"TWO": "2"}).mounts("web", "secret")
    assert sorted(mounts) == ["/etc/three", "/run/secrets/one", "/run/secrets/other", "/run/secrets/two"]
    assert all(mount["subPath"] for mount in mounts.values())
    assert mounts["/run/secrets/other"]["defaultMode"] == 0o400


def test_a_secret_from_the_environment_is_made(convert: Convert) -> None:
    """kompose takes it for an external one and leaves the mount without its volume."""
    made = convert(SECRETS, {"one.txt": "1"}, environment={"TWO": "2"})
    data = {item["metadata"]["name"]: item["data"] for item in made.secrets}
    assert base64.b64decode(data["demo-two"]["two"]) == b"2"
    assert made.mounts("web", "secret")["/run/secrets/two"]["secretName"] == "demo-two"


def test_an_external_secret_is_mounted_and_not_made(convert: Convert) -> None:
    """It is there already, under its own name."""
    made = convert(SECRETS, {"one.txt": "1"}, environment={"TWO": "2"})
    assert "three" not in {item["metadata"]["name"] for item in made.secrets}
    assert made.mounts("web", "secret")["/etc/three"]["secretName"] == "three"


def test_a_secrets_value_is_not_in_the_application(convert: Convert) -> None:
    """Manifests of Secrets are kept apart."""
    made = convert(SECRETS, {"one.txt": "hush-1"}, environment={"TWO": "hush-2"})
    text = repr(made.documents)
    assert "hush" not in text
    assert base64.b64encode(b"hush-1").decode() not in text


def test_a_config_is_mounted_under_the_name_that_it_is_made_with(convert: Convert) -> None:
    """kompose makes my_cfg and mounts my-cfg."""
    made = convert(
        "services: {web: {image: a, configs: [{source: my_cfg, target: /etc/c}]}}\nconfigs: {my_cfg: {content: x}}"
    )
    mount = made.mounts("web", "configMap")["/etc/c"]
    data = made.objects("ConfigMap")[mount["cmName"]]["data"]
    assert data[mount["subPath"]] == "x"


def test_a_config_from_the_environment_is_made(convert: Convert) -> None:
    """kompose only warns of it."""
    made = convert(
        "services: {web: {image: a, configs: [c]}}\nconfigs: {c: {environment: TEXT}}", environment={"TEXT": "words"}
    )
    assert [list(item["data"].values()) for item in made.objects("ConfigMap").values()] == [["words"]]


def test_a_line_status_in_a_config_cuts_nothing_off(convert: Convert) -> None:
    """kompose deletes all that follows such a line."""
    text = "a: 1\nstatus:\nb: 2\n"
    made = convert(
        "services: {web: {image: a, configs: [c], volumes: [./c.yaml:/c.yaml]}}\nconfigs: {c: {file: c.yaml}}",
        {"c.yaml": text},
    )
    assert [list(item["data"].values()) for item in made.objects("ConfigMap").values()] == [[text], [text]]


def test_a_file_with_a_long_path_gets_a_name_that_kubernetes_takes(convert: Convert) -> None:
    """kompose names the ConfigMap by the whole path."""
    path = "/".join(["configuration-of-the-service"] * 4 + ["My_Config.FILE.conf"])
    made = convert(f"services: {{web: {{image: a, volumes: ['./{path}:/etc/app.conf:ro']}}}}", {path: "k=v"})
    (name,) = made.objects("ConfigMap")
    assert len(name) <= 63
    assert name == name.lower()
    assert made.mounts("web", "configMap")["/etc/app.conf"]["cmName"] == name


# Environment and text


def test_environment_beats_env_file(convert: Convert) -> None:
    """kompose lets the file win."""
    made = convert(
        "services: {web: {image: a, env_file: [one.env, two.env], environment: {A: here}}}",
        {"one.env": "A=one\nB=one\nC=one\n", "two.env": "B=two\n"},
    )
    assert made.variables("web") == {"A": "here", "B": "two", "C": "one"}


def test_an_env_file_that_is_not_required_may_be_missing(convert: Convert) -> None:
    """kompose ends there."""
    made = convert("services: {web: {image: a, env_file: [{path: no.env, required: false}], environment: {A: 1}}}")
    assert made.variables("web") == {"A": "1"}


def test_an_env_file_that_is_required_is_missed_with_its_place(convert: Convert) -> None:
    """The error says which file and which line asks for it."""
    with pytest.raises(ComposeError) as error:
        convert("services:\n  web:\n    image: a\n    env_file: no.env\n")
    (finding,) = error.value.diagnostics
    assert "no.env" in finding.message
    assert finding.position is not None
    assert finding.position.line == 4


def test_numbers_and_truths_in_the_environment_are_text(convert: Convert) -> None:
    """An API server refuses a number there."""
    made = convert("services: {web: {image: a, environment: {N: 5, T: true, E: ''}}}")
    assert made.variables("web") == {"N": "5", "T": "true", "E": ""}


def test_a_variable_without_a_value_comes_from_outside_or_stays_away(convert: Convert) -> None:
    """As docker compose does."""
    made = convert("services: {web: {image: a, environment: [GIVEN, MISSING]}}", environment={"GIVEN": "g"})
    assert made.variables("web") == {"GIVEN": "g"}


@pytest.mark.parametrize(
    ("written", "arrives"),
    [
        ("$$HOME", "$HOME"),
        ("$${HOME}", "${HOME}"),
        ("$$(date)", "$$(date)"),
        ("$$(HOME)", "$$(HOME)"),
        ("a$$b", "a$b"),
        ("100$$", "100$"),
    ],
)
def test_dollars_reach_the_program_as_in_compose(convert: Convert, written: str, arrives: str) -> None:
    """Kubernetes reads $(X) itself, and $$(X) as $(X); kompose makes $(X) of every $X."""
    made = convert(
        f"services: {{web: {{image: a, command: [sh, -c, '{written}'], environment: {{HOME: '{written}'}}}}}}"
    )
    assert made.words("web") == ["sh", "-c", arrives]
    assert made.variables("web") == {"HOME": arrives}


def test_command_is_arguments_and_entrypoint_is_the_command(convert: Convert) -> None:
    """A Compose command in Kubernetes' command would put the image's entrypoint out of work."""
    made = convert(
        "services: {web: {image: a, command: serve --all}, both: {image: a, entrypoint: /bin/e, command: [x]}}"
    )
    assert "cmd" not in made.properties("web")
    assert made.words("web") == ["serve", "--all"]
    assert made.properties("both")["cmd"] == ["/bin/e"]
    assert made.words("both") == ["x"]


# Names


def test_names_of_compose_become_names_of_kubernetes(convert: Convert) -> None:
    """Underscores, capitals and dots; the annotation keeps the names of Compose."""
    made = convert("services: {My_Web.App: {image: a, ports: [80]}}")
    assert "my-web-app" in made.components
    assert '"my-web-app":"My_Web.App"' in made.application["metadata"]["annotations"]["compose2oam.io/services"]


def test_two_services_that_would_have_one_name_are_an_error(convert: Convert) -> None:
    """Rather than one of them less."""
    with pytest.raises(ComposeError, match="`my_web` and `my-web` would both be called `my-web`"):
        convert("services: {my_web: {image: a}, my-web: {image: b}}")


def test_who_calls_a_renamed_service_calls_its_new_name(convert: Convert) -> None:
    """Its old one is none that DNS in a cluster knows."""
    made = convert(
        "services: {my_db: {image: a, expose: [5432]}, web: {image: a, environment: {URL: 'postgres://my_db:5432/x'}}}"
    )
    assert made.variables("web") == {"URL": "postgres://my-db:5432/x"}


def test_a_service_without_ports_has_a_name_in_dns(convert: Convert) -> None:
    """kompose makes no Service for it, so nobody finds it."""
    service = convert("services: {db: {image: a}}").objects("Service")["db"]
    assert service["spec"]["clusterIP"] == "None"
    assert service["spec"]["selector"] == {"app.oam.dev/component": "db"}


def test_exposed_ports_are_in_the_service(convert: Convert) -> None:
    """As much as published ones: expose is what other services reach."""
    made = convert("services: {db: {image: a, expose: ['5432', 6000/udp]}}")
    assert made.properties("db")["ports"] == [
        {"port": 5432, "expose": True},
        {"port": 6000, "protocol": "UDP", "expose": True},
    ]


def test_other_names_of_a_service_are_found_too(convert: Convert) -> None:
    """Alias, container_name and link each resolve in Compose."""
    made = convert(
        """
        services:
          db: {image: a, expose: [5432], container_name: store, networks: {default: {aliases: [data]}}}
          web: {image: a, links: ["db:base"]}
        """
    )
    services = made.objects("Service")
    for name in ("store", "data", "base"):
        assert services[name]["spec"]["selector"] == {"app.oam.dev/component": "db"}
        assert [port["port"] for port in services[name]["spec"]["ports"]] == [5432]


def test_an_alias_that_two_services_share_is_one_service_for_both(convert: Convert) -> None:
    """Two objects of one name are refused, and one component alone would get all calls."""
    shared = "networks: {default: {aliases: [pool]}}"
    made = convert(f"services: {{a: {{image: a, {shared}}}, b: {{image: b, {shared}}}}}")
    (label,) = made.objects("Service")["pool"]["spec"]["selector"]
    for name in ("a", "b"):
        labels = {**made.properties(name).get("labels", {}), **made.trait(name, "labels")}
        assert label in labels


# Ports


def test_a_service_listens_on_the_ports_of_its_container(convert: Convert) -> None:
    """The published port is one of the developer's machine; other services call the container's."""
    made = convert("services: {web: {image: a, ports: ['8080:80']}}")
    assert made.properties("web")["ports"] == [{"port": 80, "expose": True}]
    assert "8080" in made.said("services.web.ports[0]")


def test_a_port_for_this_machine_alone_is_said(convert: Convert) -> None:
    """host_ip 127.0.0.1 kept it from others; in a cluster others reach it."""
    said = convert("services: {db: {image: a, ports: ['127.0.0.1:5432:5432']}}").said("services.db.ports[0]")
    assert "open to this machine alone" in said


def test_ranges_and_protocols_of_ports_arrive(convert: Convert) -> None:
    """One port each, and the same number twice for two protocols."""
    made = convert("services: {dns: {image: a, ports: ['53:53', '53:53/udp', '7000-7002:8000-8002']}}")
    assert [(port["port"], port.get("protocol", "TCP")) for port in made.properties("dns")["ports"]] == [
        (53, "TCP"),
        (53, "UDP"),
        (8000, "TCP"),
        (8001, "TCP"),
        (8002, "TCP"),
    ]


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


# The project


def test_the_override_file_is_read_by_itself(found: Convert) -> None:
    """kompose reads the first file only."""
    made = found(
        {
            "compose.yaml": "services: {web: {image: a, environment: {A: base, B: base}}}",
            "compose.override.yaml": "services: {web: {environment: {A: over}}}",
        }
    )
    assert made.variables("web") == {"A": "over", "B": "base"}


@pytest.mark.parametrize(("separator", "given"), [(":", {}), (";", {"COMPOSE_PATH_SEPARATOR": ";"})])
def test_compose_file_names_several_files(found: Convert, separator: str, given: Mapping[str, str]) -> None:
    """kompose wants spaces there, which no other does."""
    made = found(
        {"a.yaml": "services: {web: {image: a}}", "b.yaml": "services: {web: {image: b}}"},
        environment={"COMPOSE_FILE": f"a.yaml{separator}b.yaml", **given},
    )
    assert made.properties("web")["image"] == "b"


def test_compose_profiles_is_heard(found: Convert) -> None:
    """kompose ignores it."""
    made = found(
        {"compose.yaml": "services: {web: {image: a}, debug: {image: a, profiles: [debug]}}"},
        environment={"COMPOSE_PROFILES": "debug"},
    )
    assert {"web", "debug"} <= set(made.components)


def test_profiles_that_leave_nothing_are_said(convert: Convert) -> None:
    """Rather than empty output without a word."""
    with pytest.raises(ComposeError, match="no service is enabled"):
        convert("services: {debug: {image: a, profiles: [debug]}}")


def test_project_directory_name_and_env_file_are_heard(found: Convert, folder: pathlib.Path) -> None:
    """kompose has none of the three."""
    made = found(
        {
            "stack/compose.yaml": "services: {web: {image: 'a:$TAG', env_file: app.env}}",
            "app.env": "A=1\n",
            "ci.env": "TAG=9\n",
        },
        environment={"COMPOSE_FILE": "stack/compose.yaml"},
        project_directory=str(folder),
        project_name="shop",
        env_files=("ci.env",),
    )
    assert made.application["metadata"]["name"] == "shop"
    assert made.properties("web")["image"] == "a:9"
    assert made.variables("web") == {"A": "1"}


def test_an_unknown_key_is_an_error_with_its_place(convert: Convert) -> None:
    """kompose's check of unknown keys is called by its tests alone."""
    with pytest.raises(ComposeError) as error:
        convert("services:\n  web:\n    image: a\n    imagee: b\n    portz: []\n")
    lines = [item.position.line for item in error.value.diagnostics if item.position]
    assert lines == [4, 5]


def test_every_finding_names_its_line(convert: Convert) -> None:
    """None of the others does; here also for what another file brings in."""
    made = convert(
        """
        include: [more.yaml]
        services:
          web: {image: a, user: name, ports: ["127.0.0.1:80:80"], init: true, mac_address: "02:42:ac:11:65:43"}
        """,
        {"more.yaml": "services:\n  db:\n    image: a\n    ulimits: {nofile: 1}\n"},
    )
    places = {
        (item.position.file.rpartition("/")[2], item.position.line)
        for item in made.conversion.diagnostics
        if item.position
    }
    assert len(made.conversion.diagnostics) >= 5
    assert all(item.position for item in made.conversion.diagnostics)
    assert places == {("compose.yaml", 4), ("more.yaml", 4)}


LOSSY = """
    services:
      web: {image: a, volumes: ["data:/data"], oom_score_adj: 5, external_links: [other]}
    volumes: {data: }
    """


def test_all_losses_are_refused_at_once(folder: pathlib.Path, write: Write, rulebook: Rulebook) -> None:
    """kompose stops at the first warning, and warns of a plain named volume, which is no loss."""
    write({"compose.yaml": LOSSY})
    project = compose2oam.load(folder / "compose.yaml", environment={})
    with pytest.raises(LossRefused) as error:
        compose2oam.convert(project, on_loss="error", rulebook=rulebook)
    lost = {render(item.path) for item in error.value.diagnostics}
    assert lost == {"services.web.oom_score_adj", "services.web.external_links[0]"}


def test_two_runs_give_the_same_application(convert: Convert) -> None:
    """kompose's order follows its maps."""
    text = """
    services:
      b: {image: a, networks: [y, x], secrets: [s], labels: {z: 1, a: 2}}
      a: {image: a, networks: [x, y], volumes: ["wide:/w", "deep:/v"]}
    networks: {y: , x: }
    volumes: {wide: , deep: }
    secrets: {s: {environment: S}}
    """
    first, second = (repr(convert(text, environment={"S": "1"}).documents) for _ in range(2))
    assert first == second


def test_the_application_says_no_namespace_default(convert: Convert) -> None:
    """kompose once forced it into everything."""
    made = convert("services: {web: {image: a}}")
    assert "default" not in {item["metadata"].get("namespace") for item in made.documents}
