"""What is to be in the cluster: the objects of a conversion, in the order in which they need one another."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from compose2oam.cluster import objects
from compose2oam.cluster.applications import KUBERNETES, KUBEVELA, V1ALPHA2, Running
from compose2oam.cluster.rollout import WORKLOADS
from compose2oam.cluster.shares import as_written
from compose2oam.cluster.standins import RUNS, of_configuration, of_objects
from compose2oam.errors import UsageError
from compose2oam.model.compose import Project
from compose2oam.model.notes import COMPONENT
from compose2oam.source.tree import Map

if TYPE_CHECKING:
    from compose2oam.api import Conversion

PUBLISH_VERSION = "app.oam.dev/publishVersion"

Manifest = Mapping[str, Any]

# What others need comes first; kinds that are not here come last, workloads and all else in the conversion's order.
_ORDER = (
    "NetworkPolicy",
    "ServiceAccount",
    "Secret",
    "ConfigMap",
    "StorageClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "CustomResourceDefinition",
    "ClusterRole",
    "ClusterRoleBinding",
    "Role",
    "RoleBinding",
    "Service",
)
_RANKS = {kind: number for number, kind in enumerate(_ORDER)}


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be in the cluster.

    Attributes:
        project: the Compose project.
        namespace: where it goes.
        target: what it is written for: ``kubevela``, ``oam-v1alpha2`` or ``kubernetes``.
        name: the name of the application.
        parts: all objects before the application, in order, with the labels by which they are found again.
        application: the manifest of the Application or ApplicationConfiguration; ``None`` for plain objects.
        definitions: what a cluster is told once of the kinds of objects, for all applications.
        components: the components that were asked for; ``None`` for all.
        made: the conversion.
    """

    project: Project
    namespace: str
    target: str
    name: str
    parts: tuple[Manifest, ...]
    application: Manifest | None
    definitions: tuple[Manifest, ...]
    components: frozenset[str] | None
    made: Conversion

    @property
    def documents(self) -> tuple[Manifest, ...]:
        """All that is sent of this project, in order, but the namespace and the definitions."""
        return self.parts if self.application is None else (*self.parts, self.application)

    @property
    def at(self) -> str:
        """The options by which other commands find it, with a space before them."""
        project, usual = self.project.name, self.project.name.replace("_", "-")
        return f" -p {project}" if self.namespace == usual else f" -p {project} -n {self.namespace}"

    @property
    def running(self) -> Running:
        """The project as it would be found in the cluster, before anything says how it does."""
        if self.target == KUBEVELA:
            return Running(self.application or {})
        if self.application is not None:
            components = [item for item in self.parts if item["kind"] == "Component"]
            return Running(of_configuration(self.application, components, ()), V1ALPHA2)
        (found,) = of_objects(item for item in self.parts if item["kind"] in WORKLOADS)
        return Running(found, KUBERNETES)

    @property
    def awaited(self) -> frozenset[str]:
        """The components that are to be well in the end."""
        own = frozenset(self.running.runs)
        return own if self.components is None else own & self.components

    @property
    def needed(self) -> frozenset[str] | None:
        """The components that are to be well, ``None`` where the application as a whole is."""
        return None if self.components is None and self.target != KUBERNETES else self.awaited

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of the workloads that it may have."""
        if self.target != KUBERNETES:
            return WORKLOADS
        return WORKLOADS & {str(item["kind"]) for item in self.parts}


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
        UsageError: there is no such service, nothing that runs, or no runtime that knows versions.
    """
    parts: list[Manifest]
    if made.application is not None:
        target, parts = KUBEVELA, [*made.objects, *made.secrets]
        application: Manifest | None = _versioned(made.application.to_dict(), publish_version)
    else:
        *others, last = made.documents[len(made.definitions) :] or ({"kind": ""},)
        is_old = last["kind"] == "ApplicationConfiguration"
        target, application = (V1ALPHA2, as_written(last)) if is_old else (KUBERNETES, None)
        parts = _ordered([*made.secrets, *others, *(() if is_old else (last,))], project)
        if not any(item["kind"] in ("Component", *WORKLOADS) for item in parts):
            raise UsageError("the project has no service that could run")
        if publish_version:
            raise UsageError("--publish-version is for KubeVela; other runtimes and plain objects have no versions")
    parts = [objects.labelled(item, project.name) for item in parts]
    head = application or next(item for item in parts if item["kind"] in WORKLOADS)
    name = made.report.application
    namespace = str(head["metadata"]["namespace"])
    whole = Plan(project, namespace, target, name, tuple(parts), application, made.definitions, None, made)
    return replace(whole, components=_closure(whole, services)) if services else whole


