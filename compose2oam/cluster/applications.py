"""Compose projects in a cluster, whatever they were written for: found by name, with their services' own names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from compose2oam.cluster.client import Cluster, Refused
from compose2oam.cluster.rollout import KINDS
from compose2oam.cluster.standins import RUNS, mapping, of_configuration, of_objects
from compose2oam.errors import ClusterError, UsageError
from compose2oam.model.notes import APPLICATION, COMPONENT, FILES, PODS, PROJECT, SERVICES, project_label

__all__ = [
    "APPLICATION",
    "COMPONENT",
    "KUBERNETES",
    "KUBEVELA",
    "OAM",
    "OLD_OAM",
    "V1ALPHA2",
    "NotRunning",
    "Running",
    "collection",
    "find",
    "pods_path",
    "running",
    "workloads_of",
]

#: What a project was written for; the names of the targets of a conversion.
KUBEVELA, V1ALPHA2, KUBERNETES = "kubevela", "oam-v1alpha2", "kubernetes"

#: Where the API of each runtime is.
OAM, OLD_OAM = "/apis/core.oam.dev/v1beta1", "/apis/core.oam.dev/v1alpha2"
# Types of components that hold objects as they are.
_OBJECTS = {"k8s-objects", "ref-objects"}


@dataclass(frozen=True, slots=True)
class Running:
    """A project in a cluster.

    Attributes:
        manifest: its Application as the cluster has it; for the other targets, what there is in the words of one.
        target: what it was written for: ``kubevela``, ``oam-v1alpha2`` (an ApplicationConfiguration with its
            Components), or ``kubernetes`` (plain objects, which nothing but their labels holds together).
    """

    manifest: Mapping[str, Any]
    target: str = KUBEVELA

    @property
    def name(self) -> str:
        """The name of the application."""
        return str(self.manifest["metadata"]["name"])

    @property
    def namespace(self) -> str:
        """Where it is."""
        return str(self.manifest["metadata"]["namespace"])

    @property
    def project(self) -> str:
        """The Compose project; the application's own name where it was not made from one."""
        return str(self._notes.get(PROJECT) or self.name)

    @property
    def is_compose(self) -> bool:
        """Whether it was made from a Compose project."""
        return PROJECT in self._notes

    @property
    def files(self) -> str:
        """The Compose files that it was made from, with commas between them."""
        return str(self._notes.get(FILES, ""))

    @property
    def selector(self) -> str:
        """The label selector of all its pods and workloads, and of most of what stands beside them."""
        return f"{APPLICATION}={self.name}"

    @property
    def components(self) -> list[Mapping[str, Any]]:
        """Its components, in order."""
        return list((self.manifest.get("spec") or {}).get("components") or ())

    @property
    def status(self) -> Mapping[str, Any]:
        """What the runtime says about it."""
        found = self.manifest.get("status")
        return found if isinstance(found, Mapping) else {}

    @property
    def _notes(self) -> Mapping[str, Any]:
        return self.manifest["metadata"].get("annotations") or {}

    def service_of(self, component: str) -> str:
        """Return the service that a component was made from."""
        return str(mapping(self._notes.get(SERVICES)).get(component, component))

    @property
    def guests(self) -> dict[str, list[str]]:
        """The further components whose containers run in the pods of a component."""
        found: dict[str, list[str]] = {}
        for guest, host in mapping(self._notes.get(PODS)).items():
            found.setdefault(str(host), []).append(guest)
        return found

    @property
    def runs(self) -> list[str]:
        """The components that stand for services; the others hold objects that several of them share."""
        return [str(one["name"]) for one in self.components if not self._is_shared(one)]

    def _is_shared(self, component: Mapping[str, Any]) -> bool:
        if self.target == V1ALPHA2:
            # Of one that nobody knows anything about it may yet turn out.
            return component.get("type") not in RUNS | {""}
        return component.get("type") in _OBJECTS and str(component["name"]).startswith(f"{self.name}-")

    def of_services(self, services: Iterable[str]) -> list[tuple[str, str]]:
        """Return component and container (``""`` for all) of the services that are named, of all if none is.

        Raises:
            UsageError: there is no such service.
        """
        wanted = list(services)
        if not wanted:
            return [(name, "") for name in self.runs]
        places = {self.service_of(name): (name, name if self.guests.get(name) else "") for name in self.runs}
        for host, guests in self.guests.items():
            places |= {self.service_of(guest): (host, guest) for guest in guests}
        unknown = [name for name in wanted if name not in places]
        if unknown:
            raise UsageError(f"no such service: {', '.join(unknown)}; {self.project} has {', '.join(sorted(places))}")
        return [places[name] for name in wanted]


def collection(namespace: str = "") -> str:
    """Return the path of the applications of a namespace, of all namespaces without one."""
    return f"{OAM}/namespaces/{namespace}/applications" if namespace else f"{OAM}/applications"


def pods_path(namespace: str) -> str:
    """Return the path of the pods of a namespace."""
    return f"/api/v1/namespaces/{namespace}/pods"


