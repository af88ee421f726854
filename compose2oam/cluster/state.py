"""How an application does, worked out from what the runtime and its pods say: pure functions over plain data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from compose2oam.cluster.applications import APPLICATION, COMPONENT, Running
from compose2oam.cluster.refusals import in_brief

WAITING, STARTING, HEALTHY, STOPPED = "waiting", "starting", "healthy", "stopped"
DONE, FAILING = "done", "failing"
#: The phases in which nothing is left to wait for.
WELL = frozenset({HEALTHY, STOPPED, DONE})

_READY = re.compile(r"Ready:(\d+)/(\d+)")
_JOB = re.compile(r"Active/Failed/Succeeded:\d+/\d+/(\d+)")
# What a container that is about to start waits for; no trouble.
_USUAL = {"ContainerCreating", "PodInitializing"}
# The types of components that run once on each node.
_ON_NODES = {"daemon", "DaemonSet"}
# The labels by which controllers tell the pods of one revision from those of another (Kubernetes, Deployment and
# StatefulSet).
_REVISIONS = ("pod-template-hash", "controller-revision-hash")
_ENDED = {"workflowFailed", "workflowTerminated"}
_SUSPENDED = "workflowSuspending"


@dataclass(frozen=True, slots=True)
class Trouble:
    """What keeps a pod, a component or an application from being well.

    Attributes:
        reason: one word, as Kubernetes or KubeVela has it.
        message: more about it, ``""`` if there is none.
        pod: its name, ``""`` if no pod is to blame.
        container: its name, ``""`` if none is to blame.
        again: how often the container was started again.
    """

    reason: str
    message: str = ""
    pod: str = ""
    container: str = ""
    again: int = 0

    def __str__(self) -> str:
        """Reason and message, in one line."""
        return in_brief(f"{self.reason}: {self.message}" if self.message else self.reason)


@dataclass(frozen=True, slots=True)
class ServiceState:
    """How a service does.

    Attributes:
        service: its name in Compose.
        component: its name in the application.
        type: of the component.
        phase: ``waiting`` (not made yet), ``starting``, ``healthy``, ``stopped`` (it is to have no pods), ``done`` (it
            ran to its end) or ``failing``.
        ready: how many pods are ready.
        wanted: how many there should be, 0 where nobody says.
        message: what it waits for, or what is wrong; ``""`` for nothing.
        trouble: what is wrong.
        host: the component in whose pods it runs, ``""`` if it has pods of its own.
        unready: the name of a pod of it that is not ready, ``""`` if there is none.
    """

    service: str
    component: str
    type: str
    phase: str
    ready: int = 0
    wanted: int = 0
    message: str = ""
    trouble: Trouble | None = None
    host: str = ""
    unready: str = ""

    @property
    def home(self) -> str:
        """The component that its pods are of."""
        return self.host or self.component

    def as_data(self) -> dict[str, Any]:
        """Return what there is to say of it as plain data; what is wrong stands in the message."""
        return {
            "service": self.service,
            "component": self.component,
            "type": self.type,
            "phase": self.phase,
            "ready": self.ready,
            "wanted": self.wanted,
            "message": self.message,
            "host": self.host,
        }


def is_current(running: Running) -> bool:
    """Whether the runtime speaks of the application as it is now, not as it was before the last change."""
    seen = running.status.get("observedGeneration") or 0
    return bool(seen >= (running.manifest["metadata"].get("generation") or 0))


def is_healthy(running: Running) -> bool:
    """Whether everything that the application asks for is there and well."""
    if not is_current(running) or running.status.get("status") != "running":
        return False
    entries = _entries(running)
    return all(str(one["name"]) in entries and _is_well(entries[str(one["name"])]) for one in running.components)


def suspended(running: Running) -> str:
    """Return why the workflow waits for a person, ``""`` if it does not."""
    if not is_current(running) or running.status.get("status") != _SUSPENDED or list(_failed_steps(running)):
        return ""
    steps = [step for step in _steps(running) if step.get("type") == "suspend" and step.get("phase") != "succeeded"]
    return f"at the step {steps[0].get('name')}" if steps else "at a step"


def verdict(running: Running) -> Trouble | None:
    """Return what is wrong with the application as a whole, where no single service is to blame."""
    if not is_current(running):
        return None
    for condition in running.status.get("conditions") or ():
        if condition.get("status") == "False" and condition.get("message"):
            return Trouble(str(condition.get("type")), str(condition["message"]))
    phase = str(running.status.get("status"))
    failed = list(_failed_steps(running))
    if failed and phase in _ENDED | {_SUSPENDED}:
        step = failed[0]
        what = f"the workflow step {step.get('name')} failed"
        return Trouble(str(step.get("reason") or phase), f"{what}: {step.get('message') or 'it does not say why'}")
    if phase in _ENDED:
        message = (running.status.get("workflow") or {}).get("message") or "the workflow ended early"
        return Trouble(phase, str(message))
    return None


def services(running: Running, pods: Iterable[Mapping[str, Any]]) -> list[ServiceState]:
    """Return how each service does, in the order of the application; what runs in another's pods comes after that."""
    entries = _entries(running) if is_current(running) else {}
    steps = {str(step.get("name")): step for step in _steps(running)} if is_current(running) else {}
    of: dict[str, list[Mapping[str, Any]]] = {}
    for pod in pods:
        labels = pod["metadata"].get("labels") or {}
        if labels.get(APPLICATION) == running.name and not pod["metadata"].get("deletionTimestamp"):
            of.setdefault(str(labels.get(COMPONENT)), []).append(pod)
    found = []
    runs = set(running.runs)
    for component in running.components:
        name = str(component["name"])
        own = of.get(name, ())
        state = _state(running, component, entries.get(name), steps.get(name), own)
        if name in runs or state.phase == FAILING:
            found.append(state)
            found += [_guest(running, state, guest, own) for guest in running.guests.get(name, ())]
    return found


