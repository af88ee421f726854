"""What a person sees on a terminal, and a file does not: colours, and lines broken at its width."""

from __future__ import annotations

import os
import pathlib
import re
import subprocess
import sys

import pytest

pty = pytest.importorskip("pty", reason="needs a system with pseudo-terminals")

COMPOSE = """
services:
  web:
    image: nginx
    ulimits: {nofile: 5}
    volumes: [./a-rather-long-name-of-a-folder/with/several/parts:/data]
  broken: {image: b, mem_swappiness: 5}
"""
STYLE = re.compile("\x1b\\[[0-9;]*m")


def on_terminal(folder: pathlib.Path, columns: int, *arguments: str, **environment: str) -> str:
    """Run a command whose standard error is a terminal, and return what is shown there."""
    import fcntl
    import struct
    import termios

    reader, writer = pty.openpty()
    fcntl.ioctl(writer, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    variables = {**os.environ, "TERM": "xterm-256color", **environment}
    call = [sys.executable, "-m", "compose2oam", *arguments]
    with subprocess.Popen(call, cwd=folder, env=variables, stdout=subprocess.DEVNULL, stderr=writer) as running:
        os.close(writer)
        shown = b""
        while True:
            try:
                data = os.read(reader, 65536)
            except OSError:  # Linux says so when the other side is closed
                break
            if not data:
                break
            shown += data
        os.close(reader)
        assert running.wait(30) in (0, 4)
    return shown.decode().replace("\r\n", "\n")


@pytest.fixture
def project(tmp_path: pathlib.Path) -> pathlib.Path:
    """A folder with a project that is not translated whole."""
    (tmp_path / "compose.yaml").write_text(COMPOSE)
    return tmp_path


@pytest.mark.parametrize("arguments", [["convert"], ["convert", "--strict"], ["check"]], ids=" ".join)
def test_lines_keep_to_the_width_of_the_terminal(arguments: list[str], project: pathlib.Path) -> None:
    """Coloured, and none longer than the terminal is wide."""
    shown = on_terminal(project, 70, *arguments)
    assert STYLE.search(shown)
    assert max(len(STYLE.sub("", line)) for line in shown.splitlines()) <= 70


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=str)
def test_colours_can_be_refused(environment: dict[str, str], project: pathlib.Path) -> None:
    """By NO_COLOR, and by a terminal that has none; the words are the same."""
    plain = on_terminal(project, 200, "convert", **environment)
    assert "\x1b" not in plain
    assert STYLE.sub("", on_terminal(project, 200, "convert")) == plain
