"""Waiting until workloads are as they are to be: all pods there and ready, gone, or at their end."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from compose2oam.cluster import state
from compose2oam.cluster.applications import Running
from compose2oam.cluster.client import Cluster
from compose2oam.cluster.listing import pods_of
from compose2oam.cluster.rollout import progress_of
from compose2oam.cluster.workloads import SCALED, Workload, component_of, workloads
from compose2oam.errors import Unhealthy

# Seconds between looks, growing to the second.
FIRST, _LAST = 0.3, 2.0

#: Stands for any number of replicas but none.
SOME = -1

#: Says whether a workload is where it is to be; raises :class:`Unhealthy` where it never will.
Test = Callable[[Workload], bool]


def is_well(workload: Workload) -> bool:
    """Whether the last change is out and all pods are ready; of a task, whether it ran to its end.

    Raises:
        Unhealthy: it never will be, as its controller says.
    """
    progress = progress_of(workload.manifest)
    if progress.reason:
        raise Unhealthy(f"{workload.service}: {progress.reason}: {progress.why}".rstrip(": "))
    # A pod that is to go may still stand beside the others.
    all_there = workload.kind not in SCALED or _count(workload, "replicas") == workload.replicas
    return progress.healthy and all_there


def is_down(workload: Workload) -> bool:
    """Whether no pod is left that could go; what has no number of pods has none to go."""
    if workload.kind in SCALED:
        return progress_of(workload.manifest).healthy and _count(workload, "replicas") == 0
    return _count(workload, "active") == 0 if workload.kind == "Job" else True


def _count(workload: Workload, key: str) -> int:
    return int(workload.status.get(key) or 0)


def has_begun(workload: Workload) -> bool:
    """Whether a task that runs to its end has begun, or any other workload is well.

    Raises:
        Unhealthy: it never will be, as its controller says.
    """
    if workload.kind == "Job":
        return bool(workload.status.get("startTime")) or is_well(workload)
    return is_well(workload)


def settle(
    cluster: Cluster,
    running: Running,
    wanted: Mapping[str, Any],
    timeout: float,
    test: Test = is_well,
) -> list[Workload]:
    """Wait until workloads are there, have the numbers that are wanted, and pass a test; return them.

    Args:
        cluster: where.
        running: the project.
        wanted: by component, the number of replicas (or :data:`SOME`) or the suspension that it is to have, ``None``
            for whatever it has.
        timeout: seconds to wait.
        test: to pass.

    Raises:
        Unhealthy: they do not in time, or never will.
        ClusterError: the cluster refused.
    """
    until = time.monotonic() + timeout
    pause = FIRST
    kinds: Sequence[str] = ()
    while True:
        found = [item for item in _looked_up(cluster, running, kinds) if item.component in wanted]
        # What the runtime has not made yet may be of any kind.
        absent = [name for name in wanted if name not in {item.component for item in found}]
        kinds = () if absent else sorted({item.kind for item in found})
        missing = [item for item in found if not (_has(item, wanted[item.component]) and test(item))]
        if not missing and not absent:
            return found
        if time.monotonic() >= until:
            raise Unhealthy(_late(cluster, running, missing, absent))
        time.sleep(min(pause, max(0.0, until - time.monotonic())))
        pause = min(pause * 1.5, _LAST)


def _looked_up(cluster: Cluster, running: Running, kinds: Sequence[str]) -> list[Workload]:
    return workloads(cluster, running, kinds) if kinds else workloads(cluster, running)


def _has(workload: Workload, value: Any) -> bool:
    """Whether the runtime has passed on the number by now."""
    if value is None:
        return True
    if workload.kind in SCALED:
        return workload.replicas > 0 if value == SOME else bool(workload.replicas == value)
    return bool(workload.spec.get("suspend")) is bool(value)


def _late(cluster: Cluster, running: Running, missing: Collection[Workload], absent: Collection[str]) -> str:
    pods = pods_of(cluster, running)
    said = [f"{running.service_of(name)}: not there yet" for name in absent]
    for item in missing:
        own = [pod for pod in pods if component_of(pod) == item.component]
        trouble = next((found for pod in own if (found := state.trouble_of(pod))), None)
        message = progress_of(item.manifest).message
        said.append(f"{item.service}: {trouble or message or 'not there yet'}")
    return f"the time is up, and not all is as it is to be: {'; '.join(said)}"


def exit_code(pods: Collection[Mapping[str, Any]], task: Workload) -> int:
    """Return the exit code of a task that has ended: 0, or of its containers the last that is another.

    Args:
        pods: of the project.
        task: a Job; 1 where it failed and no pod is left to tell.
    """
    if "Failed" not in task.conditions:
        return 0
    own = [pod for pod in pods if component_of(pod) == task.component]
    own.sort(key=lambda pod: str(pod["metadata"].get("creationTimestamp")), reverse=True)
    codes = [
        int(((container.get("state") or {}).get("terminated") or {}).get("exitCode") or 0)
        for pod in own
        for container in (pod.get("status") or {}).get("containerStatuses") or ()
    ]
    return next((code for code in codes if code), 1)
