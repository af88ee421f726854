"""``diff``: what runs against what the Compose file says, in Compose's words, with the right exit code."""

from __future__ import annotations

import copy
import json
import pathlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import CommandLine, Fault, LiveCluster

APPLICATION = "/apis/core.oam.dev/v1beta1/namespaces/demo/applications/demo"


@pytest.fixture
def diff(cli: CommandLine, project: pathlib.Path, live: LiveCluster) -> Callable[..., Any]:
    """Run ``diff`` in the folder of a project that is up."""
    assert cli("up", "-d", cwd=project.parent).returncode == 0
    live.requests.clear()
    return lambda *arguments: cli("diff", *arguments, cwd=project.parent)


def edit(live: LiveCluster, change: Callable[[dict[str, Any]], None], manager: str = "kubectl-edit") -> None:
    """Change the application as another program does."""
    item = copy.deepcopy(live.objects[APPLICATION])
    change(item)
    fields = {"f:spec": {"f:components": {}}}
    entry = {"manager": manager, "operation": "Update", "time": "2026-01-31T12:00:00Z", "fieldsV1": fields}
    item["metadata"]["managedFields"] = [*item["metadata"].get("managedFields", ()), entry]
    live.put(APPLICATION, item)


def test_nothing_differs_after_an_up(diff: Callable[..., Any], live: LiveCluster) -> None:
    """Exit 0, no line on standard output, and nothing stored."""
    version = live.version
    done = diff()
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "no difference: demo is in demo as the project says\n"
    assert live.version == version


def test_a_change_is_said_at_its_line(diff: Callable[..., Any], project: pathlib.Path) -> None:
    """From what to what, and where the Compose file says it; exit 1."""
    project.write_text(project.read_text().replace("web:1", "web:2"))
    done = diff()
    assert done.returncode == 1
    assert done.stdout == "web: image web:1 → web:2 (compose.yaml:4)\n"


def test_all_is_new_where_nothing_runs(cli: CommandLine, project: pathlib.Path, live: LiveCluster) -> None:
    """A project that is not there differs by all of its services; the server is asked to try nothing."""
    done = cli("diff", cwd=project.parent)
    assert done.returncode == 1
    assert {"web: service added (compose.yaml:3)", "db: service added (compose.yaml:7)"} <= set(
        done.stdout.splitlines()
    )
    assert not [path for method, path in live.requests if method != "GET"]


def test_only_the_services_that_are_named(diff: Callable[..., Any], project: pathlib.Path) -> None:
    """Others may differ; they do not count."""
    project.write_text(project.read_text().replace("web:1", "web:2"))
    assert diff("db").returncode == 0
    assert diff("web").returncode == 1
    done = diff("nobody")
    assert done.returncode == 2
    assert "no such service: nobody; there is web, db" in done.stderr


def test_a_change_by_another_hand_names_it(diff: Callable[..., Any], live: LiveCluster) -> None:
    """Who set what is there, and that an up would not simply take it back."""

    def change(item: dict[str, Any]) -> None:
        next(part for part in item["spec"]["components"] if part["name"] == "web")["properties"]["image"] = "web:9"

    edit(live, change)
    done = diff()
    assert done.returncode == 1
    assert "web: image web:9 → web:1 (compose.yaml:4; what is there was set by kubectl-edit, " in done.stdout
    assert "--force-conflicts" in done.stderr


def test_of_a_secret_only_that_it_differs(diff: Callable[..., Any], project: pathlib.Path) -> None:
    """Neither the old value nor the new one is in any output."""
    (project.parent / "password.txt").write_text("another-very-secret")
    for arguments in ((), ("--raw",), ("--format", "json")):
        done = diff(*arguments)
        assert done.returncode == 1
        for secret in ("hunter2", "another-very", "aHVudGVyMi", "YW5vdGhlci"):
            assert secret not in done.stdout + done.stderr
    assert diff().stdout == "secret password: changed (compose.yaml:14)\n"


def test_raw_shows_the_manifests(diff: Callable[..., Any], project: pathlib.Path) -> None:
    """As a unified diff."""
    project.write_text(project.read_text().replace("web:1", "web:2"))
    lines = diff("--raw").stdout.splitlines()
    assert lines[:2] == ["--- live/Application/demo", "+++ project/Application/demo"]
    assert {"-      image: web:1", "+      image: web:2"} <= set(lines)


def test_data_for_programs(diff: Callable[..., Any], project: pathlib.Path) -> None:
    """Each change is an object with its place, its values and its line; without one the list is empty."""
    assert json.loads(diff("--format", "json").stdout) == []
    project.write_text(project.read_text().replace("web:1", "web:2"))
    (found,) = json.loads(diff("--format", "json").stdout)
    assert pathlib.Path(found.pop("file")).name == "compose.yaml"
    assert found == {
        "service": "web", "change": "changed", "path": "services.web.image", "object": "", "line": 4,
        "text": "web: image web:1 → web:2", "before": "web:1", "after": "web:2",
    }  # fmt: skip


def test_the_older_name_works(cli: CommandLine, diff: Callable[..., Any], project: pathlib.Path) -> None:
    """``vela live-diff`` is in people's fingers."""
    assert cli("live-diff", cwd=project.parent).returncode == diff().returncode == 0


def test_a_refusal_is_no_difference(
    diff: Callable[..., Any], live: LiveCluster, faults: type[Fault], refusals: dict[str, Callable[..., Any]]
) -> None:
    """What the server would not take exits with 5, and says of which object."""
    why = 'admission webhook "vela" denied the request: no such trait'
    live.faults.append(faults("PATCH", "applications", 403, body=refusals["failure"](403, "Forbidden", why)))
    done = diff()
    assert done.returncode == 5
    assert "no such trait" in done.stderr


def test_somebody_elses_object_is_named(diff: Callable[..., Any], live: LiveCluster) -> None:
    """An object of another project is compared all the same, with a word about whose it is."""
    live.objects[APPLICATION]["metadata"]["annotations"]["compose2oam.io/project"] = "theirs"
    done = diff()
    assert "belongs to the project theirs" in done.stderr
    assert done.stdout == "project project theirs → demo\n"
