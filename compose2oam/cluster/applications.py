"""Applications in a cluster as Compose projects: found by the project's name, with their services' own names."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from compose2oam.cluster.client import Cluster, Refused
from compose2oam.cluster.objects import PROJECT
from compose2oam.errors import ClusterError, UsageError

_OAM = "/apis/core.oam.dev/v1beta1"
#: Labels of all that KubeVela makes, pods too: the application, and its component.
APPLICATION, COMPONENT = "app.oam.dev/name", "app.oam.dev/component"
_FILES, _SERVICES, _PODS = "compose2oam.io/files", "compose2oam.io/services", "compose2oam.io/pods"
# Types of components that hold objects as they are.
_OBJECTS = {"k8s-objects", "ref-objects"}


@dataclass(frozen=True, slots=True)
class Running:
    """An application in a cluster.

    Attributes:
        manifest: as the cluster has it.
    """

    manifest: Mapping[str, Any]

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
        return str(self._notes.get(_FILES, ""))

    @property
    def selector(self) -> str:
        """The label selector of all that the runtime makes of it, pods too."""
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
        return str(_mapping(self._notes.get(_SERVICES)).get(component, component))

    @property
    def guests(self) -> dict[str, list[str]]:
        """The further components whose containers run in the pods of a component."""
        found: dict[str, list[str]] = {}
        for guest, host in _mapping(self._notes.get(_PODS)).items():
            found.setdefault(str(host), []).append(guest)
        return found

    @property
    def runs(self) -> list[str]:
        """The components that stand for services; the others hold objects that several of them share."""
        return [str(one["name"]) for one in self.components if not self._is_shared(one)]

    def _is_shared(self, component: Mapping[str, Any]) -> bool:
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


def _mapping(text: Any) -> dict[str, Any]:
    """Read an annotation that holds JSON; a person may have changed it, and then it says nothing."""
    try:
        found = json.loads(text or "{}")
    except (TypeError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def collection(namespace: str = "") -> str:
    """Return the path of the applications of a namespace, of all namespaces without one."""
    return f"{_OAM}/namespaces/{namespace}/applications" if namespace else f"{_OAM}/applications"


def pods_path(namespace: str) -> str:
    """Return the path of the pods of a namespace."""
    return f"/api/v1/namespaces/{namespace}/pods"


def running(cluster: Cluster, namespace: str = "") -> Iterator[Running]:
    """Go through the applications of a namespace, or of all.

    Raises:
        ClusterError: the cluster has no KubeVela, or refused.
    """
    found = cluster.items(collection(namespace))
    if found is None:
        raise ClusterError(
            f"there is no KubeVela in the cluster of the context {cluster.context}: it knows no {_OAM[6:]}"
        )
    for item in found:
        yield Running(item)


def find(cluster: Cluster, project: str, namespace: str = "") -> Running:
    """Return the application of a project: of its annotation, else the one of its name.

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
        try:
            there = list(running(cluster, place))
        except Refused as error:
            if error.status != 403 or namespace:
                raise
            refused = refused or error
            continue
        same = [item for item in there if item.is_compose and item.project == project]
        if same or (same := [item for item in there if item.name == project]):
            return same[0]
    if refused is not None:
        raise refused
    raise NotRunning(cluster, project, tried)


class NotRunning(ClusterError):
    """There is no application of a project.

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
