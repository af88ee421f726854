"""What streams through the API server: logs, commands in containers, and connections to ports."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from place import Place

pytestmark = pytest.mark.usefixtures("simulated")


class Reader:
    """Collects the lines of a stream as they come."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.lines: list[str] = []
        stream = process.stdout
        assert stream is not None
        self._stream = stream
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        self.lines.extend(self._stream)

    def until(self, is_it: Callable[[str], bool], seconds: float = 30.0) -> str:
        """The first line that is it."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for line in list(self.lines):
                if is_it(line):
                    return line
            time.sleep(0.05)
        raise AssertionError(f"not among {self.lines}")


@contextlib.contextmanager
def running(place: Place, *call: str) -> Iterator[Reader]:
    """A command that goes on until it is ended, and what it prints."""
    process = place.start(*call)
    try:
        yield Reader(process)
    finally:
        process.terminate()
        process.communicate()


def test_logs_of_all_services(demo: Place) -> None:
    """Each line has who wrote it before it."""
    done = demo.run("logs", "-p", "demo")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert any(line.startswith("web") and line.endswith("| web begins, run 1 of web:1") for line in lines)
    assert any(line.startswith("db") and line.endswith("| db begins, run 1 of db:1") for line in lines)


def test_the_last_lines_of_one_service(demo: Place) -> None:
    """`--tail` counts lines, and `-t` says when they were written."""
    time.sleep(2)
    lines = demo.run("logs", "-p", "demo", "--tail", "2", "-t", "--no-log-prefix", "web").stdout.splitlines()
    assert len(lines) == 2
    assert all(line[:2] == "20" and " web line " in line for line in lines)


def test_lines_since_a_moment(demo: Place) -> None:
    """`--since` leaves out what is older."""
    time.sleep(2.5)
    done = demo.run("logs", "-p", "demo", "--since", "1s", "web")
    assert "begins" not in done.stdout
    assert "web line" in done.stdout


def test_logs_are_followed(demo: Place) -> None:
    """New lines come as they are written, from all services together."""
    with running(demo, "logs", "-p", "demo", "-f", "--tail", "0") as reader:
        for service in ("web", "db"):
            reader.until(lambda line, service=service: line.startswith(service) and f"{service} line" in line)


def test_a_container_that_starts_again_is_followed(place: Place) -> None:
    """The log of the next run comes too."""
    place.up()
    with running(place, "logs", "-p", "demo", "-f", "web") as reader:
        reader.until(lambda line: "run 1 of web:1" in line)
        assert place.finish("exec", "-p", "demo", "web", "kill", "7")[0] == 0
        reader.until(lambda line: "web ends with 7" in line)
        reader.until(lambda line: "run 2 of web:1" in line)


def test_a_pod_that_comes_later_is_followed(place: Place) -> None:
    """Who follows sees the pods that a scale brings."""
    place.up()
    with running(place, "logs", "-p", "demo", "-f", "web") as reader:
        reader.until(lambda line: "begins" in line)
        assert place.run("scale", "-p", "demo", "web=2").returncode == 0
        begun = lambda: [line for line in reader.lines if "web begins" in line]  # noqa: E731
        reader.until(lambda line: len(begun()) == 2)


def test_a_command_in_a_container(demo: Place) -> None:
    """Its output is ours, and its end too."""
    code, out, err = demo.finish("exec", "-p", "demo", "web", "echo", "hello", "there")
    assert (code, out) == (0, "hello there\n"), err


@pytest.mark.parametrize(
    ("command", "code"), [(["false"], 1), (["exit", "42"], 42), (["sh", "-c", "exit 3"], 3)], ids=["1", "42", "3"]
)
def test_the_exit_code_of_a_command(demo: Place, command: list[str], code: int) -> None:
    """It is that of `exec`."""
    assert demo.finish("exec", "-p", "demo", "web", *command)[0] == code


def test_what_a_command_reads_and_complains(demo: Place) -> None:
    """Standard input goes there, and errors stay apart from the output."""
    code, out, _ = demo.finish("exec", "-p", "demo", "-T", "web", "cat", given="a\nb\n" * 2000)
    assert (code, out) == (0, "a\nb\n" * 2000)
    code, out, err = demo.finish("exec", "-p", "demo", "web", "warn", "careful")
    assert (code, out, err) == (0, "", "careful\n")


def test_a_variable_for_a_command(demo: Place) -> None:
    """`-e` gives it."""
    out = demo.finish("exec", "-p", "demo", "-e", "COLOUR=green", "web", "env")[1]
    assert "COLOUR=green" in out.splitlines()


def test_a_command_that_is_not_there(demo: Place) -> None:
    """The error says so, and the exit code is a shell's."""
    code, _, err = demo.finish("exec", "-p", "demo", "web", "nosuchthing")
    assert code == 127
    assert "nosuchthing" in err
    assert "Traceback" not in err


