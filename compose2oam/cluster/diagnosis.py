"""Why a service does not come up: the events of its pod, and the last lines that it wrote."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from compose2oam.cluster.applications import pods_path
from compose2oam.cluster.client import Cluster
from compose2oam.cluster.state import Trouble
from compose2oam.errors import ClusterError
from compose2oam.model.secrecy import without_passwords

# How many events, and how many lines of a log.
_EVENTS, _LINES = 3, 8


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What is known about a trouble.

    Attributes:
        events: the last warnings about the pod, the newest last.
        log: the last lines of the container, without passwords.
    """

    events: tuple[str, ...] = ()
    log: tuple[str, ...] = ()


def diagnose(cluster: Cluster, namespace: str, trouble: Trouble) -> Diagnosis:
    """Ask the cluster about a trouble; what may not be read is left out."""
    if not trouble.pod:
        return Diagnosis()
    return Diagnosis(tuple(_events(cluster, namespace, trouble.pod)), tuple(_log(cluster, namespace, trouble)))


def _events(cluster: Cluster, namespace: str, pod: str) -> list[str]:
    query = {"fieldSelector": f"involvedObject.name={pod},type=Warning"}
    try:
        found = list(cluster.items(f"/api/v1/namespaces/{namespace}/events", query) or ())
    except ClusterError:
        return []
    found.sort(key=lambda item: str(item.get("lastTimestamp") or item.get("eventTime") or ""))
    texts = [" ".join(f"{item.get('reason')}: {item.get('message')}".split()) for item in found]
    return [without_passwords(text) for text in dict.fromkeys(texts)][-_EVENTS:]


def _log(cluster: Cluster, namespace: str, trouble: Trouble) -> list[str]:
    if not trouble.container:
        return []
    query: dict[str, Any] = {"container": trouble.container, "tailLines": str(_LINES)}
    # Of a container that was started again, the run that ended says why.
    for further in ([{"previous": "true"}] if trouble.again else []) + [{}]:
        try:
            path = f"{pods_path(namespace)}/{trouble.pod}/log"
            lines = [line.decode("utf-8", "replace") for line in cluster.lines(path, query | further, patience=10)]
        except ClusterError:
            continue
        if lines:
            return [without_passwords(line.rstrip("\r")) for line in lines]
    return []
