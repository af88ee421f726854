"""Following objects as they change: a list, then what changes, taken up again wherever the server breaks off."""

from __future__ import annotations

import json
import queue
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from compose2oam.cluster.client import Cluster, Leash, Refused
from compose2oam.errors import ClusterError

# Seconds that the server keeps a watch open, and that we wait for the end of one that has gone silent.
_SERVER, _CLIENT = 240, 270
# Seconds between tries while a server is away, and how long it may be.
PAUSE, AWAY = 0.5, 60.0
# Seconds that a thread has to end: it needs some only where the server does not answer.
_FAREWELL = 0.5


class Watch:
    """The objects of one list, kept up to date in a thread of its own.

    Args:
        cluster: where.
        path: of the list.
        query: its selectors.
        wake: gets ``None`` put whenever something changed, or an exception that ended the watch.
        needed: whether it is an error that the list may not be read; otherwise it stays empty.
    """

    def __init__(
        self,
        cluster: Cluster,
        path: str,
        query: Mapping[str, str],
        wake: queue.SimpleQueue[Exception | None],
        *,
        needed: bool = True,
    ) -> None:
        self._needed = needed
        self._cluster, self._path, self._query, self._wake = cluster, path, dict(query), wake
        self._objects: dict[str, dict[str, Any]] = {}
        self._lock = threading.Lock()
        self._leash = Leash()
        self._thread = threading.Thread(target=self._run, daemon=True, name=f"watch {path}")
        self._looked = threading.Event()

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread; the server is asked nothing more."""
        stop([self])

    def end(self) -> None:
        """Tell the thread to end."""
        self._leash.end()

    def join(self, seconds: float) -> None:
        """Wait until it has."""
        if self._thread.is_alive():
            self._thread.join(seconds)

    @property
    def has_looked(self) -> bool:
        """Whether the list was read, or is known to be none that may be."""
        return self._looked.is_set()

    def objects(self) -> list[dict[str, Any]]:
        """Return the objects as they were last seen."""
        with self._lock:
            return list(self._objects.values())

    def _run(self) -> None:
        since = ""
        away = 0.0
        while not self._leash.has_ended:
            try:
                if not since:
                    since = self._list()
                    continue
                for event in self._changes(since):
                    since = self._take(event) or since
                    if self._leash.has_ended:
                        return
                away = 0.0
                # A server that ends each watch at once is not asked without a pause.
                self._leash.wait(PAUSE / 10)
            except ClusterError as error:
                status = error.status if isinstance(error, Refused) else 0
                if status == 410:
                    since = ""
                    continue
                if status in {0, 429} or status >= 500:
                    # Who restarts is away for a while, and says so in one of these ways.
                    away = away or time.monotonic()
                    if time.monotonic() - away <= AWAY:
                        self._leash.wait(PAUSE)
                        continue
                self._looked.set()
                self._wake.put(error if self._needed or status != 403 else None)
                return
            except Exception as error:  # told to whoever waits, where it ends the command
                self._wake.put(error)
                return

    def _list(self) -> str:
        data = self._cluster.get(self._path, self._query) or {}
        with self._lock:
            self._objects = {item["metadata"]["name"]: item for item in data.get("items") or ()}
        self._looked.set()
        self._wake.put(None)
        return str((data.get("metadata") or {}).get("resourceVersion") or "0")

    def _changes(self, since: str) -> Iterator[dict[str, Any]]:
        query = {
            **self._query,
            "watch": "true",
            "resourceVersion": since,
            "allowWatchBookmarks": "true",
            "timeoutSeconds": str(_SERVER),
        }
        for line in self._cluster.lines(self._path, query, patience=_CLIENT, leash=self._leash):
            try:
                event = json.loads(line)
            except ValueError:
                # A line that was cut off: the watch is taken up where it was.
                return
            yield event

    def _take(self, event: Mapping[str, Any]) -> str:
        """Note a change; return the version of the list that it makes."""
        kind, item = event.get("type"), event.get("object") or {}
        if kind == "ERROR":
            raise Refused(
                "GET", self._path, self._cluster.context, int(item.get("code") or 500), "", item, self._cluster.command
            )
        metadata = item.get("metadata") or {}
        if kind != "BOOKMARK":
            with self._lock:
                if kind == "DELETED":
                    self._objects.pop(metadata["name"], None)
                else:
                    self._objects[metadata["name"]] = item
            self._wake.put(None)
        return str(metadata.get("resourceVersion") or "")


def stop(watches: Iterable[Watch]) -> None:
    """End watches, all at once."""
    stopped = list(watches)
    for watch in stopped:
        watch.end()
    until = time.monotonic() + _FAREWELL
    for watch in stopped:
        watch.join(max(0.0, until - time.monotonic()))