def test_a_terminal(demo: Place) -> None:
    """At a terminal the command knows its size, and a shell answers line by line."""
    main, other = pty.openpty()
    environment = {**os.environ, "KUBECONFIG": demo.kubeconfig}
    fcntl.ioctl(other, termios.TIOCSWINSZ, struct.pack("HHHH", 33, 101, 0, 0))
    call = [sys.executable, "-m", "compose2oam", "exec", "-n", demo.name, "-p", "demo", "web", "sh"]
    with subprocess.Popen(call, stdin=other, stdout=other, stderr=other, env=environment, cwd=demo.folder) as process:
        os.close(other)
        seen = ""

        def until(text: str) -> None:
            nonlocal seen
            end = time.monotonic() + 30
            while text not in seen:
                assert time.monotonic() < end, seen
                if select.select([main], [], [], 0.2)[0]:
                    seen += os.read(main, 4096).decode()

        until("$ ")
        os.write(main, b"size\r")
        until("101 columns, 33 rows")
        os.write(main, b"hostname\r")
        until("web-")
        os.write(main, b"exit 5\r")
        assert process.wait(timeout=30) == 5
    os.close(main)


def test_a_command_in_one_of_several_pods(place: Place) -> None:
    """`--index` chooses."""
    place.up("--scale", "web=2")
    names = {place.finish("exec", "-p", "demo", "--index", str(index), "web", "hostname")[1] for index in (1, 2)}
    assert names == {f"{pod['metadata']['name']}\n" for pod in place.pods("web")}


def fetch(port: int, path: str, data: bytes | None = None) -> str:
    """What is answered at a port of this machine."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", data, timeout=20) as answer:
        found: bytes = answer.read()
        return found.decode()


def port_of(reader: Reader) -> int:
    """The port of this machine that a command says it took."""
    line = reader.until(lambda line: "127.0.0.1:" in line)
    return int(line.split("127.0.0.1:")[1].split()[0])


def test_a_port_leads_to_a_service(demo: Place) -> None:
    """What is sent to it arrives in the container, and the answer comes back; many at once too."""
    with running(demo, "port-forward", "-p", "demo", "web", ":80") as reader:
        port = port_of(reader)
        (pod,) = demo.pods("web")
        assert fetch(port, "/page") == f"{pod['metadata']['name']}:80 GET /page \n"
        assert fetch(port, "/form", b"x" * 100_000).endswith("x\n")
        answers: list[str] = []
        threads = [threading.Thread(target=lambda: answers.append(fetch(port, "/many"))) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(answers) == 8


def test_a_port_goes_on_with_the_next_pod(place: Place) -> None:
    """When the pod goes, the next connection goes to its successor."""
    place.up()
    with running(place, "port-forward", "-p", "demo", "web", ":80") as reader:
        port = port_of(reader)
        first = fetch(port, "/")
        assert place.run("restart", "-p", "demo", "web").returncode == 0
        second = fetch(port, "/")
        assert first.split(":")[0] != second.split(":")[0]
