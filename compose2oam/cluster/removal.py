"""Taking a project out of a cluster: the application, then our own objects, and the volumes only on request."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator

from compose2oam.cluster import objects
from compose2oam.cluster.applications import APPLICATION, COMPONENT, Running
from compose2oam.cluster.client import Cluster
from compose2oam.cluster.objects import Applied
from compose2oam.errors import ClusterError, Unhealthy

# Seconds between looks, growing to the second.
_FIRST, _LAST = 0.2, 1.0


def remove(
    cluster: Cluster, running: Running, *, volumes: bool = False, wait: bool = True, timeout: float = 300.0
) -> Iterator[Applied]:
    """Delete an application, and say what went as it goes.

    Args:
        cluster: where.
        running: the application; the runtime takes down what it made.
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
    manifest = {"apiVersion": "core.oam.dev/v1beta1", "kind": "Application", "metadata": running.manifest["metadata"]}
    # The runtime takes its labels off what it leaves, so they are looked for before.
    left = volumes_of(cluster, running.namespace, running.name) if volumes else []
    deleted = objects.delete(cluster, manifest)
    if wait or volumes:
        _wait(cluster, running, timeout)
    if deleted:
        yield Applied("Application", running.name, "deleted")
    yield from remove_parts(cluster, running.namespace, running.project)
    if volumes:
        yield from remove_volumes(cluster, running.namespace, running.name, left)


def _wait(cluster: Cluster, running: Running, timeout: float) -> None:
    path = objects.path_of(
        cluster,
        {"apiVersion": "core.oam.dev/v1beta1", "kind": "Application", "metadata": running.manifest["metadata"]},
    )
    until = time.monotonic() + timeout
    pause = _FIRST
    while (there := cluster.get(path)) is not None:
        if there["metadata"].get("uid") != running.manifest["metadata"].get("uid"):
            return
        if time.monotonic() >= until:
            waits = ", ".join(there["metadata"].get("finalizers") or ()) or "the cluster"
            raise Unhealthy(f"the application {running.name} is not gone yet: it waits for {waits}")
        time.sleep(pause)
        pause = min(pause * 1.5, _LAST)


def remove_parts(cluster: Cluster, namespace: str, project: str) -> Iterator[Applied]:
    """Delete the ConfigMaps and Secrets that `up` made for a project."""
    for item in list(objects.own_objects(cluster, namespace, project)):
        if objects.delete(cluster, item):
            yield Applied(item["kind"], item["metadata"]["name"], "deleted")


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
    for name in dict.fromkeys((*more, *volumes_of(cluster, namespace, application))):
        manifest = {"apiVersion": "v1", "kind": "PersistentVolumeClaim"}
        if objects.delete(cluster, {**manifest, "metadata": {"name": name, "namespace": namespace}}):
            yield Applied("PersistentVolumeClaim", name, "deleted")
