"""What happens to a project: the events that a cluster keeps of its pods, workloads and application for a while."""

from __future__ import annotations

import queue
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timezone
from typing import Any

from compose2oam.cluster.applications import APPLICATION, Running
from compose2oam.cluster.client import Cluster, Refused
from compose2oam.cluster.watch import Watch
from compose2oam.cluster.workloads import Workload, workloads
from compose2oam.model.namedtuple import NamedTuple
from compose2oam.model.secrecy import without_passwords

# What a cluster puts after the name of a workload to make those of its pods, and of what stands between them.
_SUFFIX = re.compile(r"(-[0-9a-z]{1,12}){0,2}")


class Happening(NamedTuple):
    """An event.

    Attributes:
        time: when it was seen last (``2026-01-31T12:00:00Z``).
        service: of Compose; ``""`` where it is about the whole project.
        type: ``Normal`` or ``Warning``.
        reason: one word, as Kubernetes or the runtime has it.
        object: kind and name of what it is about.
        message: more about it, in one line, without passwords.
        times: how often it was seen.
    """

    time: str
    service: str
    type: str
    reason: str
    object: str
    message: str
    times: int


class Telling:
    """Tells which events are of a project, although many of them are about what is gone by now.

    Args:
        running: the project.
        found: its workloads, which may be called otherwise than their components.
        services: the services that are wanted; all, and what is of none, without one.

    Raises:
        UsageError: there is no such service.
    """

    def __init__(self, running: Running, found: Iterable[Workload], services: Collection[str] = ()) -> None:
        self._wanted = {running.service_of(component) for component, _ in running.of_services(services)}
        self._wanted |= set(services)
        self._all = not services
        self._names = {str(one["name"]): running.service_of(str(one["name"])) for one in running.components}
        self._names |= {item.name: item.service for item in found}
        self._application = running.name

    def tell(self, event: Mapping[str, Any]) -> Happening | None:
        """Return an event as one of the project, ``None`` if it is not."""
        about = event.get("involvedObject") or {}
        kind, name = str(about.get("kind")), str(about.get("name"))
        service = self._service(kind, name, event)
        if service is None or not (self._all or service in self._wanted):
            return None
        series = event.get("series") or {}
        return Happening(
            time=_when(event),
            service=service,
            type=str(event.get("type") or "Normal"),
            reason=str(event.get("reason") or ""),
            object=f"{kind} {name}",
            message=without_passwords(" ".join(str(event.get("message") or "").split())),
            times=int(series.get("count") or event.get("count") or 1),
        )

    def _service(self, kind: str, name: str, event: Mapping[str, Any]) -> str | None:
        """Return the service that an event is about, ``""`` for the whole project, ``None`` for none of it."""
        labels = event["metadata"].get("labels") or {}
        if kind in {"Application", "ApplicationConfiguration"} or labels.get(APPLICATION) == self._application:
            return "" if name == self._application else None
        # The longest fits best: web-admin-0 is of web-admin, not of web.
        fits = [own for own in self._names if name.startswith(own) and _SUFFIX.fullmatch(name[len(own) :])]
        return self._names[max(fits, key=len)] if fits else None


def _when(event: Mapping[str, Any]) -> str:
    series = (event.get("series") or {}).get("lastObservedTime")
    found = series or event.get("lastTimestamp") or event.get("eventTime") or event["metadata"].get("creationTimestamp")
    return str(found or "")


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return datetime.min.replace(tzinfo=timezone.utc)
    return found if found.tzinfo else found.replace(tzinfo=timezone.utc)


def events_path(namespace: str) -> str:
    """Return the path of the events of a namespace."""
    return f"/api/v1/namespaces/{namespace}/events"


def happenings(
    cluster: Cluster, running: Running, services: Collection[str] = (), since: datetime | None = None
) -> list[Happening]:
    """Return what the cluster still knows, the oldest first.

    Args:
        cluster: where.
        running: the project.
        services: the services that are wanted; all without one.
        since: nothing from before.

    Raises:
        UsageError: there is no such service.
        ClusterError: the cluster refused.
    """
    telling = Telling(running, _workloads(cluster, running), services)
    return _in_order(map(telling.tell, cluster.items(events_path(running.namespace)) or ()), since)


def _in_order(found: Iterable[Happening | None], since: datetime | None) -> list[Happening]:
    kept = [item for item in found if item is not None and (since is None or _moment(item.time) >= since)]
    return sorted(kept, key=lambda item: (_moment(item.time), item))


def _workloads(cluster: Cluster, running: Running) -> list[Workload]:
    try:
        return workloads(cluster, running)
    except Refused as error:
        # Who may read events alone learns of most of them all the same.
        if error.status != 403:
            raise
        return []


def following(
    cluster: Cluster, running: Running, services: Collection[str] = (), since: datetime | None = None
) -> Iterator[Happening]:
    """Go through the same, and then through what happens, without an end.

    Raises:
        UsageError: there is no such service.
        ClusterError: the events cannot be watched any more.
    """
    telling = Telling(running, _workloads(cluster, running), services)
    wake: queue.SimpleQueue[Exception | None] = queue.SimpleQueue()
    watch = Watch(cluster, events_path(running.namespace), {}, wake)
    told: dict[str, str] = {}
    watch.start()
    try:
        while True:
            item = wake.get()
            if item is not None:
                raise item
            new = []
            for event in watch.objects():
                name, version = str(event["metadata"]["name"]), str(event["metadata"].get("resourceVersion"))
                if told.get(name) != version:
                    told[name] = version
                    new.append(event)
            yield from _in_order(map(telling.tell, new), since)
    finally:
        watch.stop()
