"""Ports of this machine that lead to a service in a cluster (Kubernetes, "pods/portforward")."""

from __future__ import annotations

import contextlib
import errno
import queue
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence

from compose2oam.cluster.applications import Running, pods_path
from compose2oam.cluster.client import Cluster
from compose2oam.cluster.sockets import V4, Socket
from compose2oam.cluster.watch import Watch
from compose2oam.cluster.workloads import Place, places
from compose2oam.errors import ClusterError, UsageError
from compose2oam.model.namedtuple import NamedTuple

_DATA, _ERROR = 0, 1
_PIECE = 65536
# Each channel begins with the number of its port.
_HEAD = 2
# Seconds that the other side has for more, after this side has said all: the protocol has no word for that.
_LAST_WORDS = 10.0
# Seconds that a connection waits for a pod, and between looks.
PATIENCE, _PAUSE = 30.0, 0.1


class Port(NamedTuple):
    """A port of this machine, and where it leads.

    Attributes:
        local: of this machine, 0 for any that is free.
        remote: of the container.
    """

    local: int
    remote: int


class Forwarding:
    """Listens on ports of this machine until :meth:`close`; each connection goes to a pod that is ready then.

    Args:
        cluster: where.
        running: the project.
        service: of Compose.
        ports: what leads where.
        addresses: of this machine, to listen on.
        note: takes a word to the user, from any thread.

    Raises:
        UsageError: there is no such service, or a port of this machine is taken.
    """

    def __init__(
        self,
        cluster: Cluster,
        running: Running,
        service: str,
        ports: Sequence[Port],
        addresses: Sequence[str],
        note: Callable[[str], object],
    ) -> None:
        running.of_services([service])
        self._cluster, self._running, self._service, self._note = cluster, running, service, note
        self._wake: queue.SimpleQueue[Exception | None] = queue.SimpleQueue()
        query = {"labelSelector": running.selector}
        self._pods = Watch(cluster, pods_path(running.namespace), query, self._wake)
        self._current = ""
        self._lock = threading.Lock()
        self._listening: list[tuple[socket.socket, Port]] = []
        try:
            for port in ports:
                for address in addresses:
                    self._listening.append(_listener(address, port))
        except BaseException:
            self.close()
            raise

    @property
    def ports(self) -> Iterator[tuple[str, int, int]]:
        """The address and the port of this machine, and that of the container."""
        for listener, port in self._listening:
            address, number = listener.getsockname()[:2]
            yield (f"[{address}]" if ":" in address else address), number, port.remote

    def serve(self) -> None:
        """Forward until the cluster is lost for good; follows the pods of the service as they come and go.

        Raises:
            ClusterError: the pods cannot be watched any more.
        """
        self._pods.start()
        first = True
        while True:
            item = self._wake.get()
            if isinstance(item, Exception):
                raise item
            target = self._target()
            if target is not None:
                self._tell(target)
            elif first:
                self._note(f"no pod of {self._service} is ready yet; connections wait for one")
            if first:
                first = False
                for listener, port in self._listening:
                    _begin(self._accept, listener, port.remote)

    def close(self) -> None:
        """Listen no more."""
        self._pods.stop()
        for listener, _ in self._listening:
            listener.close()

    def _target(self) -> Place | None:
        """Return the container to speak with: the same as before, as long as that is ready."""
        ready = [item for item in places(self._running, self._pods.objects(), self._service) if item.is_ready]
        same = [item for item in ready if item.name == self._current]
        return next(iter(same or ready), None)

    def _awaited(self) -> Place:
        """Return the container to speak with, when there is one: pods change places within seconds."""
        until = time.monotonic() + PATIENCE
        while (target := self._target()) is None:
            if time.monotonic() > until:
                raise ClusterError("no pod is ready")
            time.sleep(_PAUSE)
        return target

    def _tell(self, target: Place) -> None:
        with self._lock:
            if target.name != self._current:
                self._note(f"{self._service}: {'now ' if self._current else ''}to the pod {target.name}")
                self._current = target.name

    def _accept(self, listener: socket.socket, remote: int) -> None:
        while True:
            try:
                local, _ = listener.accept()
            except OSError:
                return
            _begin(self._serve_one, local, remote)

    def _serve_one(self, local: socket.socket, remote: int) -> None:
        with contextlib.closing(local):
            try:
                self._forward(local, remote)
            except ClusterError as error:
                self._note(f"port {remote} of {self._service}: {error.message}")

    def _forward(self, local: socket.socket, remote: int) -> None:
        target = self._awaited()
        self._tell(target)
        path = f"{pods_path(self._running.namespace)}/{target.name}/portforward"
        there = Socket(self._cluster, path, [("ports", str(remote))], (V4,))
        _begin(_upwards, local, there)
        try:
            for channel, data in _without_heads(there):
                if channel == _ERROR:
                    raise ClusterError(" ".join(data.decode("utf-8", "replace").split()))
                local.sendall(data)
        except OSError:
            # Whoever connected has gone.
            return
        finally:
            there.close()
            with contextlib.suppress(OSError):
                local.shutdown(socket.SHUT_RDWR)


def _begin(work: Callable[..., None], *arguments: object) -> None:
    threading.Thread(target=work, args=arguments, daemon=True, name="port-forward").start()


def _upwards(local: socket.socket, there: Socket) -> None:
    """Send on what comes from this side, until it has said all."""
    try:
        for piece in iter(lambda: local.recv(_PIECE), b""):
            there.send(_DATA, piece)
    except (OSError, ClusterError):
        there.close()
        return
    # It may have said all, or be gone: the two look the same from here.
    ends = threading.Timer(_LAST_WORDS, there.close)
    ends.daemon = True
    ends.start()


def _without_heads(there: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
    missing = {_DATA: _HEAD, _ERROR: _HEAD}
    for channel, data in there:
        cut = min(missing.get(channel, 0), len(data))
        if cut:
            missing[channel] -= cut
        if data[cut:]:
            yield channel, data[cut:]


def _listener(address: str, port: Port) -> tuple[socket.socket, Port]:
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(address, port.local, type=socket.SOCK_STREAM)[0]
        made = socket.socket(family, kind, protocol)
    except OSError as error:
        raise UsageError(f"--address {address} is no address of this machine: {error.strerror or error}") from None
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(where)
        made.listen(64)
    except OSError as error:
        made.close()
        if error.errno == errno.EADDRINUSE:
            free = f"{port.local + 1 if port.local < 65535 else 8080}:{port.remote}"
            raise UsageError(f"port {port.local} of this machine is in use; write another before it: {free}") from None
        if error.errno == errno.EACCES:
            raise UsageError(f"port {port.local} of this machine needs more rights; write 8080:{port.remote}") from None
        raise UsageError(f"cannot listen on {address}:{port.local}: {error.strerror or error}") from None
    return made, port
