"""What a hostile cluster answers is refused or shown as text: it gets no secret, and moves no cursor."""

from __future__ import annotations

import http.server
import pathlib
import re
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from compose2oam.cluster.client import Cluster
from compose2oam.errors import ClusterError

if TYPE_CHECKING:
    from conftest import CommandLine, FakeCluster, LiveCluster

PODS = "/api/v1/namespaces/demo/pods"
BAD = "\x1b[31m\x1b]0;t\x07\x9b2J\u202e\u2028\r\n::error::forged"
ACTED_UPON = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2028\u2029\u2066-\u2069]")

NO_OBJECTS: dict[str, Any] = {
    "a list": b"[]",
    "a text": b'"x"',
    "nothing": b"",
    "half an object": b'{"items": [',
    "no text at all": b"\xff\xfe\x00",
    "lists in lists": b"[" * 100_000,
    "objects in objects": b'{"a":' * 100_000,
    "items that are a text": b'{"items": "x"}',
    "items that are an object": b'{"items": {"a": {}}}',
    "an item that is a text": b'{"items": ["x"]}',
    "an item that is nothing": b'{"items": [null]}',
    "metadata that are a list": b'{"metadata": [1], "items": []}',
    "metadata of an item that are a text": b'{"items": [{"metadata": "x"}]}',
    "labels that are a list": b'{"items": [{"metadata": {"labels": [1]}}]}',
    "annotations that are a number": b'{"items": [{"metadata": {"annotations": 5}}]}',
    "a spec that is a text": b'{"items": [{"metadata": {}, "spec": "x"}]}',
    "a status that is a list": b'{"items": [{"metadata": {}, "status": [1]}]}',
}


@pytest.mark.parametrize("name", NO_OBJECTS)
def test_what_is_no_object_is_refused(name: str, cluster: FakeCluster) -> None:
    """Once, before anything reads it."""
    cluster.has[PODS] = NO_OBJECTS[name]
    with pytest.raises(ClusterError, match="is no Kubernetes API"):
        list(Cluster().items(PODS) or ())


@pytest.mark.parametrize("name", NO_OBJECTS)
@pytest.mark.parametrize("words", ["ls", "capabilities list --context test", "up -d"])
def test_commands_say_so(name: str, words: str, cluster: FakeCluster, project: pathlib.Path, cli: CommandLine) -> None:
    """With the exit code of a cluster that cannot be used, and without a traceback."""
    for path in ("/version", "/apis/core.oam.dev/v1beta1", "/apis/core.oam.dev/v1beta1/applications"):
        cluster.has[path] = NO_OBJECTS[name]
    done = cli(*words.split(), cwd=project.parent)
    assert done.returncode == 5, done.stderr
    assert "Traceback" not in done.stderr
    assert "defect" not in done.stderr


def test_a_list_without_an_end_is_ended(cluster: FakeCluster) -> None:
    """A page that was there is not asked for again."""
    cluster.has[PODS] = b'{"metadata": {"continue": "again"}, "items": [{"metadata": {"name": "a"}}]}'
    with pytest.raises(ClusterError, match="has no end"):
        list(Cluster().items(PODS) or ())
    assert cluster.asked.count(PODS) == 2


def test_words_of_a_cluster_are_text(live: LiveCluster, project: pathlib.Path, cli: CommandLine) -> None:
    """Names, reasons and messages move no cursor, set no colour and begin no line."""
    folder = project.parent
    assert cli("up", "-d", cwd=folder).returncode == 0
    live.say("demo", status=BAD, services=[{"name": "web", "healthy": False, "message": BAD}])
    waiting = {"name": "web", "ready": False, "restartCount": 0, "state": {"waiting": {"reason": BAD, "message": BAD}}}
    live.pod("web-0", "web", containerStatuses=[waiting], phase=BAD)
    about = {"kind": "Pod", "name": "web-0", "namespace": "demo"}
    event = {
        "involvedObject": about,
        "type": BAD,
        "reason": BAD,
        "message": BAD,
        "lastTimestamp": "2026-01-31T12:00:00Z",
    }
    live.put("/api/v1/namespaces/demo/events/a", event)
    application = live.objects["/apis/core.oam.dev/v1beta1/namespaces/demo/applications/demo"]
    application["spec"]["components"][0]["properties"]["image"] = BAD
    for words in (
        "ls",
        "ps -a",
        "status",
        "status --tree",
        "history",
        "diff",
        "events --since 9999h",
        "ls --format json",
        "ps --format json",
    ):
        done = cli(*words.split(), cwd=folder)
        assert done.returncode in (0, 1, 6), f"{words}: {done.stderr}"
        assert "Traceback" not in done.stderr, words
        assert not ACTED_UPON.findall(done.stderr), words
        assert not ACTED_UPON.findall(done.stdout) or "json" in words, words
        assert "\x1b" not in done.stdout, words
        lines = re.split(r"[\r\n]", done.stdout + done.stderr)
        assert not [line for line in lines if line.lstrip().startswith("::")], words


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, list[dict[str, str]]]]:
    """Another server, and the headers that it gets."""
    got: list[dict[str, str]] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            got.append(dict(self.headers))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", got
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(
    status: int, live: LiveCluster, faults: Any, elsewhere: tuple[str, list[dict[str, str]]]
) -> None:
    """The token of the user, and a Secret that is applied, go to no other server."""
    address, got = elsewhere
    live.faults.append(faults("GET", "pods", status, 9, {}, {"Location": f"{address}/stolen"}))
    with pytest.raises(ClusterError):
        Cluster().get(PODS)
    assert got == []
