"""Taking a project out of a cluster: the application, then our own objects, and the volumes only on request."""

from __future__ import annotations

import time
from collections.abc import Iterator

from compose2oam.cluster import objects
from compose2oam.cluster.applications import APPLICATION, Running
from compose2oam.cluster.client import Cluster
from compose2oam.cluster.objects import Applied
from compose2oam.errors import ClusterError, Unhealthy

# Seconds between looks, growing to the second.
_FIRST, _LAST = 0.2, 2.0


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
    deleted = objects.delete(cluster, manifest)
    if wait or volumes:
        _wait(cluster, running, timeout)
    if deleted:
        yield Applied("Application", running.name, "deleted")
    yield from remove_parts(cluster, running.namespace, running.project)
    if volumes:
        yield from remove_volumes(cluster, running.namespace, running.name)


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
    """Return the names of the claims that an application made."""
    query = {"labelSelector": f"{APPLICATION}={application}"}
    found = cluster.items(f"/api/v1/namespaces/{namespace}/persistentvolumeclaims", query, only_metadata=True)
    return [str(item["metadata"]["name"]) for item in found or ()]


def remove_volumes(cluster: Cluster, namespace: str, application: str) -> Iterator[Applied]:
    """Delete the volumes of an application, with what is in them."""
    for name in volumes_of(cluster, namespace, application):
        manifest = {"apiVersion": "v1", "kind": "PersistentVolumeClaim"}
        if objects.delete(cluster, {**manifest, "metadata": {"name": name, "namespace": namespace}}):
            yield Applied("PersistentVolumeClaim", name, "deleted")
