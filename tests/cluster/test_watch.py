"""Watches: what is read in threads ends when nobody wants it any more."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from compose2oam.cluster import applications
from compose2oam.cluster.client import Cluster, Leash
from compose2oam.cluster.logs import Following
from compose2oam.cluster.watch import Watch, stop

if TYPE_CHECKING:
    from conftest import CommandLine
    from fakestreams import StreamingCluster

PODS = "/api/v1/namespaces/demo/pods"


def threads() -> list[str]:
    """The threads that read from a cluster."""
    return [item.name for item in threading.enumerate() if item.name.startswith(("watch ", "log "))]


def until(seen: Callable[[], Any]) -> None:
    """Wait a while for something."""
    end = time.monotonic() + 10
    while not seen():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_watch_ends_when_it_is_stopped(live: StreamingCluster) -> None:
    """Also while the server keeps it open: at once, and nothing more is asked."""
    wake: queue.SimpleQueue[Exception | None] = queue.SimpleQueue()
    watches = [Watch(Cluster(), PODS, {}, wake) for _ in range(3)]
    for watch in watches:
        watch.start()
    until(lambda: live.requests.count(("WATCH", PODS)) == 3)
    began = time.monotonic()
    stop(watches)
    assert not threads()
    assert time.monotonic() - began < 1
    asked = len(live.requests)
    live.pod("web-0", "web")
    time.sleep(0.1)
    assert len(live.requests) == asked


def test_a_watch_that_never_began_can_be_stopped(live: StreamingCluster) -> None:
    """As where an error comes before the first one was begun."""
    Watch(Cluster(), PODS, {}, queue.SimpleQueue()).stop()
    assert not live.requests


def test_what_is_begun_after_the_end_ends_too(live: StreamingCluster) -> None:
    """A thread may be about to read when it is told to end."""
    leash = Leash()
    leash.end()
    query = {"watch": "true", "resourceVersion": "1"}
    began = time.monotonic()
    assert not list(Cluster().lines(PODS, query, leash=leash))
    assert time.monotonic() - began < 1


def test_logs_that_nobody_follows_are_not_read(
    live: StreamingCluster, cli: CommandLine, tmp_path: Any, project: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever ends `logs -f` leaves nobody behind who goes on reading."""
    monkeypatch.setattr("compose2oam.cluster.logs.PAUSE", 0.01)
    live.logs["web-0"] = live.logs["db-0"] = "2026-01-31T12:00:00Z hello\n"
    assert cli("up", "--no-wait", cwd=project.parent).returncode == 0
    running = applications.find(Cluster(), "demo", "demo")
    lines = iter(Following(Cluster(), running, ["web"], {}))
    assert next(lines).text == "hello"
    del lines
    until(lambda: not threads())


def test_up_leaves_no_watch_behind(live: StreamingCluster, cli: CommandLine, project: Any) -> None:
    """What a program goes on with after it is not watched any more."""
    assert cli("up", cwd=project.parent).returncode == 0
    assert not threads()
