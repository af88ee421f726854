"""Where a reader tries a page: the samples, a project, our command, and programs of others that do nothing."""

from __future__ import annotations

import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from pages import ROOT

#: Programs of others that pages name; here they take what they are given, and do nothing.
OTHERS = ("argocd", "docker", "flux", "go", "helm", "kind", "kompose", "kubectl", "podman", "python3", "vela")
#: What a checkout has after it was set up.
OWN = (
    ".venv/bin/python",
    ".venv/bin/pip",
    ".venv/bin/pytest",
    ".venv/bin/ruff",
    ".venv/bin/mypy",
    ".venv/bin/sphinx-build",
    ".ci/run",
)
#: What a page means by your project, until it shows one.
PROJECT = """\
name: shop
services:
  web: {image: "nginx:1.27", ports: ["8080:80"]}
  api: {image: "ghcr.io/example/api:1.0"}
"""
_EXIT = re.compile(r"^((?:\.venv/bin/)?compose2oam .*?) +# exit (\d+).*$", re.MULTILINE)
# Lines that need no shell; these run within this process, which is several times as fast.
_PLAIN = re.compile(r"compose2oam [^|;&<>$`()*?~{}\n]*")


class Reader:
    """Who follows a page in a shell, from the top of a checkout.

    Attributes:
        folder: where the reader begins.
        cli: runs our command within this process.
        environment: the variables of the shell.
    """

    def __init__(self, folder: pathlib.Path, cli: Callable[..., subprocess.CompletedProcess[str]]) -> None:
        self.folder = folder
        self.cli = cli
        programs = folder.parent / "programs"
        programs.mkdir()
        python = f'exec "{sys.executable}" -m compose2oam "$@"'
        for place in (programs / "compose2oam", folder / ".venv/bin/compose2oam"):
            _program(place, python)
        for place in (*(programs / name for name in OTHERS), *(folder / name for name in OWN)):
            _program(place, "cat >/dev/null")
        # A clone of the repository is where the reader is already.
        _program(programs / "git", 'if [ "$1" = clone ]; then ln -s . "$(basename "$2" .git)"; fi')
        (folder.parent / "home").mkdir()
        self.environment = {
            "PATH": f"{programs}{os.pathsep}/usr/bin{os.pathsep}/bin",
            "HOME": str(folder.parent / "home"),
            "PYTHONPATH": str(ROOT),
            "KUBECONFIG": str(folder / "no-kubeconfig"),
        }

    def run(self, script: str) -> subprocess.CompletedProcess[str]:
        """Run lines of a shell; a comment ``# exit N`` after a command says that it fails on purpose."""
        lines = [line for line in script.splitlines() if line and not line.startswith("#")]
        if all(map(_PLAIN.fullmatch, lines)):
            return self._run_plain(lines)
        checked = _EXIT.sub(r"s=0; \1 || s=$?; [ $s -eq \2 ]", script)
        return subprocess.run(
            ["/bin/sh", "-euc", f"{checked}\npwd >'{self.folder.parent}/where'"],
            cwd=self.where,
            env={**os.environ, **self.environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )

    def _run_plain(self, lines: list[str]) -> subprocess.CompletedProcess[str]:
        printed = ["", ""]
        for line in lines:
            wanted = _EXIT.match(line)
            done = self.cli(*shlex.split(line, comments=True)[1:], cwd=self.where, environment=self.environment)
            printed = [printed[0] + done.stdout, printed[1] + done.stderr]
            if done.returncode != (int(wanted[2]) if wanted else 0):
                return subprocess.CompletedProcess(lines, 1, *printed)
        return subprocess.CompletedProcess(lines, 0, *printed)

    @property
    def where(self) -> pathlib.Path:
        """The folder that the last lines have left the shell in."""
        said = self.folder.parent / "where"
        return pathlib.Path(said.read_text().strip()) if said.exists() else self.folder

    def write(self, name: str, text: str) -> None:
        """Save a block under the name that it has."""
        file = self.where / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def _program(place: pathlib.Path, text: str) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    place.chmod(0o755)


@pytest.fixture
def reader(tmp_path: pathlib.Path, cli: Callable[..., subprocess.CompletedProcess[str]]) -> Reader:
    """Somebody with the samples at hand."""
    if os.name != "posix":
        pytest.skip("needs a POSIX shell")
    folder = tmp_path / "checkout"
    shutil.copytree(ROOT / "samples", folder / "samples")
    (folder / "compose.yaml").write_text(PROJECT, encoding="utf-8")
    return Reader(folder, cli)


@pytest.fixture
def parsed() -> Callable[[list[str]], None]:
    """Have the arguments of a command read by its own parser, and not run; a wrong one raises."""
    import typer.main

    from compose2oam.cli import app

    def parse(arguments: list[str]) -> None:
        command: Any = typer.main.get_command(app(arguments[0]))
        words = list(arguments)
        while hasattr(command, "commands"):
            command = command.commands[words.pop(0)]
        command.make_context(command.name, words)

    return parse
