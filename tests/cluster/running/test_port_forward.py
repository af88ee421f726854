"""``port-forward``: connections of this machine that end in a pod."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fakecluster import Fault, failure
from fakestreams import Session, StreamingCluster

from compose2oam.cluster.applications import find
from compose2oam.cluster.client import Cluster
from compose2oam.cluster.forwarding import Forwarding, Port

Run = Callable[..., Any]


def upper(session: Session) -> None:
    """Answer in capitals after the name of the pod; a word that is BYE ends it."""
    port = int(session.query["ports"][0])
    for channel in (0, 1):
        session.write(channel, struct.pack("<H", port))
    while (message := session.read()) is not None:
        channel, data = message
        assert channel == 0
        session.write(0, f"{session.path.split('/')[-2]}:{port} ".encode() + data.upper())
        if data == b"bye":
            return


def refuses(session: Session) -> None:
    """Nothing listens on the port."""
    for channel in (0, 1):
        session.write(channel, struct.pack("<H", 80))
    session.write(1, b"connection refused")


@contextlib.contextmanager
def forwarding(*ports: Port, service: str = "web_app") -> Iterator[tuple[list[int], list[str]]]:
    """Forward to a service; yields the ports of this machine, and what the user is told."""
    cluster, told = Cluster(), list[str]()
    made = Forwarding(cluster, find(cluster, "demo"), service, ports, ["127.0.0.1"], told.append)
    threading.Thread(target=made.serve, daemon=True).start()
    try:
        yield [number for _, number, _ in made.ports], told
    finally:
        made.close()


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=10)


def ask(port: int, text: bytes = b"bye") -> bytes:
    """Send a text on a connection of its own, and return all that comes back before it ends in whatever way."""
    found = b""
    with connect(port) as made, contextlib.suppress(ConnectionResetError):
        made.sendall(text)
        while piece := made.recv(4096):
            found += piece
    return found


def eventually(test: Callable[[], bool]) -> None:
    end = time.monotonic() + 5
    while not test():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_bytes_go_there_and_back(there: StreamingCluster) -> None:
    """The numbers of the ports that the protocol begins with are no part of them."""
    there.play = upper
    with forwarding(Port(0, 80)) as ((port,), told):
        assert ask(port) == b"web-app-0:80 BYE"
        assert told == ["web_app: to the pod web-app-0"]
        with connect(port) as made:
            made.sendall(b"one")
            assert made.recv(100) == b"web-app-0:80 ONE"
            made.sendall(b"bye")
            assert made.recv(100) == b"web-app-0:80 BYE"
            assert made.recv(100) == b""


def test_several_ports_and_connections_at_once(there: StreamingCluster) -> None:
    there.play = upper
    with (
        forwarding(Port(0, 80), Port(0, 443)) as ((first, second), _),
        connect(first) as one,
        connect(second) as other,
        connect(first) as third,
    ):
        for made in (third, other, one):
            made.sendall(b"x")
        found = [made.recv(100) for made in (one, other, third)]
    assert found == [b"web-app-0:80 X", b"web-app-0:443 X", b"web-app-0:80 X"]


def test_another_pod_takes_over(there: StreamingCluster) -> None:
    """The next connection goes to one that is ready; and stays there when the first comes back."""
    there.play = upper
    with forwarding(Port(0, 80)) as ((port,), told):
        assert ask(port).startswith(b"web-app-0")
        there.drop("/api/v1/namespaces/demo/pods/web-app-0")
        eventually(lambda: "web_app: now to the pod web-app-1" in told)
        assert ask(port).startswith(b"web-app-1")
        there.pod("web-app-0", "web-app")
        assert ask(port).startswith(b"web-app-1")


def test_a_connection_waits_for_a_pod(there: StreamingCluster) -> None:
    there.play = upper
    for number in (0, 1):
        there.drop(f"/api/v1/namespaces/demo/pods/web-app-{number}")
    with forwarding(Port(0, 80)) as ((port,), told):
        eventually(lambda: bool(told))
        assert told == ["no pod of web_app is ready yet; connections wait for one"]
        threading.Timer(0.2, lambda: there.pod("web-app-7", "web-app")).start()
        assert ask(port).startswith(b"web-app-7")


def test_nobody_listens_in_the_container(there: StreamingCluster) -> None:
    """That connection ends, the others go on, and the user is told."""
    there.play = refuses
    with forwarding(Port(0, 80)) as ((port,), told):
        assert ask(port) == b""
        eventually(lambda: "port 80 of web_app: connection refused" in told)
        there.play = upper
        assert ask(port) == b"web-app-0:80 BYE"


def test_the_right_is_missing(there: StreamingCluster) -> None:
    message = 'cannot create resource "pods/portforward"'
    there.faults.append(Fault("STREAM", "", 403, 1, failure(403, "Forbidden", message)))
    with forwarding(Port(0, 80)) as ((port,), told):
        assert ask(port) == b""
        eventually(lambda: any(message in line for line in told))


def test_a_port_that_is_taken(there: StreamingCluster, run: Run) -> None:
    """It is said before anything listens, with what to write instead."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        done = run("port-forward", "web_app", f"{number}:80")
    assert done.returncode == 2
    assert f"port {number} of this machine is in use; write another before it: {number + 1}:80" in done.stderr


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["http"], "'http' is no port; write 80, 8080:80 or :80"),
        (["0"], "'0' is no port"),
        (["80:"], "'80:' is no port"),
        (["8080:70000"], "'8080:70000' is no port"),
        ([], "web_app does not say which ports it opens; name one, such as 8080:80"),
        (["--address", "no.such.host.invalid", "80"], "no address of this machine"),
    ],
)
def test_a_call_that_makes_no_sense(there: StreamingCluster, run: Run, given: list[str], said: str) -> None:
    options = [word for word in given if word.startswith("--") or "." in word]
    done = run("port-forward", *options, "web_app", *[word for word in given if word not in options])
    assert done.returncode == 2
    assert said in done.stderr


def test_the_command_says_what_listens_and_ends_at_ctrl_c(
    there: StreamingCluster, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C is how it is meant to end, so that is no failure; all ports of the container without one."""
    pod = there.objects["/api/v1/namespaces/demo/pods/web-app-0"]
    with socket.create_server(("127.0.0.1", 0)) as one:
        free = one.getsockname()[1]
    pod["spec"]["containers"][0]["ports"] = [{"containerPort": free}, {"containerPort": 53, "protocol": "UDP"}]

    def interrupted(forwarding: Forwarding) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Forwarding, "serve", interrupted)
    done = run("port-forward", "web_app")
    assert (done.returncode, done.stdout) == (0, f"127.0.0.1:{free} -> web_app:{free}\n")
