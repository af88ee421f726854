"""How far a workload is, by its kind: what `kubectl rollout status` would wait for."""

from __future__ import annotations

from typing import Any

import pytest

from compose2oam.cluster.rollout import progress_of


def workload(kind: str, spec: dict[str, Any], status: dict[str, Any], generation: int = 1) -> dict[str, Any]:
    """A workload that was seen as it is now, unless the status says otherwise."""
    metadata = {"name": "web", "generation": generation}
    return {"kind": kind, "metadata": metadata, "spec": spec, "status": {"observedGeneration": 1, **status}}


FULL = {"replicas": 2, "updatedReplicas": 2, "readyReplicas": 2, "availableReplicas": 2}


@pytest.mark.parametrize(
    ("kind", "spec", "status", "healthy", "message"),
    [
        ("Deployment", {"replicas": 2}, FULL, True, "Ready:2/2"),
        ("Deployment", {}, {}, False, "Ready:0/1"),
        ("Deployment", {"replicas": 0}, {}, True, "Ready:0/0"),
        ("Deployment", {"replicas": 2}, {**FULL, "updatedReplicas": 1}, False, "Ready:2/2"),
        ("Deployment", {"replicas": 2}, {**FULL, "replicas": 3}, False, "Ready:2/2"),
        ("Deployment", {"replicas": 2}, {**FULL, "availableReplicas": 1}, False, "Ready:2/2"),
        ("StatefulSet", {"replicas": 1}, {"readyReplicas": 1, "updatedReplicas": 1}, True, "Ready:1/1"),
        ("StatefulSet", {"replicas": 2}, {"readyReplicas": 2, "updatedReplicas": 1}, False, "Ready:2/2"),
        (
            "StatefulSet",
            {"replicas": 2, "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 1}}},
            {"readyReplicas": 2, "updatedReplicas": 1},
            True,
            "Ready:2/2",
        ),
        ("StatefulSet", {"updateStrategy": {"type": "OnDelete"}}, {"readyReplicas": 1}, True, "Ready:1/1"),
        (
            "DaemonSet",
            {},
            {"desiredNumberScheduled": 3, "numberReady": 3, "updatedNumberScheduled": 3, "numberAvailable": 3},
            True,
            "Ready:3/3",
        ),
        ("DaemonSet", {}, {"desiredNumberScheduled": 3, "numberReady": 1}, False, "Ready:1/3"),
        ("Job", {}, {"active": 1}, False, "Active/Failed/Succeeded:1/0/0"),
        (
            "Job",
            {},
            {"succeeded": 1, "conditions": [{"type": "Complete", "status": "True"}]},
            True,
            "Active/Failed/Succeeded:0/0/1",
        ),
        ("CronJob", {}, {}, True, ""),
        ("CloneSet", {}, {}, True, ""),
    ],
)
def test_when_it_is_well(kind: str, spec: dict[str, Any], status: dict[str, Any], healthy: bool, message: str) -> None:
    """The last change is out, and all pods of it take part."""
    assert progress_of(workload(kind, spec, status))[:2] == (healthy, message)


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet", "DaemonSet"])
def test_an_old_status_tells_nothing(kind: str) -> None:
    """What the controller has not seen yet cannot be well."""
    every = {**FULL, "desiredNumberScheduled": 1, "numberReady": 1, "updatedNumberScheduled": 1, "numberAvailable": 1}
    assert progress_of(workload(kind, {"replicas": 2}, every)).healthy
    assert not progress_of(workload(kind, {"replicas": 2}, every, generation=2)).healthy


@pytest.mark.parametrize(
    ("kind", "condition", "reason"),
    [
        ("Job", {"type": "Failed", "status": "True", "reason": "BackoffLimitExceeded"}, "BackoffLimitExceeded"),
        ("Deployment", {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate"}, "FailedCreate"),
        (
            "Deployment",
            {"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded"},
            "ProgressDeadlineExceeded",
        ),
        ("Deployment", {"type": "Progressing", "status": "False", "reason": "DeploymentPaused"}, ""),
        ("Deployment", {"type": "Available", "status": "False", "reason": "MinimumReplicasUnavailable"}, ""),
    ],
)
def test_what_stops_it(kind: str, condition: dict[str, Any], reason: str) -> None:
    """Only what does not pass by itself."""
    found = progress_of(workload(kind, {}, {"conditions": [{**condition, "message": "why"}]}))
    assert (found.healthy, found.reason, found.why) == (False, reason, "why" if reason else "")
