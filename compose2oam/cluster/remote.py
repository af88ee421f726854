"""Commands in a running container: their streams, and how they end (Kubernetes, "pods/exec")."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Sequence
from queue import SimpleQueue
from typing import Any

from compose2oam.cluster.applications import pods_path
from compose2oam.cluster.client import Cluster
from compose2oam.cluster.sockets import Socket
from compose2oam.errors import ClusterError
from compose2oam.model.namedtuple import NamedTuple

_IN, _OUT, _ERR, _STATUS, _SIZE = range(5)


class Streams(NamedTuple):
    """What a command is connected with.

    Attributes:
        given: what it reads, piece by piece; ``None`` for nothing at all.
        out: takes what it writes.
        err: takes its errors; on a terminal they come with the rest.
        sizes: gets columns and rows of the terminal put, whenever they change; ``None`` where there is no terminal.
        note: takes a word to the user.
    """

    given: Iterable[bytes] | None
    out: Callable[[bytes], object]
    err: Callable[[bytes], object]
    sizes: SimpleQueue[tuple[int, int]] | None
    note: Callable[[str], object]


class CannotStart(ClusterError):
    """The container has no such command, or may not run it.

    Attributes:
        code: what a shell ends with in this case.
    """

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


def execute(
    cluster: Cluster, namespace: str, pod: str, container: str, command: Sequence[str], streams: Streams
) -> int:
    """Run a command in a container until it ends, and return its exit code.

    Args:
        cluster: where.
        namespace: of the pod.
        pod: its name.
        container: its name.
        command: with its arguments; no shell looks at them.
        streams: what it is connected with.

    Raises:
        CannotStart: there is no such command.
        ClusterError: the cluster refused, or the connection broke off.
    """
    asked: dict[str, str | bool] = {
        "container": container,
        "stdin": streams.given is not None,
        "stdout": True,
        "stderr": streams.sizes is None,
        "tty": streams.sizes is not None,
    }
    query = [(name, value if isinstance(value, str) else str(value).lower()) for name, value in asked.items()]
    query += [("command", part) for part in command]
    socket = Socket(cluster, f"{pods_path(namespace)}/{pod}/exec", query)
    try:
        if streams.sizes is not None:
            _thread(_resize, socket, streams.sizes)
        if streams.given is not None:
            _thread(_feed, socket, streams.given, streams.note)
        for channel, data in socket:
            if channel == _OUT:
                streams.out(data)
            elif channel == _ERR:
                streams.err(data)
            elif channel == _STATUS:
                return _code(data, pod, command)
    finally:
        socket.close()
    raise ClusterError(
        f"the connection to {pod} broke off before the command ended; it may go on there, or the pod may be gone"
    )


def _thread(work: Callable[..., None], *arguments: Any) -> None:
    threading.Thread(target=work, args=arguments, daemon=True, name="exec").start()


def _resize(socket: Socket, sizes: SimpleQueue[tuple[int, int]]) -> None:
    while True:
        width, height = sizes.get()
        try:
            socket.send(_SIZE, json.dumps({"Width": width, "Height": height}).encode())
        except ClusterError:
            return


def _feed(socket: Socket, given: Iterable[bytes], note: Callable[[str], object]) -> None:
    try:
        for piece in given:
            socket.send(_IN, piece)
        socket.end(_IN)
    except (ClusterError, OSError, ValueError):
        # Whoever reads from the connection learns of it too, and says so.
        return
    if not socket.tells_ends:
        note(
            "this cluster cannot tell the command that its input has ended (Kubernetes 1.30 and later can); "
            "Ctrl-C if it waits for more"
        )


def _code(data: bytes, pod: str, command: Sequence[str]) -> int:
    """Return the exit code that the last message tells (Kubernetes, ``meta/v1.Status``)."""
    try:
        status = json.loads(data)
        if status.get("status") == "Success":
            return 0
        causes = (status.get("details") or {}).get("causes") or ()
        codes = [cause.get("message") for cause in causes if cause.get("reason") == "ExitCode"]
        if codes:
            return int(codes[0])
        said = " ".join(str(status.get("message") or "it does not say why").split())
    except (AttributeError, TypeError, ValueError):
        said = " ".join(data.decode("utf-8", "replace").split())
    if "executable file not found" in said or "no such file or directory" in said:
        raise CannotStart(f"the container of {pod} has no {command[0]}", 127)
    if "permission denied" in said:
        raise CannotStart(f"the container of {pod} may not run {command[0]}", 126)
    raise ClusterError(f"{pod} cannot run {command[0]}: {said}")
