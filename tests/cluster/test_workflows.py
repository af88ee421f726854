"""``suspend`` and ``resume``: a workflow is held at its steps, and goes on from them."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import CommandLine, Fault, LiveCluster

APPLICATION = "/apis/core.oam.dev/v1beta1/namespaces/demo/applications/demo"


def phases(live: LiveCluster) -> dict[str, str]:
    """The phase of each step, those inside a group too."""
    steps = live.objects[APPLICATION]["status"]["workflow"]["steps"]
    return {part["name"]: part["phase"] for step in steps for part in (step, *step.get("subSteps", ()))}


@pytest.fixture
def workflow(live: LiveCluster, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Give the application demo a workflow; the server merges what is sent to its status."""

    def patch(path: str, content: dict[str, Any], query: dict[str, str]) -> tuple[int, Any]:
        assert path == f"{APPLICATION}/status"
        item = copy.deepcopy(live.objects[APPLICATION])
        assert content["metadata"]["resourceVersion"] == item["metadata"]["resourceVersion"]
        item["status"]["workflow"] |= content["status"]["workflow"]
        return 200, live.put(APPLICATION, item)

    monkeypatch.setattr(live, "apply", patch)

    def give(*steps: tuple[str, str], **status: Any) -> None:
        made = [{"name": name, "phase": phase, "type": "suspend"} for name, phase in steps]
        notes = {"compose2oam.io/project": "demo"}
        live.put(
            APPLICATION,
            {
                "metadata": {"annotations": notes, "generation": 1},
                "spec": {"components": []},
                "status": {"workflow": {"steps": made, **status}},
            },
        )

    return give


@pytest.fixture
def run(cli: CommandLine) -> Callable[..., Any]:
    """Run a command about the project demo."""
    return lambda *arguments: cli(*arguments, "-p", "demo")


def test_a_held_workflow_goes_on(run: Callable[..., Any], workflow: Callable[..., None], live: LiveCluster) -> None:
    """Its step runs again, the others stay as they are, and the workflow is no longer held."""
    workflow(("first", "succeeded"), ("gate", "suspending"), ("last", "pending"), suspend=True)
    done = run("resume")
    assert (done.returncode, done.stderr) == (0, "demo: goes on from gate\n")
    assert phases(live) == {"first": "succeeded", "gate": "running", "last": "pending"}
    assert live.objects[APPLICATION]["status"]["workflow"]["suspend"] is False


def test_a_running_workflow_is_held(run: Callable[..., Any], workflow: Callable[..., None], live: LiveCluster) -> None:
    """At the step that runs."""
    workflow(("first", "succeeded"), ("work", "running"), suspend=False)
    assert run("suspend").stderr == "demo: held at work\n"
    assert phases(live) == {"first": "succeeded", "work": "suspending"}
    assert live.objects[APPLICATION]["status"]["workflow"]["suspend"] is True


def test_one_step_of_several(run: Callable[..., Any], workflow: Callable[..., None], live: LiveCluster) -> None:
    """``--step`` leaves the others held; a name that is none says which there are."""
    workflow(("one", "suspending"), ("two", "suspending"), suspend=True)
    done = run("resume", "--step", "three")
    assert done.returncode == 2
    assert "no step three is held; one, two is held" in done.stderr
    assert run("resume", "--step", "two").returncode == 0
    assert phases(live) == {"one": "suspending", "two": "running"}


def test_steps_in_a_group(run: Callable[..., Any], workflow: Callable[..., None], live: LiveCluster) -> None:
    """A step inside a group is found by its name, and goes with its group."""
    workflow(("group", "suspending"), suspend=True)
    steps = live.objects[APPLICATION]["status"]["workflow"]["steps"]
    steps[0]["subSteps"] = [{"name": "done", "phase": "succeeded"}, {"name": "inner", "phase": "suspending"}]
    assert run("resume").returncode == 0
    assert phases(live) == {"group": "running", "done": "succeeded", "inner": "running"}


@pytest.mark.parametrize(
    ("command", "status", "code", "text"),
    [
        ("resume", {"suspend": False}, 0, "the workflow of demo is not held"),
        ("suspend", {"suspend": True}, 0, "the workflow of demo is held already"),
        ("suspend", {"suspend": False}, 0, "the workflow of demo is held before its next step"),
        ("resume", {"suspend": True}, 0, "the workflow of demo goes on"),
        ("suspend", {"finished": True}, 5, "the workflow of demo is at its end"),
        ("resume", {"terminated": True}, 5, "the workflow of demo was ended"),
    ],
)
def test_where_there_is_nothing_to_turn(
    run: Callable[..., Any], workflow: Callable[..., None], command: str, status: dict[str, Any], code: int, text: str
) -> None:
    """The user is told how it is; what was wanted and is so already is no error."""
    workflow(("first", "succeeded"), **status)
    done = run(command)
    assert done.returncode == code
    assert text in done.stderr


def test_who_wrote_in_between_is_not_written_over(
    run: Callable[..., Any],
    workflow: Callable[..., None],
    live: LiveCluster,
    faults: type[Fault],
    refusals: dict[str, Callable[..., Any]],
) -> None:
    """The runtime writes the status all the time: it is read again, a few times."""
    workflow(("gate", "suspending"), suspend=True)
    body = refusals["failure"](409, "Conflict", "the object has been modified")
    live.faults.append(faults("PATCH", "status", 409, body=body))
    assert run("resume").returncode == 0
    assert phases(live) == {"gate": "running"}
    workflow(("gate", "suspending"), suspend=True)
    live.faults.append(faults("PATCH", "status", 409, times=9, body=body))
    done = run("resume")
    assert done.returncode == 5
    assert "the object has been modified" in done.stderr
