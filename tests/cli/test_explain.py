"""From a key to what it became, and back."""

from __future__ import annotations

import json
import pathlib
import re
from typing import TYPE_CHECKING

import pytest

from compose2oam import api
from compose2oam.emitter import yaml
from compose2oam.explain import origin_of
from compose2oam.model.path import render

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
        (["services.web", "--format", "yaml"], "--format"),
        (["C2O-999"], "nothing stands at C2O-999"),
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


@pytest.mark.parametrize("code", ["C2O-008", "cf-507", "OAM-141"])
def test_a_code_that_is_no_rules_is_explained(cli: CommandLine, tmp_path: pathlib.Path, code: str) -> None:
    """Whatever code a message has, there is something to read about it."""
    told = cli("explain", code, cwd=tmp_path).stdout
    assert told.startswith(f"{code.upper()}  ")
    as_json = json.loads(cli("explain", code, "--format", "json", cwd=tmp_path).stdout)
    assert as_json["title"] in told


def test_only_the_rules_that_had_a_part_are_named(cli: CommandLine, project: pathlib.Path) -> None:
    """Not those that carry the same field for services in the pod of another, or for the whole application."""
    told = json.loads(cli("explain", "services.web.image", "--format", "json", cwd=project).stdout)
    assert [rule["code"] for rule in told["rules"]] == ["C2O-110", "KV-110"]


def test_hostile_names_do_not_reach_the_terminal(cli: CommandLine, tmp_path: pathlib.Path) -> None:
    """What is explained is quoted as it can be shown."""
    (tmp_path / "compose.yaml").write_text('services: {web: {image: a, labels: {"a\\e[2J": b}}}')
    told = cli("explain", "services.web.labels", cwd=tmp_path).stdout
    assert "\x1b" not in told
    assert "\\x1b[2J" in told


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
    lines = (project / "app.yaml").read_text().splitlines()
    of_web = cli("why", f"app.yaml:{lines.index('  - name: web') + 1}", cwd=project).stdout
    assert "the conversion adds it to what it makes of services.web" in of_web


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


# What every application has, whatever its project: no line says it, and no service has it alone.
OWN = re.compile(
    r"apiVersion|kind|metadata|metadata\.(name|namespace|labels|annotations)|metadata\.annotations\[\"compose2oam\.io/.*"
    r"|spec|spec\.(components|policies|policies\[\d+\].*)"
    r"|spec\.components\[\d+\]\.(name|type|properties|properties\.objects)"
)


def test_every_line_of_the_samples_comes_from_somewhere(root: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From lines of the project, from a service as a whole, or it is the application's own."""
    count = 0
    for folder in sorted(path.parent for path in (root / "samples").glob("*/application.yaml")):
        monkeypatch.chdir(folder)
        made = api.convert(api.load(profiles=("*",)))
        files = {entry.position.file for entry in made.entries}
        for line in range(1, yaml.dump(made.documents).count("\n") + 1):
            origin = origin_of(made, line)
            count += 1
            assert all(pathlib.Path(entry.position.file).is_file() for entry in origin.entries)
            assert {entry.position.file for entry in origin.entries} <= files
            told = origin.entries or origin.service or OWN.fullmatch(render(origin.path))
            assert told, f"{folder.name}: line {line}, {render(origin.path)}"
    assert count > 1000


def test_what_x_oam_says_is_found_where_it_went(cli: CommandLine, tmp_path: pathlib.Path) -> None:
    """Labels, policies and the workflow of the application, properties and traits of a component."""
    (tmp_path / "compose.yaml").write_text(
        "services:\n  web:\n    image: a\n    x-oam:\n      properties: {imagePullPolicy: Never}\n"
        "      traits: [{type: annotations, properties: {a: b}}]\n"
        "x-oam:\n  labels: {team: shop}\n  policies: [{name: once, type: apply-once, properties: {enable: true}}]\n"
    )
    assert cli("convert", "-o", "app.yaml", cwd=tmp_path).returncode == 0
    lines = (tmp_path / "app.yaml").read_text().splitlines()

    def asked(text: str) -> set[str]:
        (number,) = (index for index, line in enumerate(lines, start=1) if line.strip(" -") == text)
        told = json.loads(cli("why", f"app.yaml:{number}", "--format", "json", cwd=tmp_path).stdout)
        return {entry["path"] for entry in told["entries"]}

    assert asked("team: shop") == {"x-oam.labels.team"}
    assert asked("enable: true") >= {"x-oam.policies[0].properties.enable"}
    assert asked("imagePullPolicy: Never") == {"services.web.x-oam.properties.imagePullPolicy"}
    assert asked("a: b") >= {"services.web.x-oam.traits[0].properties.a"}
    assert asked("type: annotations") >= {"services.web.x-oam.traits[0].type"}
