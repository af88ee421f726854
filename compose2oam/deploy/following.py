"""Waiting until an application is well, fails for good, or the time is up."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from compose2oam.cluster import state, stuck
from compose2oam.cluster.applications import KUBERNETES, KUBEVELA, V1ALPHA2, Running
from compose2oam.cluster.client import Cluster
from compose2oam.cluster.state import ServiceState, Trouble
from compose2oam.cluster.views import View
from compose2oam.model.namedtuple import NamedTuple

#: Seconds that a trouble may last before it is final: many a service fails until the one that it needs is there.
#: What is not in the table lasts until the time is up. A pod from before a change may still be there for a moment.
PATIENCE = {
    "InvalidImageName": 3.0,
    "ErrImageNeverPull": 3.0,
    "ImagePullBackOff": 3.0,
    "CreateContainerConfigError": 15.0,
    "CreateContainerError": 30.0,
    "RunContainerError": 30.0,
    "CrashLoopBackOff": 120.0,
    # A job that failed.
    "BackoffLimitExceeded": 5.0,
    "DeadlineExceeded": 5.0,
    "PodFailurePolicy": 5.0,
    # Pods that a quota or a policy refuses, unless others go and make room.
    "FailedCreate": 15.0,
    "ProgressDeadlineExceeded": 0.0,
}
# The same for what is wrong with the application as a whole; the older runtime looks again only after a while.
_PATIENCE_OF_ALL = {KUBEVELA: 10.0, V1ALPHA2: 75.0, KUBERNETES: 10.0}


@dataclass(frozen=True, slots=True)
class Seen:
    """What is seen of an application at one moment.

    Attributes:
        running: the application, ``None`` before it was seen.
        services: how its services do.
        trouble: what is wrong with it as a whole.
        troubles: what is wrong for good, by component; ``""`` stands for the application as a whole.
        ended: ``healthy``, ``suspended`` (a step of its workflow waits for a person), ``failed``, ``late`` (the time is
            up), ``""`` while none of these is so.
    """

    running: Running | None
    services: tuple[ServiceState, ...] = ()
    trouble: Trouble | None = None
    troubles: Mapping[str, Trouble] = field(default_factory=dict)
    ended: str = ""


class Awaited(Protocol):
    """What is to be well: a :class:`compose2oam.deploy.Plan`, or a :class:`Goal` where there is none."""

    @property
    def target(self) -> str:
        """What it is written for."""

    @property
    def namespace(self) -> str:
        """Where it is."""

    @property
    def name(self) -> str:
        """The name of the application."""

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of the workloads that it may have."""

    @property
    def needed(self) -> frozenset[str] | None:
        """The components that are to be well, ``None`` where the application as a whole is."""


class Goal(NamedTuple):
    """What is to be well of a project that runs, whose Compose file is not at hand."""

    target: str
    namespace: str
    name: str
    kinds: frozenset[str]
    needed: frozenset[str] | None


def follow(
    cluster: Cluster,
    plan: Awaited,
    *,
    timeout: float = 300.0,
    show: Callable[[Seen], None] = lambda seen: None,
    forever: bool = False,
    freed: Callable[[str], None] = lambda pod: None,
) -> Seen:
    """Wait until what was sent is well, fails for good, or the time is up.

    Args:
        cluster: where it is.
        plan: what was sent; components that were not asked for do not matter.
        timeout: seconds.
        show: called when something changed, and every second.
        forever: whatever is seen is not the end; only what ``show`` raises is.
        freed: called with the name of each pod that was in the way of a newer one, and is deleted.

    Raises:
        ClusterError: the cluster refused, or was away for too long.
    """
    wake: queue.SimpleQueue[Exception | None] = queue.SimpleQueue()
    view = View(cluster, plan.target, plan.namespace, plan.name, plan.kinds, wake)
    view.start()
    until = time.monotonic() + timeout
    since: dict[tuple[str, str], float] = {}
    try:
        while True:
            seen = _look(view, plan, since)
            if forever:
                seen = replace(seen, ended="")
            if seen.ended == "failed" and _has_freed(cluster, plan, seen, freed):
                since.clear()
                continue
            if not seen.ended and time.monotonic() >= until:
                seen = replace(seen, ended="late")
            show(seen)
            if seen.ended:
                return seen
            _wait(wake, min(1.0, max(0.0, until - time.monotonic())))
    finally:
        view.stop()


def _has_freed(cluster: Cluster, plan: Awaited, seen: Seen, freed: Callable[[str], None]) -> bool:
    """Delete pods that keep others from taking their place; return whether there were any."""
    found = [trouble for trouble in seen.troubles.values() if stuck.free(cluster, plan.namespace, trouble)]
    for trouble in found:
        freed(trouble.pod)
    return bool(found)


def _wait(wake: queue.SimpleQueue[Exception | None], seconds: float) -> None:
    """Wait for a change, and take those that come with it."""
    try:
        error = wake.get(timeout=seconds)
        while error is None:
            error = wake.get_nowait()
    except queue.Empty:
        return
    raise error


def _look(view: View, plan: Awaited, since: dict[tuple[str, str], float]) -> Seen:
    running = view.running()
    if running is None:
        return Seen(None)
    needed = plan.needed
    services = tuple(item for item in state.services(running, view.pods()) if needed is None or item.home in needed)
    whole = state.verdict(running)
    seen = Seen(running, services, whole)
    # Of plain objects those that are not there yet are not known of.
    is_whole = plan.target != KUBERNETES or not needed or needed <= {item.component for item in services}
    if needed is None:
        is_well = state.is_healthy(running)
    else:
        is_well = bool(services) and all(item.phase in state.WELL for item in services)
    if is_well and is_whole:
        return replace(seen, ended="healthy")
    final = _final(services, whole, since, _PATIENCE_OF_ALL[plan.target])
    # Before the runtime has seen a change, all that is there is from before.
    if final and state.is_current(running):
        return replace(seen, troubles=final, ended="failed")
    if state.suspended(running):
        return replace(seen, ended="suspended")
    return seen


def _final(
    services: Sequence[ServiceState], whole: Trouble | None, since: dict[tuple[str, str], float], patience: float
) -> dict[str, Trouble]:
    """Return the troubles that have lasted too long; ``since`` remembers from one look to the next when they began."""
    now = time.monotonic()
    troubles = {item.component: item.trouble for item in services if item.trouble is not None}
    if whole is not None:
        troubles[""] = whole
    keys = {(name, trouble.reason) for name, trouble in troubles.items()}
    for key in set(since) - keys:
        del since[key]
    found = {}
    for name, trouble in troubles.items():
        lasted = now - since.setdefault((name, trouble.reason), now)
        limit = PATIENCE.get(trouble.reason) if name else patience
        if limit is not None and lasted >= limit:
            found[name] = trouble
    return found
