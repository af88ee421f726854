"""``up``: what a person is told where something does not come up."""

from __future__ import annotations

import pathlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from fakecluster import healthy

if TYPE_CHECKING:
    from conftest import LiveCluster

APPLICATION = "/apis/core.oam.dev/v1beta1/namespaces/demo/applications/demo"


def broken(live: LiveCluster, application: dict[str, Any]) -> None:
    """Play a runtime where the image of web cannot be had."""
    waiting = {"waiting": {"reason": "ImagePullBackOff", "message": "Back-off pulling image web:1"}}
    status = {"name": "web", "ready": False, "restartCount": 0, "state": waiting}
    live.pod("web-0", "web", phase="Pending", conditions=[], containerStatuses=[status])
    live.put(
        "/api/v1/namespaces/demo/events/one",
        {"type": "Warning", "reason": "Failed", "message": "manifest unknown", "involvedObject": {"name": "web-0"}},
    )
    live.pod("db-0", "db")
    entries = [{"name": "db", "healthy": True, "message": "Ready:1/1"}, {"name": "web", "message": "Ready:0/1"}]
    live.say("demo", status="runningWorkflow", services=entries)


def test_an_image_that_cannot_be_had(live: LiveCluster, up: Callable[..., Any]) -> None:
    """The command does not wait for the end of time, and names the line of the image."""
    live.plays = broken
    done = up()
    assert done.returncode == 6
    assert "web: failing 0/1 ImagePullBackOff" in done.stderr
    assert "web | event of web-0: Failed: manifest unknown" in done.stderr
    assert "compose.yaml:4:5: error: web: ImagePullBackOff: Back-off pulling image web:1 [UP-100]" in done.stderr
    assert "at services.web.image" in done.stderr


