"""Each flag of the settings reaches the output of the commands that convert."""

from __future__ import annotations

import json
import pathlib
from typing import TYPE_CHECKING

import pytest

from compose2oam.rules.settings import CHOICES, flag_of

if TYPE_CHECKING:
    from conftest import CommandLine

COMPOSE = """\
services:
  web:
    build: .
    ports: ["8080:80"]
    env_file: [web.env]
    environment: {API_TOKEN: dummy, BACKEND: "http://my_db:80"}
    depends_on: [my_db]
    healthcheck: {test: "curl -f http://localhost/up"}
    volumes: ["./site.conf:/site.conf:ro", "data:/data"]
    secrets: [key]
  my_db: {image: b, volumes: ["data:/data"]}
  once: {image: c, restart: "no"}
volumes: {data: {}}
secrets: {key: {file: key}}
"""
# For each flag, its value, and a text of the output that is there with it and not without it.
REACHES = {
    "volume-size": ("7Gi", '"storage": "7Gi"'),
    "storage-class": ("fast", '"storageClassName": "fast"'),
    "shared-volumes": ("rwx", '"ReadWriteMany"'),
    "bind": ("hostpath", '"hostPath"'),
    "secrets": ("inline", '"kind": "Secret"'),
    "secret-env": ("auto", '"secretKeyRef"'),
    "env-from": ("configmap", '"configMapKeyRef"'),
    "liveness": (None, '"livenessProbe"'),
    "expose": ("nodeport", '"NodePort"'),
    "registry": ("r.example", '"image": "r.example/demo-web"'),
    "tag": ("1.4", '"image": "demo-web:1.4"'),
    "network-policies": (None, '"NetworkPolicy"'),
    "probe-http": (None, '"httpGet"'),
}
# For each flag, its value, and a text of the output that is there without it.
TAKES_AWAY = {
    "depends-on": ("none", '"dependsOn"'),
    "no-rewrite-hosts": (None, "http://my-db:80"),
    "no-infer-jobs": (None, '"type": "task"'),
}
TOGETHER = {"domain", "ingress-class"}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """A folder called ``demo`` with a project in which each setting decides something."""
    folder = tmp_path_factory.mktemp("settings") / "demo"
    folder.mkdir()
    for name, text in {"compose.yaml": COMPOSE, "web.env": "A=1\n", "site.conf": "x", "key": "k"}.items():
        (folder / name).write_text(text)
    return folder


@pytest.fixture(scope="module")
def usual(cli: CommandLine, project: pathlib.Path) -> str:
    """What becomes of the project without any flag."""
    return str(cli("convert", "--format", "json", cwd=project).stdout)


def arguments(flag: str, value: str | None) -> list[str]:
    """A flag with its value, if it has one."""
    return [f"--{flag}", *([value] if value else [])]


@pytest.mark.parametrize("flag", REACHES)
def test_a_flag_reaches_the_output(flag: str, cli: CommandLine, project: pathlib.Path, usual: str) -> None:
    """And without it the output is as ever."""
    value, text = REACHES[flag]
    done = cli("convert", "--format", "json", *arguments(flag, value), cwd=project)
    assert done.returncode == 0, done.stderr
    assert text in done.stdout
    assert text not in usual


@pytest.mark.parametrize("flag", TAKES_AWAY)
def test_a_flag_takes_something_out(flag: str, cli: CommandLine, project: pathlib.Path, usual: str) -> None:
    """What is there without it."""
    value, text = TAKES_AWAY[flag]
    assert text not in cli("convert", "--format", "json", *arguments(flag, value), cwd=project).stdout
    assert text in usual


def test_a_domain_and_a_class(cli: CommandLine, project: pathlib.Path) -> None:
    """They are of an ingress."""
    flags = ["--expose", "ingress", "--domain", "a.example", "--ingress-class", "nginx"]
    components = json.loads(cli("convert", "--format", "json", *flags, cwd=project).stdout)["spec"]["components"]
    (gateway,) = (
        trait["properties"] for item in components for trait in item.get("traits", []) if trait["type"] == "gateway"
    )
    assert (gateway["domain"], gateway["class"]) == ("a.example", "nginx")


def test_every_setting_has_its_case() -> None:
    """A new one is tested too."""
    assert {flag_of(name) for name in CHOICES} == {
        name.removeprefix("no-") for name in {*REACHES, *TAKES_AWAY, *TOGETHER}
    }


def test_a_wrong_value_ends_with_2_and_the_right_words(cli: CommandLine, project: pathlib.Path) -> None:
    """Before anything is read."""
    done = cli("convert", "--bind", "hostpth", "-f", "nothing.yaml", cwd=project)
    assert (done.returncode, done.stdout) == (2, "")
    assert "the setting bind cannot be `hostpth` (did you mean `hostpath`?)" in done.stderr


@pytest.mark.parametrize("command", ["explain", "why", "check"])
def test_other_commands_that_convert_take_them_too(command: str, cli: CommandLine, project: pathlib.Path) -> None:
    """So that they speak of the same application."""
    assert cli("convert", "-o", "app.yaml", "--volume-size", "7Gi", cwd=project).returncode == 0
    about = {"explain": ["volumes.data"], "why": ["app.yaml:20"], "check": []}
    done = cli(command, *about[command], "-f", "compose.yaml", "--volume-size", "7Gi", cwd=project)
    assert done.returncode == 0, done.stderr
