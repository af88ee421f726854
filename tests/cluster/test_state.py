"""How a service does, read from what the runtime and the pods say."""

from __future__ import annotations

from typing import Any

import pytest

from compose2oam.cluster import state
from compose2oam.cluster.applications import Running


def application(*components: str, generation: int = 1, **status: Any) -> Running:
    """An application with components of the type worker."""
    return Running(
        {
            "metadata": {"name": "demo", "namespace": "demo", "generation": generation},
            "spec": {"components": [{"name": name, "type": "worker"} for name in components]},
            "status": {"observedGeneration": 1, **status},
        }
    )


def pod(*containers: dict[str, Any], component: str = "web", ready: bool = False, **status: Any) -> dict[str, Any]:
    """A pod of a component."""
    conditions = [{"type": "Ready", "status": str(ready)}]
    return {
        "metadata": {
            "name": f"{component}-0",
            "labels": {"app.oam.dev/name": "demo", "app.oam.dev/component": component},
        },
        "status": {"conditions": conditions, "containerStatuses": list(containers), **status},
    }


def waiting(reason: str, message: str = "", restarts: int = 0) -> dict[str, Any]:
    """A container that waits."""
    return {"name": "web", "restartCount": restarts, "state": {"waiting": {"reason": reason, "message": message}}}


@pytest.mark.parametrize(
    ("container", "reason"),
    [
        (waiting("ContainerCreating"), None),
        (waiting("PodInitializing"), None),
        (waiting("ErrImagePull", "no such image"), "ErrImagePull"),
        (waiting("CreateContainerConfigError", 'secret "a" not found'), "CreateContainerConfigError"),
        ({"name": "web", "state": {"terminated": {"exitCode": 1, "reason": "Error"}}}, "Error"),
        ({"name": "web", "state": {"terminated": {"exitCode": 137, "reason": "OOMKilled"}}}, "OOMKilled"),
        ({"name": "web", "state": {"terminated": {"exitCode": 0, "reason": "Completed"}}}, None),
        ({"name": "web", "state": {"running": {}}}, None),
        (
            {"name": "web", "restartCount": 2, "state": {"running": {}}, "lastState": {"terminated": {"exitCode": 9}}},
            "Error",
        ),
    ],
)
def test_what_is_wrong_with_a_container(container: dict[str, Any], reason: str | None) -> None:
    """What only takes its time is no trouble."""
    found = state.trouble_of(pod(container))
    assert (found.reason if found else None) == reason


def test_the_definition_that_kubevela_adds_is_left_out() -> None:
    """It is longer than the reason, and may hold what nobody else is to see."""
    message = 'step mail failed: no such host (value: #do: "render" $params: { password: "hunter2" })'
    assert str(state.Trouble("FailedAfterRetries", message)) == "FailedAfterRetries: step mail failed: no such host"


def test_a_pod_that_no_node_takes() -> None:
    """The scheduler says why."""
    condition = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "no\nroom"}
    found = state.trouble_of(pod(conditions=[condition]))
    assert str(found) == "Unschedulable: no room"


def test_a_container_that_begins_first() -> None:
    """A trouble of an init container is the pod's."""
    found = state.trouble_of(pod(initContainerStatuses=[waiting("CrashLoopBackOff", restarts=3)]))
    assert found is not None
    assert (found.reason, found.again) == ("CrashLoopBackOff", 3)


@pytest.mark.parametrize(
    ("entry", "pods", "phase", "count"),
    [
        ({"healthy": True, "message": "Ready:2/2"}, [], "healthy", (2, 2)),
        ({"healthy": False, "message": "Ready:0/2"}, [pod(ready=True)], "starting", (1, 2)),
        ({"healthy": True, "message": "Ready:1/1"}, [pod(ready=True), pod(ready=True)], "healthy", (1, 1)),
        ({"healthy": True, "message": "Ready:0/0"}, [], "stopped", (0, 0)),
        ({"healthy": False, "message": "Ready:0/0"}, [], "starting", (0, 0)),
        # The runtime looks only now and then.
        ({"healthy": True, "message": "Ready:1/1"}, [pod(ready=False)], "starting", (0, 1)),
        ({"healthy": True, "message": "Ready:1/1"}, [pod(waiting("CrashLoopBackOff"))], "failing", (0, 1)),
        ({"healthy": True, "message": "Active/Failed/Succeeded:0/0/1"}, [], "done", (0, 0)),
        ({"healthy": False, "message": "Active/Failed/Succeeded:1/0/0"}, [], "starting", (0, 0)),
        ({"healthy": True, "traits": [{"type": "gateway", "healthy": False}]}, [], "starting", (0, 0)),
        ({"healthy": False}, [pod(waiting("ImagePullBackOff"))], "failing", (0, 1)),
    ],
)
def test_the_phase_of_a_service(
    entry: dict[str, Any], pods: list[dict[str, Any]], phase: str, count: tuple[int, int]
) -> None:
    """From the runtime's word and the pods."""
    (found,) = state.services(application("web", services=[{"name": "web", **entry}]), pods)
    assert (found.phase, (found.ready, found.wanted)) == (phase, count)


def test_daemons_without_a_node_are_not_stopped() -> None:
    """There is just no node for them."""
    running = application("web", services=[{"name": "web", "healthy": True, "message": "Ready:0/0"}])
    running.components[0]["type"] = "daemon"
    assert [item.phase for item in state.services(running, [])] == ["healthy"]


def test_who_shares_the_pods_of_a_service_is_stopped_with_it() -> None:
    """It has no pods of its own."""
    running = application("web", services=[{"name": "web", "healthy": True, "message": "Ready:0/0"}])
    running.manifest["metadata"]["annotations"] = {"compose2oam.io/pods": '{"side": "web"}'}
    assert [(item.service, item.phase) for item in state.services(running, [])] == [
        ("web", "stopped"),
        ("side", "stopped"),
    ]


def test_components_that_hold_objects_are_no_services() -> None:
    """Those that several services share; one of a service's own name is that service."""
    running = application("demo-volumes", "web", "shared")
    for component in running.components:
        if component["name"] != "web":
            component["type"] = "k8s-objects"
    assert running.runs == ["web", "shared"]


@pytest.mark.parametrize("change", [{"generation": 2}, {"status": "runningWorkflow"}, {"services": []}])
def test_what_is_not_healthy(change: dict[str, Any]) -> None:
    """An older generation, a workflow that goes on, a component that the runtime does not speak of."""
    well: dict[str, Any] = {"status": "running", "services": [{"name": "web", "healthy": True}]}
    assert state.is_healthy(application("web", **well))
    assert not state.is_healthy(application("web", **{**well, **change}))


def test_annotations_that_somebody_broke_say_nothing() -> None:
    """No traceback for a person's edit."""
    running = application("web")
    running.manifest["metadata"]["annotations"] = {"compose2oam.io/services": "{", "compose2oam.io/pods": "[]"}
    assert running.service_of("web") == "web"
    assert running.guests == {}
