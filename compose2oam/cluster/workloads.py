"""What a project is made of in a cluster: the workloads of its services, their pods, and the containers in these."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from compose2oam.cluster import state
from compose2oam.cluster.applications import COMPONENT, Running
from compose2oam.cluster.client import Cluster, Refused
from compose2oam.cluster.listing import containers, pods_of
from compose2oam.cluster.rollout import KINDS
from compose2oam.errors import ClusterError
from compose2oam.model.namedtuple import NamedTuple

#: Where the workloads of each kind are: those of a cluster without anything else, then those of a usual addon.
PLACES = {kind: (version, plural) for version, kind, plural in KINDS} | {
    "CloneSet": ("apps.kruise.io/v1alpha1", "clonesets")
}
#: Kinds that have a number of replicas, that run to an end, and that begin others.
SCALED, ENDING = {"Deployment", "StatefulSet", "CloneSet"}, {"Job", "CronJob"}


class Workload(NamedTuple):
    """What runs the pods of a component.

    Attributes:
        kind: ``Deployment``...
        component: that it stands for.
        service: of Compose.
        manifest: as the cluster has it.
    """

    kind: str
    component: str
    service: str
    manifest: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.manifest["metadata"]["name"])

    @property
    def path(self) -> str:
        """Where it is in the API."""
        return f"{collection(self.kind, self.manifest['metadata']['namespace'])}/{self.name}"

    @property
    def spec(self) -> Mapping[str, Any]:
        """What it is to be."""
        return self.manifest.get("spec") or {}

    @property
    def status(self) -> Mapping[str, Any]:
        """What it is."""
        return self.manifest.get("status") or {}

    @property
    def conditions(self) -> set[str]:
        """The types of the conditions that it fulfils."""
        return {str(one.get("type")) for one in self.status.get("conditions") or () if one.get("status") == "True"}

    @property
    def has_ended(self) -> bool:
        """Whether it is a task that ran to its end, well or not."""
        return self.kind == "Job" and bool(self.conditions & {"Complete", "Failed"})

    @property
    def replicas(self) -> int:
        """How many pods it is to have; of what has no such number, 1."""
        count = self.spec.get("replicas")
        return 1 if count is None else int(count)


def collection(kind: str, namespace: str) -> str:
    """Return the path of the workloads of a kind in a namespace."""
    version, plural = PLACES[kind]
    return f"/apis/{version}/namespaces/{namespace}/{plural}"


def workloads(cluster: Cluster, running: Running, kinds: Iterable[str] = tuple(PLACES)) -> list[Workload]:
    """Return the workloads of a project, in the order of its components.

    What may not be read is left out, as long as something may.

    Args:
        cluster: where.
        running: the project.
        kinds: those that matter.

    Raises:
        ClusterError: the cluster refused all of it.
    """
    found: list[Workload] = []
    refused: list[Refused] = []
    wanted = list(kinds)
    for kind in wanted:
        version = PLACES[kind][0]
        try:
            items = cluster.items(collection(kind, running.namespace), {"labelSelector": running.selector})
            for item in items or ():
                # What another workload made, such as the job of a schedule, is part of that one.
                if not any(owner.get("kind") in PLACES for owner in item["metadata"].get("ownerReferences") or ()):
                    component = component_of(item)
                    whole = {**item, "apiVersion": version, "kind": kind}
                    found.append(Workload(kind, component, running.service_of(component), whole))
        except Refused as error:
            if error.status != 403:
                raise
            refused.append(error)
    if refused and len(refused) == len(wanted):
        raise refused[0]
    order = {str(one["name"]): number for number, one in enumerate(running.components)}
    return sorted(found, key=lambda item: (order.get(item.component, len(order)), item.name))


def services_of(running: Running) -> list[str]:
    """Return the names of all services of a project, those in the pods of others too."""
    guests = running.guests
    return [running.service_of(part) for name in running.runs for part in (name, *guests.get(name, ()))]


def component_of(item: Mapping[str, Any]) -> str:
    """Return the component that an object or its pods belong to; of an object without the label, its name."""
    template = ((item.get("spec") or {}).get("template") or {}).get("metadata") or {}
    for metadata in (item["metadata"], template):
        name = (metadata.get("labels") or {}).get(COMPONENT)
        if name:
            return str(name)
    return str(item["metadata"]["name"])


def of_services(found: Sequence[Workload], running: Running, services: Collection[str]) -> list[Workload]:
    """Return the workloads of services, those of all if none is named.

    Raises:
        UsageError: there is no such service.
    """
    components = {component for component, _ in running.of_services(services)}
    return [item for item in found if item.component in components]


class Place(NamedTuple):
    """A container of a service.

    Attributes:
        pod: as the cluster has it.
        container: its name.
        service: of Compose.
    """

    pod: Mapping[str, Any]
    container: str
    service: str

    @property
    def name(self) -> str:
        """The name of the pod."""
        return str(self.pod["metadata"]["name"])

    @property
    def known(self) -> Mapping[str, Any]:
        """What the cluster says of the container."""
        return next((one for one in state.containers_of(self.pod) if one.get("name") == self.container), {})

    @property
    def runs(self) -> bool:
        """Whether the container runs, and its pod is to stay."""
        return "running" in (self.known.get("state") or {}) and not self.pod["metadata"].get("deletionTimestamp")

    @property
    def is_ready(self) -> bool:
        """Whether it runs, and its pod takes part."""
        return self.runs and state.is_ready(self.pod)


def places(running: Running, pods: Iterable[Mapping[str, Any]], service: str) -> list[Place]:
    """Return the containers of a service, the ones that are ready first.

    Raises:
        UsageError: there is no such service.
    """
    found = list(_places(running, pods, service))
    return sorted(found, key=lambda item: (not item.is_ready, not item.runs, _natural(item.name)))


def _places(running: Running, pods: Iterable[Mapping[str, Any]], service: str) -> Iterator[Place]:
    for component, container in running.of_services([service]):
        for pod in pods:
            if (pod["metadata"].get("labels") or {}).get(COMPONENT) == component:
                for whose, name in containers(running, component, container, pod):
                    if whose == service:
                        yield Place(pod, name, service)


def _natural(name: str) -> list[tuple[int, str]]:
    """Return a key by which web-10 comes after web-9."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in name.split("-")]


def place_of(cluster: Cluster, running: Running, service: str, index: int = 0) -> Place:
    """Return the container of a service to speak with.

    Args:
        cluster: where.
        running: the project.
        service: of Compose.
        index: which of several, in the order of their names from 1; 0 for the first that is ready.

    Raises:
        UsageError: there is no such service.
        ClusterError: no container of it runs, or not that one.
    """
    found = places(running, pods_of(cluster, running), service)
    if index:
        found = sorted(found, key=lambda item: _natural(item.name))[index - 1 : index]
    if found and found[0].runs:
        return found[0]
    which = f"number {index} of {service}" if index else service
    if not found:
        raise ClusterError(f"no container of {which} is there; see compose2oam ps -a -p {running.project}")
    trouble = state.trouble_of(found[0].pod)
    why = str(trouble) if trouble else str((found[0].pod.get("status") or {}).get("phase") or "not begun yet")
    raise ClusterError(f"no container of {which} runs: {found[0].name} is {why}")
