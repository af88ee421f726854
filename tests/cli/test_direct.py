"""Usual lines are read without Typer, and as Typer reads them."""

from __future__ import annotations

import functools
import inspect
import os
import pathlib
import signal
import subprocess
import sys
import time
from typing import Any

import pytest
import typer.main
from hypothesis import given, settings
from hypothesis import strategies as st

from compose2oam.cli import COMMANDS, direct
from compose2oam.cli.check import check
from compose2oam.cli.convert import convert
from compose2oam.cli.explain import explain
from compose2oam.cli.grouping import App
from compose2oam.cli.init import init
from compose2oam.cli.options import ManifestFormat, OnLoss
from compose2oam.cli.why import why
from compose2oam.rules.settings import CHOICES

UNSAID: dict[str, Any] = dict.fromkeys(CHOICES)
#: Words of all kinds: values, what looks like an option, and what is none.
WORDS = (
    "compose.yaml",
    "shop",
    "json",
    "yaml",
    "error",
    "on",
    "3",
    "-",
    "--",
    "",
    "-x",
    "-qv",
    "-p=x",
    "--help",
    "a=b",
)
#: Those that are called with a project or a name, and without a cluster.
READ = ("init", "convert", "report", "graph", "build", "rbac", "config", "import", "check", "explain", "why", "version")


def command_of(name: str) -> Any:
    """The function of a command."""
    module, _, function = COMMANDS[name].partition(".")
    return getattr(__import__(f"compose2oam.cli.{module}", fromlist=["_"]), function)


@functools.cache
def read_by_typer(name: str) -> tuple[Any, dict[str, Any]]:
    """A command that puts what Typer hands it into a table, and the table."""
    seen: dict[str, Any] = {}

    @functools.wraps(command_of(name))
    def spy(**read: Any) -> None:
        seen.update(read)

    app = App(name="compose2oam")
    app.callback()(lambda: None)
    app.command(name)(spy)
    return typer.main.get_command(app), seen


@settings(max_examples=1500)
@given(data=st.data())
def test_whatever_is_read_is_what_typer_reads(data: st.DataObject) -> None:
    """Of any line of known and unknown words; what the line leaves open is what the function says itself."""
    name = data.draw(st.sampled_from(READ))
    command, seen = read_by_typer(name)
    inner = command.commands[name]
    names = [written for item in inner.params for written in (*item.opts, *item.secondary_opts) if written[0] == "-"]
    written = st.sampled_from(names)
    value = st.sampled_from(WORDS)
    joined = st.builds("{}={}".format, written, value)
    words = st.one_of(st.tuples(value), st.tuples(written), st.tuples(written, value), st.tuples(joined))
    call = [word for group in data.draw(st.lists(words, max_size=5)) for word in group]
    read = direct.read(command_of(name), call)
    if read is None:
        return
    seen.clear()
    command.main([name, *call], standalone_mode=False)
    own = inspect.signature(command_of(name)).parameters.values()
    usual = {item.name: item.default for item in own if item.kind is not item.VAR_KEYWORD}
    assert {**usual, **read} == seen


@pytest.mark.parametrize(
    ("command", "call", "read"),
    [
        (convert, "", UNSAID),
        (convert, "a.yaml b.yaml", {**UNSAID, "file": ["a.yaml", "b.yaml"]}),
        (convert, "-f a.yaml --file=b.yaml -", {**UNSAID, "files": ["a.yaml", "b.yaml"], "file": ["-"]}),
        (
            convert,
            "--format json -o app/ -q",
            {**UNSAID, "format": ManifestFormat.JSON, "output": "app/", "quiet": True},
        ),
        (convert, "--on-loss warn --on-loss error", {**UNSAID, "on_loss": OnLoss.ERROR}),
        (convert, "--capabilities a/", {**UNSAID, "capabilities": [pathlib.Path("a")]}),
        (convert, "--domain x.y --network-policies", {**UNSAID, "domain": "x.y", "network_policies": True}),
        (convert, "--no-network-policies", {**UNSAID, "network_policies": False}),
        (init, "--yes", {**UNSAID, "yes": True}),
        (why, "app.yaml:3", {**UNSAID, "place": "app.yaml:3"}),
        (explain, "--key deploy.replicas", {**UNSAID, "key": "deploy.replicas"}),
        (check, "a.yaml --strict", {**UNSAID, "file": ["a.yaml"], "strict": True}),
    ],
)
def test_a_usual_line(command: Any, call: str, read: dict[str, Any]) -> None:
    """Options and arguments in any order, the last value of an option that takes one, and every choice."""
    assert direct.read(command, call.split()) == read


