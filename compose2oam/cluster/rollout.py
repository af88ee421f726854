"""How far an object that runs pods is, each kind by its own status, as `kubectl rollout status` sees it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from compose2oam.model.namedtuple import NamedTuple

Manifest = Mapping[str, Any]

#: The kinds of objects that run the pods of a project: API version, kind, resource.
KINDS = (
    ("apps/v1", "Deployment", "deployments"),
    ("apps/v1", "StatefulSet", "statefulsets"),
    ("apps/v1", "DaemonSet", "daemonsets"),
    ("batch/v1", "Job", "jobs"),
    ("batch/v1", "CronJob", "cronjobs"),
)

#: The names of these kinds.
WORKLOADS = frozenset(kind for _, kind, _ in KINDS)


class Progress(NamedTuple):
    """How far a workload is.

    Attributes:
        healthy: it is as it should be: the last change is out and all pods are ready, or it ran to its end.
        message: in the words that KubeVela uses for it, ``Ready:1/2`` or ``Active/Failed/Succeeded:0/0/1``; or more.
        reason: what keeps it from getting there for good, ``""`` for nothing.
        why: more about that.
    """

    healthy: bool
    message: str
    reason: str = ""
    why: str = ""


def progress_of(workload: Manifest) -> Progress:
    """Return how far a workload is; what is of none of the kinds has nothing to wait for."""
    look = _LOOKS.get(str(workload.get("kind")))
    return look(workload) if look else Progress(True, "")


def _is_seen(workload: Manifest) -> bool:
    """Whether the status is about the object as it is now."""
    return int(_status(workload).get("observedGeneration") or 0) >= int(workload["metadata"].get("generation") or 0)


def _status(workload: Manifest) -> Manifest:
    found = workload.get("status")
    return found if isinstance(found, Mapping) else {}


def _count(holder: Manifest, key: str, default: int = 0) -> int:
    value = holder.get(key)
    return default if value is None else int(value)


def _condition(workload: Manifest, kind: str, status: str) -> Manifest | None:
    found = _status(workload).get("conditions") or ()
    return next((item for item in found if item.get("type") == kind and item.get("status") == status), None)


def _of_deployment(workload: Manifest) -> Progress:
    status, wanted = _status(workload), _count(workload.get("spec") or {}, "replicas", 1)
    ready, updated = _count(status, "readyReplicas"), _count(status, "updatedReplicas")
    # An old pod that still stands beside the new ones is about to go; the change is out only then.
    out = updated >= wanted and _count(status, "replicas") <= updated and _count(status, "availableReplicas") >= updated
    refused = _condition(workload, "ReplicaFailure", "True")
    late = _condition(workload, "Progressing", "False")
    trouble = refused or (late if late and late.get("reason") == "ProgressDeadlineExceeded" else None) or {}
    return _counted(workload, out, ready, wanted)._replace(
        reason=str(trouble.get("reason") or ""), why=str(trouble.get("message") or "")
    )


def _of_stateful_set(workload: Manifest) -> Progress:
    status, spec = _status(workload), workload.get("spec") or {}
    wanted, ready = _count(spec, "replicas", 1), _count(status, "readyReplicas")
    strategy = spec.get("updateStrategy") or {}
    rolls = strategy.get("type", "RollingUpdate") == "RollingUpdate"
    moved = wanted - _count(strategy.get("rollingUpdate") or {}, "partition")
    out = ready >= wanted and (not rolls or wanted == 0 or _count(status, "updatedReplicas") >= moved)
    return _counted(workload, out, ready, wanted)


def _of_daemon_set(workload: Manifest) -> Progress:
    status = _status(workload)
    wanted, ready = _count(status, "desiredNumberScheduled"), _count(status, "numberReady")
    strategy = ((workload.get("spec") or {}).get("updateStrategy") or {}).get("type", "RollingUpdate")
    updated = strategy != "RollingUpdate" or _count(status, "updatedNumberScheduled") >= wanted
    return _counted(workload, updated and _count(status, "numberAvailable") >= wanted, ready, wanted)


def _counted(workload: Manifest, out: bool, ready: int, wanted: int) -> Progress:
    return Progress(_is_seen(workload) and out, f"Ready:{min(ready, wanted)}/{wanted}")


def _of_job(workload: Manifest) -> Progress:
    status = _status(workload)
    counts = (_count(status, key) for key in ("active", "failed", "succeeded"))
    message = f"Active/Failed/Succeeded:{'/'.join(map(str, counts))}"
    failed = _condition(workload, "Failed", "True")
    if failed is not None:
        return Progress(False, message, str(failed.get("reason") or "Failed"), str(failed.get("message") or ""))
    return Progress(_condition(workload, "Complete", "True") is not None, message)


def _of_cron_job(workload: Manifest) -> Progress:
    # It is well as soon as it is there: its jobs come at their times.
    return Progress(True, "")


_LOOKS: dict[str, Callable[[Manifest], Progress]] = {
    "Deployment": _of_deployment,
    "StatefulSet": _of_stateful_set,
    "DaemonSet": _of_daemon_set,
    "Job": _of_job,
    "CronJob": _of_cron_job,
}
