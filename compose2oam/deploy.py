"""From a conversion to a running application: what `compose2oam up` does, for any program to call.

:func:`plan` works out what to send, :func:`send` sends it, and :func:`follow` waits until it is well.
"""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from compose2oam.cluster import objects, state
from compose2oam.cluster.applications import APPLICATION, Running, collection, pods_path
from compose2oam.cluster.client import Cluster, Refused
from compose2oam.cluster.codes import FAILED, FAILING, LATE
from compose2oam.cluster.objects import Applied
from compose2oam.cluster.state import ServiceState, Trouble
from compose2oam.cluster.watch import Watch
from compose2oam.diagnostics import Diagnostic, Severity
from compose2oam.errors import ClusterError, UsageError
from compose2oam.model.compose import Project
from compose2oam.model.path import Path
from compose2oam.source.tree import Map, locate

if TYPE_CHECKING:
    from compose2oam.api import Conversion

PUBLISH_VERSION = "app.oam.dev/publishVersion"

#: Seconds that a trouble may last before it is final: many a service fails until the one that it needs is there.
#: What is not in the table lasts until the time is up.
PATIENCE = {
    "InvalidImageName": 0.0,
    "ErrImageNeverPull": 0.0,
    "ImagePullBackOff": 0.0,
    "CreateContainerConfigError": 15.0,
    "CreateContainerError": 30.0,
    "RunContainerError": 30.0,
    "CrashLoopBackOff": 120.0,
}
# The same for what is wrong with the application as a whole.
_PATIENCE_OF_ALL = 10.0

