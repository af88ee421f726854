"""``config`` answers with the flags that users of ``docker compose config`` know.

What is expected here was printed by Docker Compose; ``tests/parity/test_config.py`` asks it again.
"""

from __future__ import annotations

import json
import pathlib
from typing import TYPE_CHECKING, Any

import pytest
import yaml

if TYPE_CHECKING:
    from conftest import CommandLine

PROJECT = """\
name: demo
x-top: {a: "${TOP:-t}"}
services:
  web:
    image: "nginx:${TAG:-1}"
    environment: {A: "${REQ:?needed}", B: null, C: "$$x", D: "${ALT:+alt}", H: "${N1:-${N2:-z}}"}
    env_file: [web.env]
    x-a: {c: 1, b: "<&>"}
    ports: ["${PORT:-80}:80"]
    depends_on: [db, aa]
    pre_start: [{image: "hook:1", command: ["a"]}]
    networks: [n]
    healthcheck: {test: curl x, interval: 90s}
    deploy: {replicas: 2, resources: {limits: {cpus: "0.5", memory: 1g}}}
  db: {build: ., volumes: ["data:/v", "./x:/x:ro"]}
  aa: {image: pg, labels: {a: b}, depends_on: [zz]}
  zz: {image: pg, profiles: [p2, p1]}
volumes: {data: {}, more: {}}
networks: {n: {}, o: {}}
"""
LINES = {
    "--services": ["zz", "aa", "db", "web"],
    "--volumes": ["data"],
    "--networks": ["default", "n"],
    "--images": ["pg", "demo-db", "nginx:1", "hook:1", "pg"],
    "--profiles": ["p1", "p2"],
    "--hash zz,aa": [
        "aa 1d108deb68e6441073fbb0d1f5ca58be1da8019cd7e4ddecc19e3416e59ebe8a",
        "zz 42056163be685aa6d7c1cedf1a6e25d69dfecedd33429247ab170050696e6312",
    ],
    "--variables": [
        "NAME                REQUIRED            DEFAULT VALUE       ALTERNATE VALUE",
        "ALT                 false                                   alt",
        "N1                  false               ${N2:-z}",
        "N2                  false               z",
        "PORT                false               80",
        "REQ                 true",
        "TAG                 false               1",
        "TOP                 false               t",
    ],
}


@pytest.fixture
def demo(tmp_path: pathlib.Path) -> pathlib.Path:
    """A project that uses what the flags are about."""
    (tmp_path / "compose.yaml").write_text(PROJECT)
    (tmp_path / ".env").write_text("REQ=r\n")
    (tmp_path / "web.env").write_text("FROM_FILE=${REQ}\n")
    return tmp_path


ALL = {"COMPOSE_PROFILES": "*"}


@pytest.mark.parametrize("flags", LINES)
def test_lists(flags: str, demo: pathlib.Path, cli: CommandLine) -> None:
    """A flag that lists something prints it a line each, in an order that does not change."""
    done = cli("config", "--profile", "*", *flags.split(), cwd=demo)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == LINES[flags]


def test_services_without_their_profile_are_not_listed(demo: pathlib.Path, cli: CommandLine) -> None:
    """A service that no profile enables is no part of the project; its profiles are still to be found."""
    (demo / "compose.yaml").write_text("services: {a: {image: x}, b: {image: y, profiles: [p]}}")
    assert cli("config", "--services", cwd=demo).stdout == "a\n"
    assert cli("config", "--profiles", cwd=demo).stdout == "p\n"


def test_variables_as_data(demo: pathlib.Path, cli: CommandLine) -> None:
    """Scripts read the variables as JSON or YAML, with the names that each has in Docker Compose."""
    as_json = json.loads(cli("config", "--variables", "--format", "json", cwd=demo).stdout)
    assert as_json["N1"] == {"Name": "N1", "DefaultValue": "${N2:-z}", "PresenceValue": "", "Required": False}
    as_yaml = yaml.safe_load(cli("config", "--variables", "--format", "yaml", cwd=demo).stdout)
    assert as_yaml["REQ"] == {"name": "REQ", "defaultvalue": "", "presencevalue": "", "required": True}


def test_variables_need_no_values(demo: pathlib.Path, cli: CommandLine) -> None:
    """What a project needs can be asked before it is there."""
    (demo / ".env").unlink()
    (demo / "web.env").unlink()
    assert cli("config", "--variables", cwd=demo).returncode == 0
    assert cli("config", "--services", cwd=demo, environment=ALL).returncode == 3


