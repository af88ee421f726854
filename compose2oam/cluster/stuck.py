"""Pods that keep a StatefulSet from going on: from before a change, and never well.

A StatefulSet waits for such a pod before it makes the next, so that a change that mends it would never be rolled out
(Kubernetes, StatefulSets, "Forced rollback": whoever changed it has to delete the pod).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compose2oam.cluster import objects
from compose2oam.cluster.applications import pods_path
from compose2oam.cluster.client import Cluster
from compose2oam.cluster.state import Trouble, is_ready, revision_of
from compose2oam.errors import ClusterError


def free(cluster: Cluster, namespace: str, trouble: Trouble) -> bool:
    """Delete the pod of a trouble if it is in the way of a newer one; return whether it was.

    What may not be read or deleted is left as it is.

    Args:
        cluster: where.
        namespace: of the pod.
        trouble: that will not go by itself.
    """
    if not trouble.pod:
        return False
    try:
        pod = cluster.get(f"{pods_path(namespace)}/{trouble.pod}")
        return pod is not None and _is_in_the_way(cluster, namespace, pod) and _delete(cluster, pod)
    except ClusterError:
        return False


def _is_in_the_way(cluster: Cluster, namespace: str, pod: Mapping[str, Any]) -> bool:
    owners = pod["metadata"].get("ownerReferences") or ()
    names = [str(owner.get("name")) for owner in owners if owner.get("kind") == "StatefulSet"]
    if not names or is_ready(pod):
        return False
    there = cluster.get(f"/apis/apps/v1/namespaces/{namespace}/statefulsets/{names[0]}") or {}
    status, metadata = there.get("status") or {}, there.get("metadata") or {}
    is_seen = (status.get("observedGeneration") or 0) >= (metadata.get("generation") or 0)
    wanted = str(status.get("updateRevision") or "")
    return is_seen and bool(wanted) and revision_of(pod) not in {"", wanted}


def _delete(cluster: Cluster, pod: Mapping[str, Any]) -> bool:
    return objects.delete(cluster, {"apiVersion": "v1", "kind": "Pod", "metadata": pod["metadata"]})
