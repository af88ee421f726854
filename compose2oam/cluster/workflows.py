"""Holding a workflow, and letting it go on: what KubeVela keeps of it in the status of an application."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from compose2oam.cluster import objects
from compose2oam.cluster.applications import KUBEVELA, Running
from compose2oam.cluster.client import Cluster, Refused
from compose2oam.errors import ClusterError, UsageError

# The phases of steps (KubeVela, WorkflowStepPhase).
_RUNNING, _HELD = "running", "suspending"
_FINISHED = frozenset({"succeeded", "failed", "skipped"})
# The runtime writes the status too; what was read is read again.
_TRIES = 5


def suspend(cluster: Cluster, running: Running, step: str = "") -> list[str] | None:
    """Hold a workflow at the steps that run, or at one of them; return the names of the steps.

    Returns:
        ``None`` where the workflow is held already; an empty list where no step runs at this moment, so that it is held
        before the next.

    Raises:
        ClusterError: the project has no workflow that runs, or the cluster refused.
        UsageError: there is no such step.
    """
    return _turn(cluster, running, step, hold=True)


def resume(cluster: Cluster, running: Running, step: str = "") -> list[str] | None:
    """Let a workflow go on from the steps that hold it, or from one of them; return the names of the steps.

    Returns:
        ``None`` where the workflow is not held; an empty list where it was held between two steps.

    Raises:
        ClusterError: the project has no workflow, it was ended, or the cluster refused.
        UsageError: there is no such step.
    """
    return _turn(cluster, running, step, hold=False)


def _turn(cluster: Cluster, running: Running, step: str, *, hold: bool) -> list[str] | None:
    path = _path(cluster, running)
    for left in reversed(range(_TRIES)):
        there = cluster.get(path) or {}
        workflow = copy.deepcopy((there.get("status") or {}).get("workflow") or {})
        _require(running, workflow, hold=hold)
        if bool(workflow.get("suspend")) is hold:
            return None
        names = _move(workflow.get("steps") or [], step, hold=hold)
        changed: dict[str, Any] = {"suspend": hold}
        if names:
            changed["steps"] = workflow["steps"]
        body = {
            # Whoever wrote in between is not written over.
            "metadata": {"resourceVersion": there["metadata"]["resourceVersion"]},
            "status": {"workflow": changed},
        }
        try:
            query = {"fieldManager": objects.MANAGER}
            cluster.request("PATCH", f"{path}/status", query, body, content_type="application/merge-patch+json")
        except Refused as error:
            if error.status != 409 or not left:
                raise
            continue
        return names
    raise ClusterError(f"the workflow of {running.name} changes all the time; try again")


def _path(cluster: Cluster, running: Running) -> str:
    if running.target != KUBEVELA:
        raise ClusterError(f"{running.project} has no workflow: it does not run as an application of KubeVela")
    manifest = {"apiVersion": "core.oam.dev/v1beta1", "kind": "Application", "metadata": running.manifest["metadata"]}
    return objects.path_of(cluster, manifest)


def _require(running: Running, workflow: dict[str, Any], *, hold: bool) -> None:
    if not workflow:
        raise ClusterError(f"the workflow of {running.name} has not begun")
    if workflow.get("terminated"):
        raise ClusterError(f"the workflow of {running.name} was ended; the next up begins a new one")
    if hold and workflow.get("finished"):
        raise ClusterError(f"the workflow of {running.name} is at its end, so there is nothing to hold")


def _move(steps: list[dict[str, Any]], wanted: str, *, hold: bool) -> list[str]:
    """Move the steps that are in one phase to the other, in place; return their names.

    Raises:
        UsageError: the step that is wanted is none of them.
    """
    before, after = (_RUNNING, _HELD) if hold else (_HELD, _RUNNING)
    moved = []
    for step in steps:
        for part in (step, *(step.get("subSteps") or ())):
            if part.get("phase") == before and wanted in {"", part.get("name")}:
                moved.append(str(part.get("name")))
                part["phase"] = after
                for below in part.get("subSteps") or ():
                    if below.get("phase") not in _FINISHED:
                        below["phase"] = after
    if wanted and not moved:
        there = [str(part.get("name")) for part in _all(steps) if part.get("phase") == before]
        what = "runs" if hold else "is held"
        raise UsageError(f"no step {wanted} {what}; {', '.join(there) or 'none'} {what}")
    return moved


def _all(steps: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for step in steps:
        yield step
        yield from step.get("subSteps") or ()
