"""Scaling, stopping, starting and restarting the services of a project that runs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime, timezone
from typing import Any

from compose2oam.cluster.applications import Running
from compose2oam.cluster.changing import merge
from compose2oam.cluster.client import Cluster
from compose2oam.cluster.counts import Turn, autoscaled, is_held, remembered, turn
from compose2oam.cluster.reruns import rerun
from compose2oam.cluster.workloads import SCALED, Workload, of_services, workloads
from compose2oam.errors import UsageError
from compose2oam.model.namedtuple import NamedTuple

#: Annotation of a pod template by which kubectl, too, has pods replaced (Kubernetes, "kubectl rollout restart").
RESTARTED = "kubectl.kubernetes.io/restartedAt"


class Step(NamedTuple):
    """What becomes of a workload.

    Attributes:
        workload: which.
        text: what becomes of it; where nothing does, why.
        turn: the number or the suspension to set, ``None`` for none.
        act: what else to do, ``None`` for nothing.
        barred: whether nothing can be done at all: an error where the service was named.
    """

    workload: Workload
    text: str
    turn: Turn | None = None
    act: Callable[[], None] | None = None
    barred: bool = False

    @property
    def changes(self) -> bool:
        """Whether it does anything."""
        return self.turn is not None or self.act is not None


def scaling(cluster: Cluster, running: Running, counts: Mapping[str, int]) -> list[Step]:
    """Work out what gives services other numbers of replicas.

    Raises:
        UsageError: there is no such service, or its number cannot be set.
        ClusterError: the cluster refused.
    """
    found = workloads(cluster, running)
    scaled = autoscaled(cluster, running)
    steps = []
    for service, count in counts.items():
        _refuse_guest(running, service, "scale")
        for item in _those(found, running, [service]):
            why = _unscalable(item) or _by_autoscaler(item, scaled)
            if why:
                raise UsageError(f"{service} cannot be scaled: {why}")
            same = item.replicas == count
            text = f"has {count} already" if same else f"{item.replicas} -> {count}"
            steps.append(Step(item, text, None if same else Turn(item, count)))
    return steps


def stopping(cluster: Cluster, running: Running, services: Collection[str]) -> list[Step]:
    """Work out what ends the pods of services, so that `start` can bring them back.

    Raises:
        UsageError: there is no such service, or one that is named cannot be stopped.
        ClusterError: the cluster refused.
    """
    for service in services:
        _refuse_guest(running, service, "stop")
    scaled = autoscaled(cluster, running)
    steps = [_stop(item, scaled) for item in _those(workloads(cluster, running), running, services)]
    return _checked(steps, services, "stopped")


def _stop(item: Workload, scaled: Mapping[str, str]) -> Step:
    if item.kind == "DaemonSet":
        return Step(item, "it runs on every node by its kind, and has no number to set to 0", barred=True)
    if item.kind in SCALED:
        by = scaled.get(f"{item.kind} {item.name}", "")
        if by.startswith("ScaledObject "):
            return Step(item, f"the {by} would bring it back", barred=True)
        if item.replicas == 0:
            return Step(item, "has no replicas already")
        return Step(item, "stopped", Turn(item, 0, remember=True))
    if item.spec.get("suspend"):
        return Step(item, "is suspended already")
    if item.has_ended:
        return Step(item, "ran to its end already")
    return Step(item, "suspended", Turn(item, True, remember=True))


def starting(cluster: Cluster, running: Running, services: Collection[str]) -> list[Step]:
    """Work out what brings back what was stopped.

    Raises:
        UsageError: there is no such service.
        ClusterError: the cluster refused.
    """
    found = workloads(cluster, running)
    memory = remembered(cluster, running, found)
    return [_start(running, item, memory) for item in _those(found, running, services)]


def _start(running: Running, item: Workload, memory: Mapping[str, Any]) -> Step:
    if item.kind in SCALED:
        # A runtime may not have passed on yet that it is to stop.
        stops = is_held(running, item) and item.component in memory
        if item.replicas and not stops:
            return Step(item, "runs already")
        if item.component not in memory:
            return Step(item, f"has no replicas, and nobody stopped it: compose2oam scale {item.service}=1")
        return Step(item, "started", Turn(item, memory[item.component]))
    if item.kind != "DaemonSet" and item.spec.get("suspend"):
        before = memory.get(item.component)
        return Step(item, "goes on", Turn(item, False if before is None else before))
    return Step(item, "ran to its end; restart runs it again" if item.has_ended else "runs already")


def restarting(cluster: Cluster, running: Running, services: Collection[str]) -> list[Step]:
    """Work out what puts new pods in the place of those of services, a few at a time, and runs tasks again.

    Raises:
        UsageError: there is no such service, or one that is named cannot be restarted.
        ClusterError: the cluster refused.
    """
    steps = [_restart(cluster, item) for item in _those(workloads(cluster, running), running, services)]
    return _checked(steps, services, "restarted")


def _restart(cluster: Cluster, item: Workload) -> Step:
    if item.kind == "CronJob":
        runs = (
            f"kubectl create job --from=cronjob/{item.name} {item.name}-now -n {item.manifest['metadata']['namespace']}"
        )
        return Step(item, f"it runs at its times; at once: {runs}", barred=True)
    if item.kind == "Job":
        return Step(item, "runs again", act=lambda: rerun(cluster, item))
    if item.kind in SCALED and not item.replicas:
        return Step(item, "has no replicas; start brings it back")
    now = datetime.now(timezone.utc).isoformat(timespec="seconds").replace("+00:00", "Z")
    patch = {"spec": {"template": {"metadata": {"annotations": {RESTARTED: now}}}}}

    def act() -> None:
        merge(cluster, item.path, patch)

    return Step(item, "restarted", act=act)


def do(cluster: Cluster, running: Running, steps: Collection[Step]) -> Iterator[Step]:
    """Do what was worked out, and say each step as it is done; those that change nothing too.

    Raises:
        ClusterError: the cluster refused.
    """
    turn(cluster, running, [step.turn for step in steps if step.turn is not None])
    for step in steps:
        if step.act is not None:
            step.act()
        yield step


def _those(found: list[Workload], running: Running, services: Collection[str]) -> list[Workload]:
    chosen = of_services(found, running, services)
    there = {item.component for item in chosen}
    missing = [service for service in services if running.of_services([service])[0][0] not in there]
    if missing:
        raise UsageError(
            f"{', '.join(missing)} has no workload that could be changed; see compose2oam status -p {running.project}"
        )
    return chosen


def _checked(steps: list[Step], services: Collection[str], done: str) -> list[Step]:
    """Return steps, unless one that was asked for by name is barred.

    Raises:
        UsageError: one is.
    """
    for step in steps if services else ():
        if step.barred:
            raise UsageError(f"{step.workload.service} cannot be {done}: {step.text}")
    return steps


def _refuse_guest(running: Running, service: str, verb: str) -> None:
    host, container = running.of_services([service])[0]
    whole = running.service_of(host)
    if container and whole != service:
        raise UsageError(f"{service} runs in the pods of {whole}: {verb} {whole}")


def _unscalable(item: Workload) -> str:
    if item.kind == "DaemonSet":
        return "it runs once on each node by its kind"
    if item.kind in SCALED:
        return ""
    return "it is a task, and runs to its end" if item.kind == "Job" else "it is a task that begins at its times"


def _by_autoscaler(item: Workload, scaled: Mapping[str, str]) -> str:
    by = scaled.get(f"{item.kind} {item.name}")
    return f"the {by} decides how many there are; change its bounds in the project" if by else ""