# The key of a service to look at for a trouble.
_KEYS: dict[str, Path] = {
    "InvalidImageName": ("image",),
    "ErrImagePull": ("image",),
    "ErrImageNeverPull": ("image",),
    "ImagePullBackOff": ("image",),
    "OOMKilled": ("deploy", "resources", "limits"),
    "Unschedulable": ("deploy",),
    "CrashLoopBackOff": ("command",),
    "RunContainerError": ("command",),
    "StartError": ("command",),
    "Error": ("command",),
}
_HINTS = {
    "ImagePullBackOff": "see that the image exists, and that the cluster may pull it",
    "ErrImagePull": "see that the image exists, and that the cluster may pull it",
    "Unschedulable": "see what the service asks for, and what the nodes have: kubectl describe nodes",
    "CreateContainerConfigError": "a Secret or a ConfigMap that it needs is missing, or lacks a key",
    "OOMKilled": "give it more memory: deploy.resources.limits.memory",
}


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be in the cluster.

    Attributes:
        project: the Compose project.
        namespace: where it goes.
        parts: ConfigMaps and Secrets, in order, with the labels by which they are found again.
        application: the manifest of the application.
        components: the components that were asked for; ``None`` for all.
    """

    project: Project
    namespace: str
    parts: tuple[Mapping[str, Any], ...]
    application: Mapping[str, Any]
    components: frozenset[str] | None = None

    @property
    def name(self) -> str:
        """The name of the application."""
        return str(self.application["metadata"]["name"])

    @property
    def documents(self) -> tuple[Mapping[str, Any], ...]:
        """All that is sent, in order, but the namespace."""
        return (*self.parts, self.application)


def scaled(project: Project, counts: Mapping[str, int]) -> Project:
    """Return a project with other numbers of replicas.

    Raises:
        UsageError: there is no such service, or less than no replicas.
    """
    if not counts:
        return project
    services = project.section("services")
    unknown = sorted(set(counts) - set(services))
    if unknown:
        raise UsageError(f"no such service: {', '.join(unknown)}; there is {', '.join(services)}")
    made = services.copied()
    for name, count in counts.items():
        if count < 0:
            raise UsageError(f"{name} cannot have {count} replicas")
        service = services[name].copied()
        deploy = (service.get("deploy") or Map()).copied()
        deploy["replicas"] = count
        service["deploy"] = deploy
        made[name] = service
    tree = project.tree.copied()
    tree["services"] = made
    return replace(project, tree=tree)


def plan(project: Project, made: Conversion, *, services: Collection[str] = (), publish_version: str = "") -> Plan:
    """Work out what to send.

    Args:
        project: the Compose project.
        made: what it was converted to.
        services: the services that are wanted, with what they depend on; all without one.
        publish_version: the name of the version; the runtime then acts only when it changes.

    Raises:
        UsageError: there is no such service, or no application to send.
    """
    if made.application is None:
        raise UsageError("this target writes no application to bring up; convert, and apply it with kubectl")
    application = made.application.to_dict()
    metadata = application["metadata"]
    namespace = str(metadata.get("namespace"))
    if publish_version:
        metadata["annotations"] = {**metadata.get("annotations", {}), PUBLISH_VERSION: publish_version}
    wanted = _closure(Running(application), services) if services else None
    parts = tuple(objects.labelled(item, project.name) for item in (*made.objects, *made.secrets))
    return Plan(project, namespace, parts, application, wanted)


def _closure(running: Running, services: Collection[str]) -> frozenset[str]:
    """Return the components of services, and those that they depend on."""
    waits = {str(one["name"]): [str(name) for name in one.get("dependsOn") or ()] for one in running.components}
    found: set[str] = set()
    open_ = [name for name, _ in running.of_services(services)]
    while open_:
        name = open_.pop()
        if name not in found:
            found.add(name)
            open_.extend(waits.get(name, ()))
    return frozenset(found)


def send(
    plan: Plan, cluster: Cluster, *, adopt: bool = False, force: bool = False, dry_run: bool = False
) -> Iterator[Applied]:
    """Put a plan into a cluster, and say what became of each object as it goes.

    Nothing is sent before it is known that all that is there already is ours.

    Args:
        plan: what to send.
        cluster: where to.
        adopt: take over objects that somebody else made.
        force: take over fields that another manager owns.
        dry_run: let the server check everything, and store nothing.

    Raises:
        ClusterError: the cluster refused, an object is somebody else's, or another manager owns a field.
    """
    if not _has_namespace(plan, cluster):
        manifest = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": plan.namespace}}
        yield objects.apply(cluster, manifest, None, dry_run=dry_run)
        if dry_run:
            raise ClusterError(
                f"the namespace {plan.namespace} is not there yet, so the server cannot try what would be in it; "
                f"make it with kubectl create namespace {plan.namespace}, or use --dry-run client"
            )
    found = [(item, objects.find(cluster, item, plan.project.name, adopt=adopt)) for item in plan.documents]
    for item, there in found:
        manifest = _with_others(item, there, plan.components) if item is plan.application else dict(item)
        yield objects.apply(cluster, manifest, there, force=force or (adopt and there is not None), dry_run=dry_run)


def _has_namespace(plan: Plan, cluster: Cluster) -> bool:
    try:
        there = cluster.get(f"/api/v1/namespaces/{plan.namespace}")
    except Refused as error:
        if error.status != 403:
            raise
        # Who works in a namespace may not see it as a whole; what is put there tells.
        return True
    if there is not None and (there.get("status") or {}).get("phase") == "Terminating":
        raise ClusterError(f"the namespace {plan.namespace} is being deleted: try again when it is gone")
    return there is not None


def _with_others(
    application: Mapping[str, Any], there: Mapping[str, Any] | None, wanted: frozenset[str] | None
) -> dict[str, Any]:
    """Return an application that changes only the components that are wanted, and those that hold objects."""
    if wanted is None:
        return dict(application)
    present = {str(one["name"]): one for one in Running(there).components} if there else {}
    running = Running(application)
    made = []
    for component in running.components:
        name = str(component["name"])
        if name in wanted or name not in running.runs:
            made.append(component)
        elif name in present:
            made.append(present[name])
    return {**application, "spec": {**application["spec"], "components": made}}


def prune(plan: Plan, cluster: Cluster, *, dry_run: bool = False) -> Iterator[Applied]:
    """Delete the ConfigMaps and Secrets of the project that it has no more; the runtime removes all else by itself.

    Raises:
        ClusterError: the cluster refused.
    """
    wanted = {(item["kind"], item["metadata"]["name"]) for item in plan.parts}
    for item in list(objects.own_objects(cluster, plan.namespace, plan.project.name)):
        key = item["kind"], item["metadata"]["name"]
        if key not in wanted and (dry_run or objects.delete(cluster, item)):
            yield Applied(*key, "deleted")


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


def follow(
    cluster: Cluster,
    namespace: str,
    name: str,
    *,
    components: frozenset[str] | None = None,
    timeout: float = 300.0,
    show: Callable[[Seen], None] = lambda seen: None,
) -> Seen:
    """Wait until an application is well, fails for good, or the time is up.

    Args:
        cluster: where it is.
        namespace: of the application.
        name: of the application.
        components: those that matter; all without them.
        timeout: seconds.
        show: called when something changed, and every second.

    Raises:
        ClusterError: the cluster refused, or was away for too long.
    """
    wake: queue.SimpleQueue[Exception | None] = queue.SimpleQueue()
    watches = [
        Watch(cluster, collection(namespace), {"fieldSelector": f"metadata.name={name}"}, wake),
        # Who may not see pods is still told what the runtime says.
        Watch(cluster, pods_path(namespace), {"labelSelector": f"{APPLICATION}={name}"}, wake, needed=False),
    ]
    for watch in watches:
        watch.start()
    until = time.monotonic() + timeout
    since: dict[tuple[str, str], float] = {}
    try:
        while True:
            seen = _look(watches[0].objects(), watches[1].objects(), components, since)
            if not seen.ended and time.monotonic() >= until:
                seen = replace(seen, ended="late")
            show(seen)
            if seen.ended:
                return seen
            _wait(wake, min(1.0, max(0.0, until - time.monotonic())))
    finally:
        for watch in watches:
            watch.stop()


def _wait(wake: queue.SimpleQueue[Exception | None], seconds: float) -> None:
    """Wait for a change, and take those that come with it."""
    try:
        error = wake.get(timeout=seconds)
        while error is None:
            error = wake.get_nowait()
    except queue.Empty:
        return
    raise error


def _look(
    applications: Sequence[Mapping[str, Any]],
    pods: Sequence[Mapping[str, Any]],
    components: frozenset[str] | None,
    since: dict[tuple[str, str], float],
) -> Seen:
    if not applications:
        return Seen(None)
    running = Running(applications[0])
    services = tuple(state.services(running, pods))
    if components is not None:
        services = tuple(item for item in services if item.component in components)
    whole = state.verdict(running)
    seen = Seen(running, services, whole)
    if state.is_healthy(running):
        return replace(seen, ended="healthy")
    if components is not None and services and all(item.phase in {state.HEALTHY, state.DONE} for item in services):
        return replace(seen, ended="healthy")
    final = _final(services, whole, since)
    if final:
        return replace(seen, troubles=final, ended="failed")
    if state.suspended(running):
        return replace(seen, ended="suspended")
    return seen


def _final(
    services: Sequence[ServiceState], whole: Trouble | None, since: dict[tuple[str, str], float]
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
        limit = PATIENCE.get(trouble.reason) if name else _PATIENCE_OF_ALL
        if limit is not None and lasted >= limit:
            found[name] = trouble
    return found


def findings(plan: Plan, seen: Seen) -> list[Diagnostic]:
    """Return what is wrong with an application that did not become well, at the lines of the Compose project."""
    found = []
    late = seen.ended == "late"
    for item in seen.services:
        trouble = item.trouble if late else seen.troubles.get(item.component)
        if trouble is not None:
            found.append(_finding(plan, item, trouble))
    whole = seen.trouble if late else seen.troubles.get("")
    if whole is not None:
        found.append(Diagnostic(FAILED, Severity.ERROR, f"the application {plan.name}: {whole}"))
    if not late:
        return found
    for item in seen.services:
        if item.trouble is None and item.phase not in {state.HEALTHY, state.DONE}:
            count = f" ({item.ready} of {item.wanted} ready)" if item.wanted else ""
            more = f": {item.message}" if item.message else ""
            message = f"{item.service} is still {item.phase}{count}{more}"
            found.append(_placed(plan, item.service, ("healthcheck",), LATE, message, ""))
    if not found:
        phase = (seen.running.status.get("status") if seen.running else "") or "not taken up by the runtime"
        found.append(Diagnostic(LATE, Severity.ERROR, f"the application {plan.name} is not well in time: {phase}"))
    return found


def _finding(plan: Plan, item: ServiceState, trouble: Trouble) -> Diagnostic:
    message = f"{item.service}: {trouble}"
    return _placed(plan, item.service, _KEYS.get(trouble.reason, ()), FAILING, message, _HINTS.get(trouble.reason, ""))


def _placed(plan: Plan, service: str, key: Path, code: str, message: str, hint: str) -> Diagnostic:
    """Make a finding at a key of a service, as far as the user wrote it."""
    services = plan.project.section("services")
    if service not in services:
        return Diagnostic(code, Severity.ERROR, message, hint=hint)
    path: Path = ("services", service)
    node: Any = services[service]
    for step in key:
        if not isinstance(node, Mapping) or step not in node:
            break
        path, node = (*path, step), node[step]
    return Diagnostic(code, Severity.ERROR, message, path, locate(plan.project.tree, path), hint)