def _guest(running: Running, host: ServiceState, name: str, pods: Sequence[Mapping[str, Any]]) -> ServiceState:
    """Return how a service does that is a container of another one's pods."""
    known = [one for pod in pods for one in containers_of(pod) if one.get("name") == name]
    troubles = [trouble for pod in _latest(pods) for trouble in troubles_of(pod) if trouble.container == name]
    ready = min(sum(bool(one.get("ready")) for one in known), host.wanted)
    made = replace(host, service=running.service_of(name), component=name, host=host.component, ready=ready)
    if host.phase == WAITING or host.phase in WELL:
        return replace(made, ready=host.ready)
    if troubles:
        return replace(made, phase=FAILING, message=str(troubles[0]), trouble=troubles[0])
    ended = bool(known) and all("terminated" in (one.get("state") or {}) for one in known)
    phase = DONE if ended else HEALTHY if known and ready >= host.wanted > 0 else STARTING
    return replace(made, phase=phase, message="", trouble=None)


def _state(
    running: Running,
    component: Mapping[str, Any],
    entry: Mapping[str, Any] | None,
    step: Mapping[str, Any] | None,
    pods: Sequence[Mapping[str, Any]],
) -> ServiceState:
    name, kind = str(component["name"]), str(component.get("type"))
    message = str((entry or {}).get("message") or "")
    counted = _READY.search(message)
    job = _JOB.search(message)
    wanted = int(counted[2]) if counted else len(pods)
    # What pods say is newer than what the runtime says of them; while one takes the place of another there are more.
    ready = min(sum(is_ready(pod) for pod in pods), wanted) if pods else int(counted[1]) if counted else 0

    latest = _latest(pods)

    def state(phase: str, message: str = "", trouble: Trouble | None = None) -> ServiceState:
        unready = next((str(pod["metadata"]["name"]) for pod in latest if not is_ready(pod)), "")
        service = running.service_of(name)
        return ServiceState(service, name, kind, phase, ready, wanted, message, trouble, unready=unready)

    is_short = counted is not None and bool(pods) and ready < wanted
    if entry is not None and _is_well(entry) and not is_short:
        if job and int(job[1]):
            return state(DONE)
        # On each node that there is for it, which may be none, is something else.
        no_pods = counted is not None and not wanted and kind not in _ON_NODES
        return state(STOPPED if no_pods else HEALTHY)
    if step is not None and step.get("phase") == "failed":
        failure = Trouble(str(step.get("reason") or "Failed"), str(step.get("message") or ""))
        return state(FAILING, str(failure), failure)
    guests = set(running.guests.get(name, ()))
    troubles = [trouble for pod in latest for trouble in troubles_of(pod) if trouble.container not in guests][:1]
    if entry is not None and entry.get("reason"):
        troubles = [_stopped(entry, troubles)]
    if troubles:
        return state(FAILING, str(troubles[0]), troubles[0])
    if entry is None and not pods:
        return state(WAITING, _waits_for(running, component))
    unwell = [trait for trait in (entry or {}).get("traits") or () if not trait.get("healthy", True)]
    if entry is not None and entry.get("workloadHealthy") and unwell:
        return state(STARTING, f"the trait {unwell[0].get('type')}: {unwell[0].get('message') or 'not ready yet'}")
    return state(STARTING, "" if counted or job else in_brief(message))


