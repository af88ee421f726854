"""What other converters get wrong around a program, and what comes out here: a test for each known fault."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest

from compose2oam.errors import ComposeError

if TYPE_CHECKING:
    from conftest import Convert


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