def _versioned(application: dict[str, Any], version: str) -> dict[str, Any]:
    if version:
        metadata = application["metadata"]
        metadata["annotations"] = {**metadata.get("annotations", {}), PUBLISH_VERSION: version}
    return application


def _ordered(manifests: Iterable[Manifest], project: Project) -> list[Manifest]:
    """Return plain objects in the order in which they need one another, workloads after those that they depend on."""
    ordered = sorted(manifests, key=lambda item: _RANKS.get(str(item["kind"]), len(_RANKS)))
    turns = {name: number for number, name in enumerate(_turns(project))}
    runs = [number for number, item in enumerate(ordered) if item["kind"] in WORKLOADS]
    services = project.section("services")

    def turn(item: Manifest) -> int:
        running = Running(next(of_objects([item])), KUBERNETES)
        return turns.get(running.service_of(running.components[0]["name"]), len(services))

    in_turn = sorted((ordered[number] for number in runs), key=turn)
    for number, item in zip(runs, in_turn, strict=True):
        ordered[number] = item
    return ordered


def _turns(project: Project) -> list[str]:
    """Return the services, each after those that it depends on."""
    services = project.section("services")
    found: dict[str, None] = {}
    begun: set[str] = set()

    def visit(name: str) -> None:
        if name in begun or name not in services:
            return
        begun.add(name)
        for needed in services[name].get("depends_on") or ():
            visit(str(needed))
        found[name] = None

    for name in services:
        visit(name)
    return list(found)


def _closure(plan: Plan, services: Collection[str]) -> frozenset[str]:
    """Return the components of services, and those that they depend on."""
    running = plan.running
    waits = {str(one["name"]): [str(name) for name in one.get("dependsOn") or ()] for one in running.components}
    for name, needed in _depends_on(plan.project, running):
        waits.setdefault(name, []).append(needed)
    found: set[str] = set()
    open_ = [name for name, _ in running.of_services(services)]
    while open_:
        name = open_.pop()
        if name not in found:
            found.add(name)
            open_.extend(waits.get(name, ()))
    return frozenset(found)


def _depends_on(project: Project, running: Running) -> Iterator[tuple[str, str]]:
    """Yield which component depends on which, as the project says it, also where the target has no word for that."""
    homes = {running.service_of(name): name for name in running.runs}
    for host, guests in running.guests.items():
        homes |= {running.service_of(guest): host for guest in guests}
    for service, tree in project.section("services").items():
        for needed in tree.get("depends_on") or ():
            if service in homes and homes.get(needed, homes[service]) != homes[service]:
                yield homes[service], homes[needed]


def of_component(manifest: Manifest) -> str:
    """Return the component that a plain object runs or an object of the older runtime is, ``""`` for all others."""
    if manifest["kind"] in WORKLOADS:
        return str((manifest["metadata"].get("labels") or {}).get(COMPONENT) or manifest["metadata"]["name"])
    held = ((manifest.get("spec") or {}).get("workload") or {}) if manifest["kind"] == "Component" else {}
    return str(manifest["metadata"]["name"]) if held.get("kind") in RUNS else ""


def wanted(plan: Plan, manifests: Sequence[Manifest]) -> list[Manifest]:
    """Return those of a plan's objects that are not of a component that was not asked for."""
    if plan.components is None or plan.target == KUBEVELA:
        return list(manifests)
    return [item for item in manifests if of_component(item) in plan.components | {""}]
