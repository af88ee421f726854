"""Taking a project out of a cluster: the application, then our own objects, and the volumes only on request."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from compose2oam.cluster import objects
from compose2oam.cluster.applications import APPLICATION, COMPONENT, KUBEVELA, V1ALPHA2, Running, workloads_of
from compose2oam.cluster.client import Cluster, Refused
from compose2oam.cluster.objects import Applied
from compose2oam.cluster.rollout import WORKLOADS
from compose2oam.errors import ClusterError, Unhealthy
from compose2oam.model.notes import PROJECT

# Seconds between looks, growing to the second.
_FIRST, _LAST = 0.2, 1.0


def remove(
    cluster: Cluster, running: Running, *, volumes: bool = False, wait: bool = True, timeout: float = 300.0
) -> Iterator[Applied]:
    """Delete a project, and say what went as it goes.

    Args:
        cluster: where.
        running: the project; what a runtime made of it, that takes down.
        volumes: also delete the volumes that it leaves.
        wait: until it is gone; volumes can be deleted only then.
        timeout: seconds to wait.

    Raises:
        ClusterError: the cluster refused, or the application is not of a Compose project.
        Unhealthy: it is not gone in time.
    """
    if not running.is_compose:
        raise ClusterError(
            f"the application {running.name} was not made from a Compose project; "
            f"kubectl delete application {running.name} -n {running.namespace} deletes it"
        )
    # The runtime takes its labels off what it leaves, so they are looked for before.
    left = volumes_of(cluster, running.namespace, running.name) if volumes else []
    head = _head(running)
    deleted = head is not None and objects.delete(cluster, head)
    if head is not None and running.target == KUBEVELA:
        if wait or volumes:
            _wait(lambda: _waits_for(cluster, head), f"the application {running.name}", timeout)
        if deleted:
            yield Applied(head["kind"], running.name, "deleted")
        yield from remove_parts(cluster, running.namespace, running.project, KUBEVELA)
    else:
        if head is not None and deleted:
            yield Applied(head["kind"], running.name, "deleted")
        yield from remove_parts(cluster, running.namespace, running.project, running.target)
        if wait or volumes:
            _wait(lambda: _workloads(cluster, running), f"the project {running.project}", timeout)
    if volumes:
        yield from remove_volumes(cluster, running.namespace, running.name, left)


_HEADS = {
    KUBEVELA: ("core.oam.dev/v1beta1", "Application"),
    V1ALPHA2: ("core.oam.dev/v1alpha2", "ApplicationConfiguration"),
}


def _head(running: Running) -> dict[str, Any] | None:
    """Return the object that stands for a project, ``None`` for plain objects."""
    if running.target not in _HEADS:
        return None
    version, kind = _HEADS[running.target]
    return {"apiVersion": version, "kind": kind, "metadata": running.manifest["metadata"]}


def _waits_for(cluster: Cluster, head: Mapping[str, Any]) -> list[str]:
    """Return what an application that is being deleted waits for, nothing when it is gone."""
    there = cluster.get(objects.path_of(cluster, head))
    if there is None or there["metadata"].get("uid") != head["metadata"].get("uid"):
        return []
    return list(there["metadata"].get("finalizers") or ()) or ["the cluster"]


def _workloads(cluster: Cluster, running: Running) -> list[str]:
    """Return the workloads of a project that are still there."""
    found = workloads_of(cluster, running.namespace, {"labelSelector": running.selector})
    return [f"{item['kind']} {item['metadata']['name']}" for item in found]


def _wait(left: Callable[[], list[str]], what: str, timeout: float) -> None:
    until = time.monotonic() + timeout
    pause = _FIRST
    while waits := left():
        if time.monotonic() >= until:
            raise Unhealthy(f"{what} is not gone yet: it waits for {', '.join(waits)}")
        time.sleep(pause)
        pause = min(pause * 1.5, _LAST)


def remove_parts(cluster: Cluster, namespace: str, project: str, target: str) -> Iterator[Applied]:
    """Delete what stands beside the application of a project: for plain objects all of it, but no volumes.

    Raises:
        ClusterError: the cluster refused.
    """
    kinds, sent = objects.OF_TARGETS[target], target == KUBEVELA
    for item in list(objects.own_objects(cluster, namespace, project, kinds, sent=sent)):
        # A workload goes after its pods, so that one can wait for both.
        if objects.delete(cluster, item, after=item["kind"] in WORKLOADS):
            yield Applied(item["kind"], item["metadata"]["name"], "deleted")


def remove_rest(cluster: Cluster, namespace: str, project: str) -> Iterator[Applied]:
    """Delete what an `up` put there for a project that is not there any more, whatever it was written for.

    Raises:
        ClusterError: the cluster refused.
    """
    kinds = dict.fromkeys(kind for those in objects.OF_TARGETS.values() for kind in those)
    for kind in kinds:
        try:
            found = list(objects.own_objects(cluster, namespace, project, [kind], sent=True))
        except Refused as error:
            # Who may not see what only other targets have has none of it.
            if error.status != 403 or kind in objects.OF_TARGETS[KUBEVELA]:
                raise
            continue
        for item in found:
            if objects.delete(cluster, item, after=kind in WORKLOADS):
                yield Applied(kind, item["metadata"]["name"], "deleted")


def volumes_of(cluster: Cluster, namespace: str, application: str) -> list[str]:
    """Return the names of the claims of an application, whether it still runs or has left them behind."""
    place = f"/api/v1/namespaces/{namespace}/persistentvolumeclaims"
    found: dict[str, None] = {}
    for selector in (f"{APPLICATION}={application}", f"{COMPONENT}={application}-volumes"):
        for item in cluster.items(place, {"labelSelector": selector}, only_metadata=True) or ():
            owner = (item["metadata"].get("labels") or {}).get(APPLICATION, application)
            if owner == application:
                found[str(item["metadata"]["name"])] = None
    return list(found)


def remove_volumes(cluster: Cluster, namespace: str, application: str, more: Iterable[str] = ()) -> Iterator[Applied]:
    """Delete the volumes of an application, with what is in them.

    Args:
        cluster: where.
        namespace: of the application.
        application: its name.
        more: the names of volumes that are known to be its own.

    Raises:
        ClusterError: the cluster refused.
    """
    volumes = _volumes_behind(cluster, namespace, application)
    for name in dict.fromkeys((*more, *volumes_of(cluster, namespace, application))):
        manifest = {"apiVersion": "v1", "kind": "PersistentVolumeClaim"}
        if objects.delete(cluster, {**manifest, "metadata": {"name": name, "namespace": namespace}}):
            yield Applied("PersistentVolumeClaim", name, "deleted")
    for item in volumes:
        if objects.delete(cluster, {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": item["metadata"]}):
            yield Applied("PersistentVolume", item["metadata"]["name"], "deleted")


def _volumes_behind(cluster: Cluster, namespace: str, application: str) -> list[dict[str, Any]]:
    """Return the PersistentVolumes that are an application's own, as far as one may see them."""
    query = {"labelSelector": f"{APPLICATION}={application},{PROJECT}"}
    try:
        found = list(cluster.items("/api/v1/persistentvolumes", query) or ())
    except Refused as error:
        if error.status != 403:
            raise
        return []
    claims = ((item, (item.get("spec") or {}).get("claimRef") or {}) for item in found)
    return [item for item, claim in claims if claim.get("namespace") == namespace]
