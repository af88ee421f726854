"""From a key to what it became, and back."""

from __future__ import annotations

import json
import pathlib
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import CommandLine

COMPOSE = """\
services:
  web:
    image: nginx:1.27
    ports:
    - "8080:80"
    - "9090:90"
    environment:
      A: x
      B: y
    healthcheck:
      test: [CMD, up]
    volumes:
    - data:/data:ro
    ulimits: {nofile: 5}
    hostname: front
volumes:
  data:
"""


@pytest.fixture
def project(tmp_path: pathlib.Path) -> pathlib.Path:
    """A folder with a Compose file and the application that it becomes."""
    folder = tmp_path / "demo"
    folder.mkdir()
    (folder / "compose.yaml").write_text(COMPOSE)
    return folder


def test_a_place_is_explained_with_its_targets_and_rules(cli: CommandLine, project: pathlib.Path) -> None:
    """Each line below the place, where it went, and both halves of the rules that decided."""
    done = cli("explain", "services.web.healthcheck", cwd=project)
    assert done.returncode == 0, done.stderr
    assert "services.web.healthcheck.test[1]  (compose.yaml:11:19)" in done.stdout
    assert "-> components.web.properties.readinessProbe" in done.stdout
    assert "C2O-510  Health check" in done.stdout
    assert "KV-510  Probes" in done.stdout


def test_a_loss_is_explained_with_its_reason(cli: CommandLine, project: pathlib.Path) -> None:
    """What has no target has a reason and advice."""
    entry = json.loads(cli("explain", "services.web.ulimits", "--format", "json", cwd=project).stdout)["entries"][0]
    assert (entry["outcome"], entry["targets"]) == ("dropped", [])
    assert "node" in entry["message"]
    assert entry["hint"]


def test_a_code_and_a_key_need_no_project(cli: CommandLine, tmp_path: pathlib.Path) -> None:
    """In an empty folder a rule and a key are explained all the same."""
    assert "Replica count" in cli("explain", "c2o-310", cwd=tmp_path).stdout
    by_key = json.loads(cli("explain", "--key", "deploy.replicas", "--format", "json", cwd=tmp_path).stdout)
    assert {"C2O-310", "KV-310"} <= {rule["code"] for rule in by_key["rules"]}
    assert "A volume driver" in cli("explain", "--key", "volumes.*.driver", cwd=tmp_path).stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["services.wbe"], "did you mean `services.web`?"),
        (["services.web.port"], "did you mean `services.web.ports`?"),
        (["--key", "restrat"], "did you mean `restart`?"),
        ([], "name one thing"),
        (["services.web", "--key", "image"], "name one thing"),
    ],
)
def test_what_cannot_be_explained_is_a_usage_error(
    cli: CommandLine, project: pathlib.Path, arguments: list[str], message: str
) -> None:
    """With the nearest right name where there is one."""
    done = cli("explain", *arguments, cwd=project)
    assert done.returncode == 2
    assert message in done.stderr


@pytest.mark.parametrize(
    ("line", "position"),
    [
        ("      - name: B", "compose.yaml:9:7"),
        ('        value: "y"', "compose.yaml:9:7"),
        ("      - port: 90", "compose.yaml:6:7"),
        ("          claimName: data", "compose.yaml:13:7"),
        ("              hostname: front", "compose.yaml:15:5"),
        ("          path: /spec/template/spec/containers/0/volumeMounts/0/readOnly", "compose.yaml:13:7"),
        ("      image: nginx:1.27", "compose.yaml:3:5"),
        ("              storage: 1Gi", "compose.yaml:17:3"),
    ],
)
def test_a_line_of_output_leads_back_to_its_line(
    cli: CommandLine, project: pathlib.Path, line: str, position: str
) -> None:
    """To the very item of a list, through properties, patches and objects alike."""
    assert cli("convert", "-o", "app.yaml", cwd=project).returncode == 0
    number = (project / "app.yaml").read_text().splitlines().index(line) + 1
    done = cli("why", f"app.yaml:{number}", "--format", "json", cwd=project)
    assert done.returncode == 0, done.stderr
    entries = json.loads(done.stdout)["entries"]
    assert {f"{entry['file']}:{entry['line']}:{entry['column']}" for entry in entries} == {position}


def test_what_the_conversion_adds_is_nobodys_line(cli: CommandLine, project: pathlib.Path) -> None:
    """The first lines of every application come from no key."""
    cli("convert", "-o", "app.yaml", cwd=project)
    assert "the conversion adds it" in cli("why", "app.yaml:1", cwd=project).stdout


@pytest.mark.parametrize("place", ["app.yaml", "app.yaml:", "app.yaml:x", "app.yaml:0", "app.yaml:99999", ":3"])
def test_a_place_that_is_none_is_a_usage_error(cli: CommandLine, project: pathlib.Path, place: str) -> None:
    """A line that the file does not have, or no line at all."""
    cli("convert", "-o", "app.yaml", cwd=project)
    assert cli("why", place, cwd=project).returncode == 2


def test_an_application_of_another_state_is_refused(cli: CommandLine, project: pathlib.Path) -> None:
    """Lines of a file that the project no longer gives would be told wrongly."""
    cli("convert", "-o", "app.yaml", cwd=project)
    (project / "compose.yaml").write_text(COMPOSE.replace("1.27", "1.28"))
    done = cli("why", "app.yaml:5", cwd=project)
    assert done.returncode == 2
    assert "convert it again" in done.stderr