def test_environment(demo: pathlib.Path, cli: CommandLine) -> None:
    """The variables come from outside, from ``.env``, and from the project itself."""
    lines = cli("config", "--environment", cwd=demo, environment={"OUTSIDE": "o", **ALL}).stdout.splitlines()
    assert {"COMPOSE_PROJECT_NAME=demo", "OUTSIDE=o", "REQ=r"} <= set(lines)
    assert lines == sorted(lines)


def test_hash_of_a_service_that_is_not_there(demo: pathlib.Path, cli: CommandLine) -> None:
    """The error names the services that there are."""
    done = cli("config", "--hash", "nope", cwd=demo, environment=ALL)
    assert (done.returncode, done.stdout) == (2, "")
    assert "no such service: nope" in done.stderr
    assert "aa, db, web, zz" in done.stderr


def test_hash_changes_with_what_makes_a_container(demo: pathlib.Path, cli: CommandLine) -> None:
    """Another image is another container; more of them, or another order, are not."""

    def hashed(service: str) -> str:
        (demo / "compose.yaml").write_text(f"services: {{a: {service}, b: {{image: b}}}}")
        return cli("config", "--hash", "a", cwd=demo).stdout

    plain = hashed("{image: x}")
    assert hashed("{image: y}") != plain
    assert hashed("{image: x, environment: {A: 1}}") != plain
    assert hashed("{image: x, scale: 3, depends_on: [b], pull_policy: always}") == plain


def test_no_interpolate_prints_the_variables(demo: pathlib.Path, cli: CommandLine) -> None:
    """With ``--no-interpolate`` templates stand as they were written, and so does what depends on them."""
    for arguments, read in ((["--format", "json"], json.loads), ([], yaml.safe_load)):
        web = read(cli("config", "--no-interpolate", *arguments, cwd=demo).stdout)["services"]["web"]
        assert web["image"] == "nginx:${TAG:-1}"
        assert web["ports"] == ["${PORT:-80}:80"]
        assert web["environment"]["C"] == "$$x"
        assert web["x-a"] == {"c": 1, "b": "<&>"}


def test_no_env_resolution_keeps_the_env_files(demo: pathlib.Path, cli: CommandLine) -> None:
    """With ``--no-env-resolution`` env files are named instead of read, so that they need not be there."""
    resolved = yaml.safe_load(cli("config", cwd=demo, environment=ALL).stdout)["services"]["web"]
    assert resolved["environment"]["FROM_FILE"] == "r"
    assert "env_file" not in resolved
    (demo / "web.env").unlink()
    done = cli("config", "--no-env-resolution", "--profile", "*", cwd=demo)
    assert done.returncode == 0, done.stderr
    left = yaml.safe_load(done.stdout)["services"]["web"]
    assert left["env_file"] == [{"path": str(demo / "web.env")}]
    assert "FROM_FILE" not in left["environment"]


def test_steps_that_can_be_left_out(demo: pathlib.Path, cli: CommandLine) -> None:
    """Without a step the model stays nearer to what was written."""

    def model(*flags: str) -> Any:
        return yaml.safe_load(cli("config", "--profile", "*", *flags, cwd=demo).stdout)

    assert model()["services"]["db"]["build"]["context"] == str(demo)
    assert model("--no-path-resolution")["services"]["db"]["build"]["context"] == "."
    assert model()["networks"] == {"default": {"name": "demo_default"}, "n": {"name": "demo_n"}}
    assert model("--no-normalize")["networks"] == {"n": {}}


def test_no_consistency_prints_what_does_not_fit(demo: pathlib.Path, cli: CommandLine) -> None:
    """``--no-consistency`` lets a reference to nothing pass, to look at the rest."""
    (demo / "compose.yaml").write_text("services: {a: {image: x, secrets: [gone]}}")
    assert cli("config", cwd=demo).returncode == 3
    done = cli("config", "--no-consistency", cwd=demo)
    assert done.returncode == 0, done.stderr
    assert yaml.safe_load(done.stdout)["services"]["a"]["secrets"][0]["source"] == "gone"


def test_quiet_only_checks(demo: pathlib.Path, cli: CommandLine) -> None:
    """``-q`` prints nothing for a good project, not even its warnings, and the errors of a bad one."""
    good = cli("config", "-q", "--profile", "*", cwd=demo)
    assert (good.returncode, good.stdout, good.stderr) == (0, "", "")
    (demo / "compose.yaml").write_text("services: {a: {imag: x}}")
    bad = cli("config", "-q", cwd=demo)
    assert bad.returncode == 3
    assert "imag" in bad.stderr


def test_output_to_a_file(demo: pathlib.Path, cli: CommandLine) -> None:
    """``-o`` writes what would have been printed."""
    shown = cli("config", "--profile", "*", cwd=demo).stdout
    done = cli("config", "--profile", "*", "-o", "out.yaml", cwd=demo)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert (demo / "out.yaml").read_text() == shown