def _latest(pods: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the pods of the last revision that has any: what is wrong with those before goes with them."""
    if not pods:
        return []
    last = revision_of(max(pods, key=lambda pod: str(pod["metadata"].get("creationTimestamp") or "")))
    return [pod for pod in pods if revision_of(pod) == last]


def revision_of(pod: Mapping[str, Any]) -> str:
    """Return the name of the revision that a controller made a pod of, ``""`` where it has none."""
    labels = pod["metadata"].get("labels") or {}
    return next((str(labels[key]) for key in _REVISIONS if key in labels), "")


def _stopped(entry: Mapping[str, Any], troubles: Sequence[Trouble]) -> Trouble:
    """Return what keeps a component from being well for good, with what its pods say of it."""
    reason, why = str(entry["reason"]), in_brief(entry.get("why"))
    if not troubles:
        return Trouble(reason, why)
    return replace(troubles[0], reason=reason, message=f"{why}: {troubles[0].message}" if why else troubles[0].message)


def _waits_for(running: Running, component: Mapping[str, Any]) -> str:
    entries = _entries(running) if is_current(running) else {}
    names = [str(name) for name in component.get("dependsOn") or ()]
    missing = [running.service_of(name) for name in names if name not in entries or not _is_well(entries[name])]
    return f"for {', '.join(missing)}" if missing else ""


def is_ready(pod: Mapping[str, Any]) -> bool:
    """Whether a pod takes part: it is ready, or it ran to its end."""
    status = pod.get("status") or {}
    if status.get("phase") == "Succeeded":
        return True
    return any(one.get("type") == "Ready" and one.get("status") == "True" for one in status.get("conditions") or ())


def containers_of(pod: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Go through what is known of a pod's containers, in the order in which they start."""
    status = pod.get("status") or {}
    yield from status.get("initContainerStatuses") or ()
    yield from status.get("containerStatuses") or ()


def trouble_of(pod: Mapping[str, Any]) -> Trouble | None:
    """Return what is wrong with a pod, ``None`` while it only takes its time."""
    return next(troubles_of(pod), None)


def troubles_of(pod: Mapping[str, Any]) -> Iterator[Trouble]:
    """Go through what is wrong with a pod: with its containers one by one, else with all of it."""
    name = str(pod["metadata"]["name"])
    status = pod.get("status") or {}
    found = [trouble for container in containers_of(pod) if (trouble := _trouble_in(name, container))]
    if found:
        yield from found
        return
    for condition in status.get("conditions") or ():
        if condition.get("type") == "PodScheduled" and condition.get("status") == "False":
            yield Trouble(str(condition.get("reason") or "Unschedulable"), in_brief(condition.get("message")), name)
            return
    if status.get("phase") == "Failed":
        yield Trouble(str(status.get("reason") or "Failed"), in_brief(status.get("message")), name)


def _trouble_in(pod: str, container: Mapping[str, Any]) -> Trouble | None:
    again = int(container.get("restartCount") or 0)
    who = pod, str(container.get("name")), again
    state, last = container.get("state") or {}, container.get("lastState") or {}
    waits = state.get("waiting") or {}
    if waits.get("reason") and waits["reason"] not in _USUAL:
        ended = last.get("terminated")
        message = _ended(ended, again) if ended else in_brief(waits.get("message"))
        return Trouble(str(waits["reason"]), message, *who)
    ended = state.get("terminated")
    if ended and ended.get("exitCode"):
        return Trouble(str(ended.get("reason") or "Error"), _ended(ended, again), *who)
    ended = last.get("terminated")
    if ended and again and not container.get("ready"):
        return Trouble(str(ended.get("reason") or "Error"), _ended(ended, again), *who)
    return None


def _ended(ended: Mapping[str, Any], again: int) -> str:
    code = ended.get("exitCode")
    what = f"it ended with the exit code {code}"
    if again:
        what += f", and was started again {'once' if again == 1 else f'{again} times'}"
    return f"{what}: {in_brief(ended['message'])}" if ended.get("message") else what


def _entries(running: Running) -> dict[str, Mapping[str, Any]]:
    """Return what the runtime says of each component; of several places the one that is not well."""
    found: dict[str, Mapping[str, Any]] = {}
    for entry in running.status.get("services") or ():
        name = str(entry.get("name"))
        if name not in found or not _is_well(entry):
            found[name] = entry
    return found


def _is_well(entry: Mapping[str, Any]) -> bool:
    return bool(entry.get("healthy")) and all(trait.get("healthy", True) for trait in entry.get("traits") or ())


def _steps(running: Running) -> Iterator[Mapping[str, Any]]:
    for step in (running.status.get("workflow") or {}).get("steps") or ():
        yield step
        yield from step.get("subSteps") or ()


def _failed_steps(running: Running) -> Iterator[Mapping[str, Any]]:
    return (step for step in _steps(running) if step.get("phase") == "failed")
