"""What there is of a project in a cluster, as rows of data."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from compose2oam.cluster import state
from compose2oam.cluster.applications import COMPONENT, Running, pods_path
from compose2oam.cluster.client import Cluster


def pods_of(cluster: Cluster, running: Running) -> list[dict[str, Any]]:
    """Return the pods of an application, by name."""
    found = cluster.items(pods_path(running.namespace), {"labelSelector": running.selector})
    return sorted(found or (), key=lambda pod: str(pod["metadata"]["name"]))


def pod_rows(
    running: Running, pods: Iterable[Mapping[str, Any]], services: Collection[str] = (), *, everything: bool = True
) -> list[dict[str, Any]]:
    """Return a row for each container of a service, and one for each service that has none.

    Args:
        running: the application.
        pods: its pods.
        services: the services that are wanted; all without one.
        everything: also pods that ran to their end, and services that are stopped.

    Raises:
        UsageError: there is no such service.
    """
    wanted = running.of_services(services)
    states = {item.component: item for item in state.services(running, pods)}
    of: dict[str, list[Mapping[str, Any]]] = {}
    for pod in pods:
        of.setdefault(str((pod["metadata"].get("labels") or {}).get(COMPONENT)), []).append(pod)
    rows = []
    for component, container in wanted:
        ended = {"Succeeded", "Failed"}
        there = of.get(component, [])
        shown = [pod for pod in there if everything or (pod.get("status") or {}).get("phase") not in ended]
        rows += [row for pod in shown for row in _rows(running, component, container, pod)]
        item = states.get(component)
        if not there and (everything or item is None or item.phase != state.STOPPED):
            status = f"{item.phase} {item.message}".rstrip() if item else "unknown"
            rows.append(_row(running.service_of(component), component, "", status))
    return rows


def containers(running: Running, component: str, container: str, pod: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Go through the containers of a pod that stand for services: the service, and the container's name."""
    there = [str(one["name"]) for one in (pod.get("spec") or {}).get("containers") or ()]
    if not there:
        return
    guests = [name for name in running.guests.get(component, ()) if name in there]
    # A runtime may call the container of a component otherwise; the first is it then.
    own = component if component in there else there[0]
    for name in [own, *(guest for guest in guests if guest != own)]:
        part = component if name == own else name
        if not container or container in {name, part}:
            yield running.service_of(part), name


def _rows(running: Running, component: str, container: str, pod: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    known = {str(one.get("name")): one for one in state.containers_of(pod)}
    metadata, status = pod["metadata"], pod.get("status") or {}
    trouble = state.trouble_of(pod)
    for service, name in containers(running, component, container, pod):
        own = known.get(name) or {}
        images = [one.get("image") for one in (pod.get("spec") or {}).get("containers") or () if one["name"] == name]
        word = str(status.get("phase") or "Unknown")
        if metadata.get("deletionTimestamp"):
            word = "Terminating"
        elif trouble is not None and trouble.container in {"", name}:
            word = trouble.reason
        row = _row(service, component, str(metadata["name"]), word)
        yield {
            **row,
            "container": name,
            "ready": bool(own.get("ready")) or status.get("phase") == "Succeeded",
            "restarts": int(own.get("restartCount") or 0),
            "created": str(metadata.get("creationTimestamp") or ""),
            "image": str((images or [""])[0]),
            "node": str((pod.get("spec") or {}).get("nodeName") or ""),
            "address": str(status.get("podIP") or ""),
            "message": trouble.message if trouble is not None and word == trouble.reason else "",
        }


def _row(service: str, component: str, name: str, status: str) -> dict[str, Any]:
    return {
        "name": name, "service": service, "component": component, "status": status, "container": "", "ready": False,
        "restarts": 0, "created": "", "image": "", "node": "", "address": "", "message": "",
    }  # fmt: skip


def project_row(running: Running) -> dict[str, Any]:
    """Return one line of a list of projects."""
    found = state.services(running, ())
    well = sum(item.phase in state.WELL for item in found)
    return {
        "project": running.project,
        "namespace": running.namespace,
        "application": running.name,
        "status": str(running.status.get("status") or "unknown"),
        "healthy": well,
        "services": len(found),
        "files": running.files,
        "compose": running.is_compose,
    }
