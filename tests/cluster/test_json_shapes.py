"""What the commands that bring a project up print as JSON is what docs/json.md promises."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING, Any

import jsonshapes
import pytest

if TYPE_CHECKING:
    from conftest import CommandLine, LiveCluster

APPLICATION = "/apis/core.oam.dev/v1beta1/namespaces/demo/applications/demo"


@pytest.fixture
def ask(cli: CommandLine, project: pathlib.Path, live: LiveCluster) -> Any:
    """Run a command as a program does; returns what it printed, held to its shape."""

    def run(name: str, *words: str, code: int = 0) -> list[Any]:
        done = cli(*name.split(), *words, "--format", "json", cwd=project.parent)
        assert done.returncode == code, done.stderr
        return jsonshapes.shapes()[name].check(done.stdout)

    return run


@pytest.mark.parametrize("words", [["--dry-run", "server"], ["-d"], ["-d", "--progress", "plain"]])
def test_objects_that_are_sent(words: list[str], ask: Any, live: LiveCluster) -> None:
    """One a line, and --format goes before --progress."""
    live.put("/api/v1/namespaces/demo", {"metadata": {}})
    found = ask("up", *words)
    assert {"kind": "Application", "name": "demo", "fate": "created", "dryRun": "server" in words} in found


def test_services_that_come_up(ask: Any) -> None:
    """After the objects, to the end."""
    found = ask("up")
    assert [item["service"] for item in found if "service" in item]
    assert found[-1] == {"application": "demo", "ended": "healthy"}


def test_differences(ask: Any, project: pathlib.Path) -> None:
    """None is an empty list, and some are exit code 1."""
    ask("up", "-d")
    assert ask("diff") == [[]]
    project.write_text(project.read_text().replace("web:1", "web:2"))
    ((change,),) = ask("diff", code=1)
    assert (change["before"], change["after"]) == ("web:1", "web:2")


def test_workflows(ask: Any, live: LiveCluster) -> None:
    """Held or not, and whether that is new."""
    steps = [{"name": "gate", "type": "suspend", "phase": "suspending"}]
    notes = {"compose2oam.io/project": "demo"}
    status = {"workflow": {"steps": steps, "suspend": True}}
    live.put(
        APPLICATION,
        {"metadata": {"annotations": notes, "generation": 1}, "spec": {"components": []}, "status": status},
    )
    (held,) = ask("suspend", "-p", "demo")
    assert (held["held"], held["changed"], held["steps"]) == (True, False, [])


def test_definitions_of_a_cluster(cli: CommandLine, tmp_path: pathlib.Path, live: LiveCluster) -> None:
    """What became of each file."""
    done = cli("capabilities", "pull", "-o", "found", "--format", "json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (rows,) = jsonshapes.shapes()["capabilities pull"].check(done.stdout)
    assert {row["fate"] for row in rows} == {"new"}