def crashing(live: LiveCluster, application: dict[str, Any]) -> None:
    """Play a runtime where db ends again and again."""
    last = {"terminated": {"exitCode": 3, "reason": "Error"}}
    state = {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 10s"}}
    status = {"name": "db", "ready": False, "restartCount": 4, "state": state, "lastState": last}
    live.pod("db-0", "db", conditions=[], containerStatuses=[status])
    live.logs["db-0"] = "starting\nno space left, token=abc123\n"
    live.say("demo", status="runningWorkflow", services=[{"name": "db", "message": "Ready:0/1"}])


def test_a_container_that_ends_again_and_again(live: LiveCluster, up: Callable[..., Any]) -> None:
    """When the time is up its exit code and last lines are told, without what looks like a password."""
    live.plays = crashing
    done = up("--timeout", "300ms")
    assert done.returncode == 6
    assert "it ended with the exit code 3, and was started again 4 times" in done.stderr
    assert "db | no space left, token=***" in done.stderr
    assert "web is still waiting: for db [UP-102]" in done.stderr


def test_an_application_that_cannot_be_rendered(
    live: LiveCluster, up: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the runtime says of the whole is told."""

    def play(live: LiveCluster, application: dict[str, Any]) -> None:
        condition = {"type": "Render", "status": "False", "message": "cannot render web: field not allowed"}
        live.say("demo", status="rendering", conditions=[condition])

    live.plays = play
    monkeypatch.setattr("compose2oam.deploy.following._PATIENCE_OF_ALL", {"kubevela": 0.0})
    done = up()
    assert done.returncode == 6
    assert "the application demo: Render: cannot render web: field not allowed [UP-101]" in done.stderr


def test_a_runtime_that_does_nothing(live: LiveCluster, up: Callable[..., Any], project: pathlib.Path) -> None:
    """A controller that does not run is told when the time is up, and no service is blamed for it."""
    live.plays = None
    done = up("--timeout", "200ms")
    assert done.returncode == 6
    assert "error: the runtime has not taken up the application demo as it is now [UP-102]" in done.stderr
    assert "see that its controller runs" in done.stderr
    assert "compose.yaml" not in done.stderr
    live.say("demo", status="running")
    project.write_text(project.read_text().replace("web:1", "web:2"))
    done = up("--timeout", "200ms")
    assert done.returncode == 6
    assert "the runtime has not taken up" in done.stderr


def test_a_workflow_that_waits_for_a_person(live: LiveCluster, up: Callable[..., Any]) -> None:
    """That is no failure: the command says how to go on."""

    def play(live: LiveCluster, application: dict[str, Any]) -> None:
        steps = [{"name": "approve", "type": "suspend", "phase": "running"}]
        live.say("demo", status="workflowSuspending", workflow={"steps": steps})

    live.plays = play
    done = up()
    assert done.returncode == 0
    assert "the workflow waits at the step approve; compose2oam resume -p demo lets it go on" in done.stderr


def test_a_status_from_before_the_change_does_not_count(
    live: LiveCluster, up: Callable[..., Any], project: pathlib.Path
) -> None:
    """Well yesterday is not well today."""
    up()
    live.plays = None
    project.write_text(project.read_text().replace("web:1", "web:2"))
    done = up("--timeout", "300ms")
    assert done.returncode == 6


def unmounted(live: LiveCluster, application: dict[str, Any]) -> None:
    """Play a runtime where a volume of db cannot be mounted, which only an event says."""
    state = {"waiting": {"reason": "ContainerCreating"}}
    live.pod("db-0", "db", phase="Pending", conditions=[], containerStatuses=[{"name": "db", "state": state}])
    about = {"name": "db-0"}
    said = {"type": "Warning", "reason": "FailedMount", "message": 'secret "other" not found', "involvedObject": about}
    live.put("/api/v1/namespaces/demo/events/one", said)
    live.say("demo", status="runningWorkflow", services=[{"name": "db", "message": "Ready:0/1"}])


def test_what_only_an_event_says(live: LiveCluster, up: Callable[..., Any]) -> None:
    """When the time is up, the warnings about a pod that is not ready are told, though nothing in it failed."""
    live.plays = unmounted
    done = up("--timeout", "300ms")
    assert done.returncode == 6
    assert 'db | event of db-0: FailedMount: secret "other" not found' in done.stderr
    assert "db is still starting (0 of 1 ready) [UP-102]" in done.stderr


def test_a_job_that_failed_is_left_as_it_is(
    live: LiveCluster, up: Callable[..., Any], project: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with kubectl: nobody knows whether it bears a second run. What runs it again is said."""
    monkeypatch.setattr("compose2oam.deploy.following.PATIENCE", {"BackoffLimitExceeded": 0.0})
    project.write_text("name: demo\nservices: {migrate: {image: 'm:1', restart: 'no', command: [go]}}\n")
    assert up("-d", "--target", "kubernetes").returncode == 0
    path = "/apis/batch/v1/namespaces/demo/jobs/migrate"
    failed = {"type": "Failed", "status": "True", "reason": "BackoffLimitExceeded", "message": "it has failed"}
    live.put(path, {**live.objects[path], "status": {"failed": 1, "conditions": [failed]}})
    done = up("--target", "kubernetes")
    assert done.returncode == 6
    assert ("DELETE", path) not in live.requests
    assert "migrate: BackoffLimitExceeded: it has failed" in done.stderr
    assert "compose2oam restart -p demo migrate runs it again" in done.stderr


BROKEN = {"waiting": {"reason": "ImagePullBackOff", "message": "Back-off pulling image"}}
SETS = "/apis/apps/v1/namespaces/demo/statefulsets/db"


def pod_of(live: LiveCluster, name: str, component: str, revision: str, made: str, *, broken: bool) -> None:
    """Store a pod of a revision of a component."""
    status = {"name": component, "ready": not broken, "restartCount": 0, "state": BROKEN if broken else {"running": {}}}
    ready = [{"type": "Ready", "status": str(not broken)}]
    live.pod(name, component, phase="Pending" if broken else "Running", conditions=ready, containerStatuses=[status])
    metadata = live.objects[f"/api/v1/namespaces/demo/pods/{name}"]["metadata"]
    metadata["labels"]["controller-revision-hash"] = revision
    metadata["creationTimestamp"] = f"2026-01-31T12:00:{made}Z"
    metadata["ownerReferences"] = [{"kind": "StatefulSet", "name": component}]


def half_way(live: LiveCluster, application: dict[str, Any]) -> None:
    """Play a rollout: of web there is still the broken pod beside the new one, of db all is well."""
    pod_of(live, "web-old", "web", "one", "01", broken=True)
    pod_of(live, "web-new", "web", "two", "02", broken=False)
    live.pod("db-0", "db")
    live.say("demo", status="runningWorkflow", services=[{"name": "db", "healthy": True, "message": "Ready:1/1"}])


def test_what_was_wrong_before_a_change_is_not_blamed_on_it(live: LiveCluster, up: Callable[..., Any]) -> None:
    """Whoever corrected the name of an image waits for the new pod, and hears nothing more of the old one."""
    live.plays = half_way
    done = up("--timeout", "300ms")
    assert done.returncode == 6
    assert "web is still starting" in done.stderr
    assert "ImagePullBackOff" not in done.stderr


@pytest.mark.parametrize(
    ("revision", "seen", "goes"),
    [("two", 2, True), ("one", 2, False), ("two", 1, False)],
    ids=["in the way", "of the same revision", "not seen yet"],
)
def test_a_pod_that_keeps_the_next_from_its_place(
    live: LiveCluster,
    up: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    revision: str,
    seen: int,
    goes: bool,
) -> None:
    """A StatefulSet waits for a broken pod before it makes the next, for ever: that pod is deleted, and no other."""
    monkeypatch.setattr("compose2oam.deploy.following.PATIENCE", {"ImagePullBackOff": 1.0})
    delete = live.delete

    def go(path: str, options: dict[str, Any]) -> tuple[int, Any]:
        answer = delete(path, options)
        if path.endswith("/pods/db-0"):
            healthy(live, live.objects[APPLICATION])
        return answer

    monkeypatch.setattr(live, "delete", go)

    def play(live: LiveCluster, application: dict[str, Any]) -> None:
        pod_of(live, "db-0", "db", "one", "01", broken=True)
        live.pod("web-0", "web")
        status = {"observedGeneration": seen, "updateRevision": revision}
        live.put(SETS, {"metadata": {"generation": 2}, "status": status})
        live.say("demo", status="runningWorkflow", services=[{"name": "web", "healthy": True, "message": "Ready:1/1"}])

    live.plays = play
    done = up("--timeout", "20s")
    assert done.returncode == (0 if goes else 6), done.stderr
    assert (("DELETE", "/api/v1/namespaces/demo/pods/db-0") in live.requests) is goes
    assert ("Pod db-0 deleted: it was from before the change" in done.stderr) is goes
    assert ("db: ImagePullBackOff" in done.stderr) is not goes
