"""A project in a cluster, with all that it is made of, as data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from compose2oam.cluster import state
from compose2oam.cluster.applications import COMPONENT, Running
from compose2oam.cluster.client import Cluster
from compose2oam.cluster.listing import pod_rows, pods_of


def picture_of(cluster: Cluster, running: Running) -> dict[str, Any]:
    """Return how a project does, and its services with their traits, workloads, pods and endpoints.

    Raises:
        ClusterError: the cluster refused.
    """
    pods = pods_of(cluster, running)
    query = {"labelSelector": running.selector}
    endpoints = list(cluster.items(f"/api/v1/namespaces/{running.namespace}/services", query) or ())
    entries = {str(entry.get("name")): entry for entry in running.status.get("services") or ()}
    rows = pod_rows(running, pods)
    trouble = state.verdict(running)
    return {
        "project": running.project,
        "application": running.name,
        "namespace": running.namespace,
        "status": str(running.status.get("status") or "unknown"),
        "healthy": state.is_healthy(running),
        "revision": str((running.status.get("latestRevision") or {}).get("name") or ""),
        "trouble": str(trouble) if trouble else "",
        "services": [_part(item, entries, rows, endpoints) for item in state.services(running, pods)],
    }


def _part(
    item: state.ServiceState,
    entries: Mapping[str, Mapping[str, Any]],
    rows: Iterable[Mapping[str, Any]],
    endpoints: Iterable[Mapping[str, Any]],
) -> dict[str, Any]:
    entry = entries.get(item.component) or {}
    kind = str((entry.get("workloadDefinition") or {}).get("kind") or "")
    pods = {row["name"]: row["status"] for row in rows if row["component"] == item.component and row["name"]}
    return {
        **item.as_data(),
        "workload": f"{kind} {item.component}" if kind else "",
        "traits": [
            {
                "type": str(trait.get("type")),
                "healthy": bool(trait.get("healthy", True)),
                "message": str(trait.get("message") or ""),
            }
            for trait in entry.get("traits") or ()
        ],
        "pods": [{"name": name, "status": status} for name, status in pods.items()],
        "endpoints": [_endpoint(one) for one in endpoints if _selects(one, item.component)],
    }


def _selects(endpoint: Mapping[str, Any], component: str) -> bool:
    labels = endpoint["metadata"].get("labels") or {}
    selector = (endpoint.get("spec") or {}).get("selector") or {}
    return component in {labels.get(COMPONENT), selector.get(COMPONENT)}


def _endpoint(item: Mapping[str, Any]) -> str:
    spec = item.get("spec") or {}
    ports = [f"{port.get('port')}/{str(port.get('protocol', 'TCP')).lower()}" for port in spec.get("ports") or ()]
    outside = [
        str(one.get("hostname") or one.get("ip"))
        for one in ((item.get("status") or {}).get("loadBalancer") or {}).get("ingress") or ()
    ]
    kind = str(spec.get("type") or "ClusterIP")
    return " ".join([str(item["metadata"]["name"]), kind, *ports, *outside])
