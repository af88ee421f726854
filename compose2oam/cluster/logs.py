"""The logs of all containers of a project: read one after the other, or followed together."""

from __future__ import annotations

import queue
import threading
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from compose2oam.cluster import state
from compose2oam.cluster.applications import COMPONENT, Running, pods_path
from compose2oam.cluster.client import Cluster, Leash, Refused
from compose2oam.cluster.listing import containers
from compose2oam.cluster.watch import PAUSE, Watch
from compose2oam.errors import ClusterError
from compose2oam.model.namedtuple import NamedTuple


class Source(NamedTuple):
    """A container that writes a log.

    Attributes:
        pod: its name.
        container: its name.
        service: of Compose.
        started: how often it was started again, as far as it is known: each run has a log of its own.
    """

    pod: str
    container: str
    service: str
    started: int = 0


class Line(NamedTuple):
    """A line of a log.

    Attributes:
        source: who wrote it.
        time: when, as the cluster has it (``2026-01-31T12:00:00.123456789Z``).
        text: what was written.
    """

    source: Source
    time: str
    text: str


def sources(running: Running, pods: Collection[Mapping[str, Any]], services: Collection[str] = ()) -> list[Source]:
    """Return the containers of services that have begun, in the order of the application.

    Raises:
        UsageError: there is no such service.
    """
    found = []
    for component, container in running.of_services(services):
        for pod in pods:
            if (pod["metadata"].get("labels") or {}).get(COMPONENT) == component:
                begun = {str(one.get("name")): one for one in state.containers_of(pod) if _has_begun(one)}
                for service, name in containers(running, component, container, pod):
                    if name in begun:
                        again = int(begun[name].get("restartCount") or 0)
                        found.append(Source(str(pod["metadata"]["name"]), name, service, again))
    return found


def _has_begun(container: Mapping[str, Any]) -> bool:
    known = container.get("state") or {}
    return "running" in known or "terminated" in known or bool((container.get("lastState") or {}).get("terminated"))


def read(
    cluster: Cluster, namespace: str, source: Source, query: Mapping[str, str], leash: Leash | None = None
) -> Iterator[Line]:
    """Go through the log of a container.

    Args:
        cluster: where.
        namespace: of the pod.
        source: the container.
        query: further parameters of the log (Kubernetes, "read log of the specified Pod").
        leash: by which another thread ends it.

    Raises:
        ClusterError: it cannot be read.
    """
    asked = {"container": source.container, "timestamps": "true", **query}
    for line in cluster.lines(f"{pods_path(namespace)}/{source.pod}/log", asked, leash=leash):
        time, _, text = line.decode("utf-8", "replace").rstrip("\r").partition(" ")
        yield Line(source, time, text)


class Following:
    """The logs of a project as they are written, from containers that begin later too.

    Args:
        cluster: where.
        running: the application.
        services: the services that are wanted; all without one.
        query: further parameters of the logs that are there already.

    Raises:
        UsageError: there is no such service.
    """

    def __init__(self, cluster: Cluster, running: Running, services: Collection[str], query: Mapping[str, str]) -> None:
        running.of_services(services)
        self._cluster, self._running, self._services, self._query = cluster, running, services, dict(query)
        # Lines, errors, and what a watch puts there when pods change.
        self._queue: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._begun: set[Source] = set()
        self._live: set[Source] = set()
        self._leashes: list[Leash] = []
        self._first = True

    def __iter__(self) -> Iterator[Line]:
        """Go through the lines, without an end."""
        query = {"labelSelector": self._running.selector}
        pods = Watch(self._cluster, pods_path(self._running.namespace), query, self._queue)
        pods.start()
        try:
            while True:
                item = self._queue.get()
                if isinstance(item, Exception):
                    raise item
                if isinstance(item, Line):
                    yield item
                    continue
                self._live = set(sources(self._running, pods.objects(), self._services))
                for source in sorted(self._live - self._begun):
                    self._begin(source)
                self._first = False
        finally:
            for leash in self._leashes:
                leash.end()
            pods.stop()

    def _begin(self, source: Source) -> None:
        self._begun.add(source)
        # What began after us is told from its beginning.
        query = {**(self._query if self._first else {}), "follow": "true"}
        leash = Leash()
        self._leashes.append(leash)
        arguments = (source, query, leash)
        threading.Thread(target=self._stream, args=arguments, daemon=True, name=f"log {source.pod}").start()

    def _stream(self, source: Source, query: dict[str, str], leash: Leash) -> None:
        last, told = "", set[str]()
        while True:
            try:
                for line in read(self._cluster, self._running.namespace, source, query, leash):
                    if line.time == last and line.text in told:
                        continue
                    told = {*told, line.text} if line.time == last else {line.text}
                    last = line.time
                    self._queue.put(line)
            except Refused as error:
                if error.status not in {400, 404}:
                    self._queue.put(error)
                return
            except ClusterError:
                pass  # the watch tells when the server stays away
            if leash.wait(PAUSE) or source not in self._live:
                return
            # Broken off: from the last second on, without what was told.
            query = {"follow": "true", **({"sinceTime": last} if last else self._query)}