def running(cluster: Cluster, namespace: str = "", *, project: str = "") -> Iterator[Running]:
    """Go through the projects of a namespace, or of all: applications, those of the older runtime, then plain ones.

    Args:
        cluster: where.
        namespace: where in it.
        project: of the plain ones, only the one of this name.

    Raises:
        ClusterError: the cluster refused.
    """
    seen, has_runtime = set(), False
    refused: Refused | None = None
    for look in (_applications, _configurations):
        try:
            found = look(cluster, namespace)
        except Refused as error:
            # Who works without a runtime finds what is there without it.
            if error.status != 403:
                raise
            refused = refused or error
            continue
        has_runtime |= found is not None
        for item in found or ():
            seen.add((item.namespace, item.name))
            yield item
    query = {"labelSelector": f"{PROJECT}={project_label(project)}" if project else f"{PROJECT},{APPLICATION}"}
    try:
        plain = list(of_objects(workloads_of(cluster, namespace, query)))
    except Refused as error:
        # Who works with a runtime need not see what it makes.
        if error.status != 403 or not has_runtime:
            raise refused or error from None
        return
    for manifest in plain:
        item = Running(manifest, KUBERNETES)
        # What a runtime has taken over still has our labels.
        if (item.namespace, item.name) not in seen:
            seen.add((item.namespace, item.name))
            yield item
    if refused is not None and not seen:
        raise refused


def _of_runtime(cluster: Cluster, api: str, namespace: str, plural: str) -> Iterator[dict[str, Any]] | None:
    """Return the objects of a runtime, ``None`` where the cluster has it not."""
    where = f"{api}/namespaces/{namespace}" if namespace else api
    try:
        return cluster.items(f"{where}/{plural}")
    except Refused as error:
        # Who has few rights is refused also what is not there: KubeVela has the older version of the API without it.
        known = (cluster.get(api) or {}).get("resources") or () if error.status == 403 else ()
        if error.status != 403 or any(one.get("name") == plural for one in known):
            raise
        return None


def _applications(cluster: Cluster, namespace: str) -> Iterator[Running] | None:
    found = _of_runtime(cluster, OAM, namespace, "applications")
    return None if found is None else map(Running, found)


def _configurations(cluster: Cluster, namespace: str) -> list[Running] | None:
    found = _of_runtime(cluster, OLD_OAM, namespace, "applicationconfigurations")
    configurations = None if found is None else list(found)
    if not configurations:
        return None if configurations is None else []
    components = list(_of_runtime(cluster, OLD_OAM, namespace, "components") or ())
    workloads = list(workloads_of(cluster, namespace, {"labelSelector": APPLICATION}))
    made = []
    for configuration in configurations:
        place, name = configuration["metadata"].get("namespace"), configuration["metadata"]["name"]
        there = [item for item in components if item["metadata"].get("namespace") == place]
        own = [
            item
            for item in workloads
            if item["metadata"].get("namespace") == place and item["metadata"]["labels"].get(APPLICATION) == name
        ]
        made.append(Running(of_configuration(configuration, there, own), V1ALPHA2))
    return made


def workloads_of(cluster: Cluster, namespace: str, query: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Go through the objects that run pods, in a namespace or in all, with their kinds, which lists leave out."""
    for version, kind, plural in KINDS:
        where = f"/apis/{version}/namespaces/{namespace}" if namespace else f"/apis/{version}"
        for item in cluster.items(f"{where}/{plural}", query) or ():
            # The jobs of a CronJob are part of it.
            if not any(owner.get("kind") == "CronJob" for owner in item["metadata"].get("ownerReferences") or ()):
                yield {"apiVersion": version, "kind": kind, **item}


def find(cluster: Cluster, project: str, namespace: str = "") -> Running:
    """Return a project: the one that says that it was made from it, else the application of its name.

    Args:
        cluster: where.
        project: its name.
        namespace: where it is; by default the namespace of the project's name, then that of the context.

    Raises:
        ClusterError: there is none.
    """
    tried = [namespace] if namespace else list(dict.fromkeys((_as_namespace(project), cluster.namespace)))
    refused: Refused | None = None
    for place in tried:
        named = None
        try:
            for item in running(cluster, place, project=project):
                if item.is_compose and item.project in {project, project_label(project)}:
                    return item
                if named is None and item.name == project:
                    named = item
        except Refused as error:
            if error.status != 403 or namespace:
                raise
            refused = refused or error
            continue
        if named is not None:
            return named
    if refused is not None:
        raise refused
    raise NotRunning(cluster, project, tried)


class NotRunning(ClusterError):
    """A project is not in the cluster.

    Attributes:
        project: its name.
        namespace: where it was expected.
    """

    def __init__(self, cluster: Cluster, project: str, tried: list[str]) -> None:
        where = f"the namespace {' or '.join(tried)} of the context {cluster.context}"
        super().__init__(
            f"the project {project} does not run in {where}; "
            "-n names its namespace, and `compose2oam ls` lists all projects"
        )
        self.project = project
        self.namespace = tried[0]


def _as_namespace(project: str) -> str:
    return project.replace("_", "-").strip("-")
