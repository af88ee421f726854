"""A cluster whose containers can be spoken with, by WebSockets with numbered channels, and whose objects be patched."""

from __future__ import annotations

import base64
import copy
import hashlib
import http.server
import json
import struct
import urllib.parse
from collections.abc import Callable
from typing import Any

from fakecluster import LiveCluster, failure, storing

_MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_BINARY, _CLOSE = 2, 8


class Session:
    """One WebSocket, as the server sees it (RFC 6455).

    Attributes:
        path: that was asked for.
        query: its parameters, each with all its values.
        protocol: that was agreed on.
    """

    def __init__(self, handler: http.server.BaseHTTPRequestHandler, protocol: str) -> None:
        self.path, _, text = handler.path.partition("?")
        self.query = urllib.parse.parse_qs(text)
        self.protocol = protocol
        self._handler = handler

    def read(self) -> tuple[int, bytes] | None:
        """The next message: its channel, and what is in it; ``None`` at the end."""
        head = self._handler.rfile.read(2)
        if len(head) < 2 or head[0] & 15 == _CLOSE:
            return None
        size = head[1] & 127
        if size == 126:
            (size,) = struct.unpack(">H", self._handler.rfile.read(2))
        elif size == 127:
            (size,) = struct.unpack(">Q", self._handler.rfile.read(8))
        mask = self._handler.rfile.read(4)
        data = bytes(byte ^ mask[place % 4] for place, byte in enumerate(self._handler.rfile.read(size)))
        return data[0], data[1:]

    def write(self, channel: int, data: bytes) -> None:
        """Send a message."""
        content = bytes((channel,)) + data
        size = struct.pack(">B", len(content)) if len(content) < 126 else struct.pack(">BH", 126, len(content))
        self._handler.wfile.write(bytes((128 | _BINARY,)) + size + content)
        self._handler.wfile.flush()

    def end(self, code: int = 0, **status: Any) -> None:
        """Say how a command ended, as the API server does."""
        if code:
            cause = {"reason": "ExitCode", "message": str(code)}
            status = {"status": "Failure", "reason": "NonZeroExitCode", "details": {"causes": [cause]}}
        self.write(3, json.dumps(status or {"status": "Success"}).encode())


Play = Callable[[Session], None]


class StreamingCluster(LiveCluster):
    """A cluster whose containers can be spoken with, and whose objects can be patched.

    Attributes:
        play: what happens in a session.
        speaks: the protocols of the server.
        sessions: those that there were.
        moves: called with the path of each object that was patched, to play who acts on it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.play: Play = lambda session: session.end()
        self.speaks = ["v5.channel.k8s.io", "v4.channel.k8s.io"]
        self.sessions: list[Session] = []
        self.moves: Callable[[str], None] = lambda path: None

    def apply(self, path: str, manifest: dict[str, Any], query: dict[str, str]) -> tuple[int, Any]:
        """Do a server-side apply, unless it speaks of another version than there is."""
        wanted = manifest["metadata"].pop("resourceVersion", None)
        if wanted and wanted != self.objects[path]["metadata"]["resourceVersion"]:
            return 409, failure(409, "Conflict", "the object has been modified")
        answer = super().apply(path, manifest, query)
        self.moves(path)
        return answer

    def merge(self, path: str, patch: dict[str, Any]) -> tuple[int, Any]:
        """Do a merge patch, of a status too, unless it speaks of another version than there is."""
        path = path.removesuffix("/status")
        with self.changed:
            there = copy.deepcopy(self.objects[path])
            wanted = (patch.get("metadata") or {}).pop("resourceVersion", None)
            if wanted and wanted != there["metadata"]["resourceVersion"]:
                return 409, failure(409, "Conflict", "the object has been modified")
            made = merged(there, patch)
            if made.get("spec") != there.get("spec"):
                made["metadata"]["generation"] = made["metadata"].get("generation", 0) + 1
            self.put(path, made)
        self.moves(path)
        return 200, self.objects[path]


def merged(there: Any, patch: Any) -> Any:
    """Return what a merge patch makes of a value (RFC 7386)."""
    if not isinstance(patch, dict):
        return patch
    made = dict(there) if isinstance(there, dict) else {}
    for key, value in patch.items():
        if value is None:
            made.pop(key, None)
        else:
            made[key] = merged(made.get(key), value)
    return made


def streaming(fake: StreamingCluster) -> type[http.server.BaseHTTPRequestHandler]:
    """What answers for a cluster that stores and streams."""

    usual: Any = storing(fake)

    class Handler(usual):
        def _serve(self, method: str) -> None:
            fault = next((item for item in fake.faults if item.method == "STREAM"), None)
            if self.headers.get("Upgrade") != "websocket":
                super()._serve(method)
            elif fault is not None:
                self._fail(fault)
            else:
                self._upgrade()

        def _result(self, method: str, path: str, query: dict[str, str], content: Any) -> tuple[int, Any]:
            if method == "PATCH" and self.headers["Content-Type"] == "application/merge-patch+json":
                return fake.merge(path, content)
            result: tuple[int, Any] = super()._result(method, path, query, content)
            return result

        def _upgrade(self) -> None:
            offered = [name.strip() for name in self.headers["Sec-WebSocket-Protocol"].split(",")]
            protocol = next(name for name in offered if name in fake.speaks)
            accepted = base64.b64encode(hashlib.sha1(self.headers["Sec-WebSocket-Key"].encode() + _MAGIC).digest())
            self.close_connection = True
            self.wfile.write(
                b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + f"Sec-WebSocket-Protocol: {protocol}\r\nSec-WebSocket-Accept: {accepted.decode()}\r\n\r\n".encode()
            )
            session = Session(self, protocol)
            fake.sessions.append(session)
            fake.play(session)
            self.wfile.write(bytes((128 | _CLOSE, 0)))

    return Handler
