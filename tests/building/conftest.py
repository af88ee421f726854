"""Builders that build nothing: they write down how they were called, and answer as real ones do."""

from __future__ import annotations

import json
import os
import pathlib
import sys
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

SCRIPT = r"""
import hashlib, json, os, pathlib, sys
words = sys.argv[1:]
option = lambda name: words[words.index(name) + 1] if name in words else ""
name = pathlib.Path(sys.argv[0]).name
if words == ["buildx", "version"]:
    print(os.environ.get("FAKE_BUILDX", "github.com/docker/buildx v0.33.0 abc"))
    sys.exit(0)
file = pathlib.Path(option("--file")) if "bake" in words else None
call = {"program": name, "words": words, "stdin": "" if file else sys.stdin.read(), "environment": dict(os.environ)}
call["file"] = json.loads(file.read_text()) if file else None
with open(os.environ["FAKE_LOG"], "a") as log:
    log.write(json.dumps(call) + "\n")
print("#1 [internal] load build definition of", name, flush=True)
for secret in filter(None, os.environ.get("FAKE_SAYS", "").split(",")):
    print("building with", secret, flush=True)
fails = os.environ.get("FAKE_FAILS", "")
if fails and fails in " ".join(words):
    print("#9 ERROR: process did not complete successfully: exit code: 2", file=sys.stderr)
    target = os.environ.get("FAKE_TARGET", "")
    print(f"ERROR: target {target}: failed to solve" if target else "Error: no such stage", file=sys.stderr)
    sys.exit(3)
digest = lambda text: "sha256:" + hashlib.sha256(text.encode()).hexdigest()
if option("--metadata-file"):
    targets = call["file"]["group"]["default"]["targets"]
    found = {one: {"containerimage.digest": digest(one), "image.name": "x"} for one in targets}
    pathlib.Path(option("--metadata-file")).write_text(json.dumps(found))
if option("--digestfile"):
    pathlib.Path(option("--digestfile")).write_text(digest(words[-1]))
"""


class Call(NamedTuple):
    """One run of a builder."""

    program: str
    words: list[str]
    stdin: str
    file: Any
    environment: dict[str, str]


class Builders(NamedTuple):
    """A folder of builders, the only one on the PATH."""

    folder: pathlib.Path
    log: pathlib.Path

    def install(self, *names: str) -> None:
        """Put builders of these names there."""
        for name in names:
            file = self.folder / name
            file.write_text(f"#!{sys.executable} -IS\n{SCRIPT}")
            file.chmod(0o755)

    def calls(self) -> list[Call]:
        """How they were called, in order."""
        text = self.log.read_text() if self.log.exists() else ""
        return [Call(**json.loads(line)) for line in text.splitlines()]


@pytest.fixture
def builders(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Builders:
    """No builder at first."""
    if os.name == "nt":
        pytest.skip("needs a system on which a script is a program")
    found = Builders(tmp_path / "bin", tmp_path / "calls")
    found.folder.mkdir()
    monkeypatch.setenv("PATH", str(found.folder))
    monkeypatch.setenv("FAKE_LOG", str(found.log))
    return found


@pytest.fixture
def project(tmp_path: pathlib.Path) -> Callable[[str], pathlib.Path]:
    """Write a Compose file into a folder of its own, and return the folder."""

    def write(text: str) -> pathlib.Path:
        folder = tmp_path / "project"
        folder.mkdir(exist_ok=True)
        (folder / "compose.yaml").write_text(text)
        return folder

    return write