@pytest.mark.parametrize(
    ("command", "call"),
    [
        (convert, ["--help"]),
        (convert, ["--no-such-option"]),
        (convert, ["-qv"]),
        (convert, ["-oapp.yaml"]),
        (convert, ["-o"]),
        (convert, ["-o", "--quiet"]),
        (convert, ["--oam="]),
        (convert, ["-o=app.yaml"]),
        (convert, ["--quiet=yes"]),
        (convert, ["--format", "xml"]),
        (convert, ["--", "a.yaml"]),
        (convert, [""]),
        (why, []),
        (why, ["app.yaml:3", "app.yaml:4"]),
        (command_of("exec"), ["web", "sh"]),
        (command_of("mappings"), ["list"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_an_unusual_line_is_for_typer(command: Any, call: list[str]) -> None:
    """It knows help, letters in one word, what is missing and what is wrong, and which commands are made of others."""
    assert direct.read(command, call) is None


def test_the_words_of_a_shell_that_expands_nothing_are_for_typer(monkeypatch: pytest.MonkeyPatch) -> None:
    """On Windows it looks for the files that a pattern means."""
    monkeypatch.setattr(direct, "_EXPANDED", frozenset("*"))
    assert direct.read(convert, ["a*.yaml"]) is None
    assert direct.read(convert, ["a.yaml"]) == {**UNSAID, "file": ["a.yaml"]}


@pytest.mark.skipif(sys.platform == "win32", reason="needs pipes that break, which Windows has not")
@pytest.mark.parametrize("more", [[], ["--"]], ids=["direct", "by Typer"])
def test_whoever_reads_along_may_leave(more: list[str], tmp_path: pathlib.Path) -> None:
    """As with ``| head``: the command ends with 1, and says nothing."""
    (tmp_path / "compose.yaml").write_text("services: {web: {image: nginx}}")
    reader, writer = os.pipe()
    os.close(reader)
    call = [sys.executable, "-m", "compose2oam", "config", *more]
    done = subprocess.run(call, cwd=tmp_path, stdout=writer, stderr=subprocess.PIPE, timeout=60, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (1, b"")


@pytest.mark.skipif(sys.platform == "win32", reason="needs the signals of POSIX")
@pytest.mark.parametrize("more", [[], ["--"]], ids=["direct", "by Typer"])
def test_a_command_may_be_interrupted(more: list[str], tmp_path: pathlib.Path) -> None:
    """With Ctrl-C it ends with 130, and without a traceback."""
    call = [sys.executable, "-m", "compose2oam", "config", "-f", "-", *more]
    pipe = subprocess.PIPE
    with subprocess.Popen(call, cwd=tmp_path, stdin=pipe, stdout=pipe, stderr=pipe) as command:
        assert command.stdin is not None
        assert command.stderr is not None
        # More than a pipe holds: what is written has been read, and the end is waited for.
        command.stdin.write(b"# nothing\n" * 200_000)
        # Python may enter a read that waits with a signal that it has not looked at; a person presses again.
        while command.poll() is None:
            command.send_signal(signal.SIGINT)
            time.sleep(0.5)
        assert (command.returncode, command.stderr.read()) == (130, b"")
