"""``exec``: the streams of a command, and its exit code."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from fakecluster import Fault, failure
from fakestreams import Session, StreamingCluster

Run = Callable[..., Any]


def echoes(session: Session) -> None:
    """Send back all that comes, until it ends, and say so on standard error."""
    while (message := session.read()) is not None:
        channel, data = message
        if channel == 255:
            session.write(2, b"ended " + str(data[0]).encode())
            session.end()
            return
        session.write(1, data)


def test_a_command_runs_in_a_container_that_is_ready(there: StreamingCluster, run: Run) -> None:
    """What it writes is written here, and it is asked for as it stands, options too."""

    def play(session: Session) -> None:
        session.write(1, b"out\n")
        session.write(2, b"err\n")
        session.end()

    there.play = play
    done = run("exec", "web_app", "ls", "-l", "/")
    assert (done.returncode, done.stdout, done.stderr) == (0, "out\n", "err\n")
    (session,) = there.sessions
    assert session.path == "/api/v1/namespaces/demo/pods/web-app-0/exec"
    assert session.query["command"] == ["ls", "-l", "/"]
    assert session.query["container"] == ["web-app"]
    assert (session.query["tty"], session.query["stdin"]) == (["false"], ["true"])


@pytest.mark.parametrize("code", [1, 3, 42, 255])
def test_the_exit_code_is_passed_on(there: StreamingCluster, run: Run, code: int) -> None:
    there.play = lambda session: session.end(code)
    assert run("exec", "web_app", "sh", "-c", f"exit {code}").returncode == code


def test_standard_input_is_sent_and_its_end_too(there: StreamingCluster, run: Run) -> None:
    there.play = echoes
    done = run("exec", "-T", "web_app", "cat", stdin="one\ntwo\n" * 5000)
    assert done.stdout == "one\ntwo\n" * 5000
    assert done.stderr == "ended 0"


def test_an_older_cluster_cannot_be_told_the_end(there: StreamingCluster, run: Run) -> None:
    """It is said, for the command may wait for it."""
    there.speaks = ["v4.channel.k8s.io"]

    said = threading.Event()

    def play(session: Session) -> None:
        session.read()
        # The word about it comes from another thread.
        said.wait(5)
        session.end()

    there.play = play
    threading.Timer(0.3, said.set).start()
    done = run("exec", "web_app", "cat", stdin="x")
    assert done.returncode == 0
    assert "cannot tell the command that its input has ended" in done.stderr


def test_a_guest_is_spoken_with_in_the_pod_of_its_host(there: StreamingCluster, run: Run) -> None:
    assert run("exec", "sidecar", "true").returncode == 0
    assert there.sessions[0].path.endswith("/pods/db-0/exec")
    assert there.sessions[0].query["container"] == ["sidecar"]


def test_index_says_which(there: StreamingCluster, run: Run) -> None:
    """In the order of the names, from 1; one that is not there is an error."""
    run("exec", "--index", "2", "web_app", "true")
    assert there.sessions[0].path.endswith("/pods/web-app-1/exec")
    done = run("exec", "--index", "3", "web_app", "true")
    assert done.returncode == 5
    assert "no container of number 3 of web_app is there" in done.stderr


def test_a_pod_that_is_ready_comes_first(there: StreamingCluster, run: Run) -> None:
    there.pod("web-app-0", "web-app", conditions=[{"type": "Ready", "status": "False"}])
    run("exec", "web_app", "true")
    assert there.sessions[0].path.endswith("/pods/web-app-1/exec")


def test_nothing_runs(there: StreamingCluster, run: Run) -> None:
    """The error says what the container is instead."""
    waits = {"name": "db", "state": {"waiting": {"reason": "ImagePullBackOff", "message": "no such image"}}}
    there.pod("db-0", "db", phase="Pending", conditions=[], containerStatuses=[waits])
    done = run("exec", "db", "true")
    assert done.returncode == 5
    assert "no container of db runs: db-0 is ImagePullBackOff: no such image" in done.stderr


@pytest.mark.parametrize(
    ("message", "code", "said"),
    [
        ('exec: "nix": executable file not found in $PATH', 127, "the container of web-app-0 has no nix"),
        ('exec: "nix": permission denied', 126, "the container of web-app-0 may not run nix"),
        ("the runtime is on fire", 5, "web-app-0 cannot run nix: the runtime is on fire"),
    ],
)
def test_a_command_that_cannot_begin(there: StreamingCluster, run: Run, message: str, code: int, said: str) -> None:
    """It ends as a shell ends."""
    there.play = lambda session: session.end(status="Failure", reason="InternalError", message=message)
    done = run("exec", "web_app", "nix")
    assert (done.returncode, said in done.stderr) == (code, True), done.stderr


def test_a_connection_that_breaks_off(there: StreamingCluster, run: Run) -> None:
    """Nobody knows how the command ended, so it is no success."""
    there.play = lambda session: session.write(1, b"half")
    done = run("exec", "web_app", "true")
    assert (done.returncode, done.stdout) == (5, "half")
    assert "broke off before the command ended" in done.stderr


def test_the_right_is_missing(there: StreamingCluster, run: Run) -> None:
    message = 'pods "web-app-0" is forbidden: User "me" cannot create resource "pods/exec"'
    there.faults.append(Fault("STREAM", "", 403, 1, failure(403, "Forbidden", message)))
    done = run("exec", "web_app", "true")
    assert done.returncode == 5
    assert 'cannot create resource "pods/exec"' in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("options", "command"),
    [
        (["-e", "A=1", "--env", "B=two words"], ["env", "A=1", "B=two words", "id"]),
        (["-e", "FROM_HERE", "-e", "NOT_HERE"], ["env", "FROM_HERE=yes", "id"]),
        (["-w", "/srv"], ["sh", "-c", 'cd "$0" && exec "$@"', "/srv", "id"]),
        (["-w", "/srv", "-e", "A=1"], ["sh", "-c", 'cd "$0" && exec "$@"', "/srv", "env", "A=1", "id"]),
        (["-it"], ["id"]),
    ],
)
def test_what_kubernetes_cannot_say_the_container_does(
    there: StreamingCluster, run: Run, options: list[str], command: list[str]
) -> None:
    """A variable without a value is taken from here, as Docker Compose does."""
    assert run("exec", *options, "web_app", "id", environment={"FROM_HERE": "yes"}).returncode == 0
    assert there.sessions[0].query["command"] == command


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (["-d"], "Kubernetes ends a command with its connection"),
        (["-u", "app"], "su app -c COMMAND"),
        (["--privileged"], "set privileged: true in the project"),
    ],
)
def test_what_nobody_can_do_is_refused(there: StreamingCluster, run: Run, option: list[str], said: str) -> None:
    done = run("exec", *option, "web_app", "id")
    assert done.returncode == 2
    assert said in done.stderr
    assert not there.sessions


def test_a_service_that_is_not_there(there: StreamingCluster, run: Run) -> None:
    done = run("exec", "nix", "id")
    assert done.returncode == 2
    assert "no such service: nix; demo has agent, db, migrate, nightly, sidecar, web_app" in done.stderr
