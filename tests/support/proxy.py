"""A bad line between a program and its API server: it can be cut at any moment."""

from __future__ import annotations

import contextlib
import pathlib
import socket
import threading
import urllib.parse
from collections.abc import Iterator

import yaml


class Line:
    """Passes connections on to an address, until it is cut.

    Attributes:
        port: where it listens on loopback.
        connections: how many it has taken.
    """

    def __init__(self, host: str, port: int) -> None:
        self._there = (host, port)
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._dead = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.connections = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self, *, dead: bool = False) -> None:
        """Break off all connections; a dead line also takes no new ones until :meth:`mend`."""
        with self._lock:
            self._dead = dead
            doomed, self._open = self._open, set()
        for one in doomed:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def mend(self) -> None:
        """Take connections again."""
        self._dead = False

    def close(self) -> None:
        """Listen no more."""
        self._listener.close()
        self.cut(dead=True)

    def _accept(self) -> None:
        while True:
            try:
                here, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            if self._dead:
                here.close()
                continue
            try:
                there = socket.create_connection(self._there)
            except OSError:
                here.close()
                continue
            with self._lock:
                self._open |= {here, there}
            for one, other in ((here, there), (there, here)):
                threading.Thread(target=self._pass, args=(one, other), daemon=True).start()

    def _pass(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(65536):
                other.sendall(data)
        with contextlib.suppress(OSError):
            other.shutdown(socket.SHUT_WR)


@contextlib.contextmanager
def line_to(kubeconfig: str, folder: pathlib.Path) -> Iterator[tuple[Line, str]]:
    """A line to the API server of a kubeconfig, and the kubeconfig that leads over it."""
    config = yaml.safe_load(pathlib.Path(kubeconfig).read_text())
    current = next(one for one in config["contexts"] if one["name"] == config["current-context"])
    cluster = next(one for one in config["clusters"] if one["name"] == current["context"]["cluster"])["cluster"]
    address = urllib.parse.urlsplit(cluster["server"])
    assert address.hostname is not None
    line = Line(address.hostname, address.port or 443)
    cluster["server"] = f"https://127.0.0.1:{line.port}"
    cluster["tls-server-name"] = address.hostname
    file = folder / "kubeconfig-over-the-line"
    file.write_text(yaml.safe_dump(config))
    try:
        yield line, str(file)
    finally:
        line.close()
