"""``up --build``, ``--push`` and ``--pin-digests``: what is built before, and what the cluster is told to run."""

from __future__ import annotations

import json
import os
import pathlib
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import CommandLine, LiveCluster

APPLICATION = "/apis/core.oam.dev/v1beta1/namespaces/demo/applications/demo"
PODMAN = """\
import os, sys
words = sys.argv[1:]
open(os.environ["CALLS"], "a").write(" ".join(words) + "\\n")
if "fails.io/web:1" in words:
    print("Error: no space left on device")
    sys.exit(125)
if "--digestfile" in words:
    digest = "sha256:" + open(os.environ["CALLS"]).read().count("digestfile") * "1" + "a" * 60
    open(words[words.index("--digestfile") + 1], "w").write(digest)
"""
PROJECT = """\
name: demo
services:
  web: {image: "r.io/web:1", build: ., depends_on: [api]}
  api: {build: ./api}
  worker: {image: "r.io/web:1"}
  db: {image: "db:1"}
"""
REGISTRY = ("--registry", "r.io/team", "--tag", "7")


@pytest.fixture
def up(
    cli: CommandLine, live: LiveCluster, project: pathlib.Path, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Any]:
    """Run ``up`` with a podman that builds nothing."""
    if os.name == "nt":
        pytest.skip("needs a system on which a script is a program")
    (tmp_path / "bin").mkdir()
    podman = tmp_path / "bin" / "podman"
    podman.write_text(f"#!{sys.executable} -IS\n{PODMAN}")
    podman.chmod(0o755)
    monkeypatch.setenv("PATH", str(podman.parent))
    monkeypatch.setenv("CALLS", str(tmp_path / "calls"))
    project.write_text(PROJECT)
    return lambda *arguments: cli("up", *arguments, cwd=project.parent)


def calls(tmp_path: pathlib.Path) -> list[str]:
    """The commands that podman got, by their first words and the image."""
    file = tmp_path / "calls"
    words = [line.split() for line in file.read_text().splitlines()] if file.exists() else []
    return [f"{line[0]} {line[line.index('--tag') + 1] if '--tag' in line else line[-1]}" for line in words]


def images(live: LiveCluster) -> dict[str, str]:
    """The images of the components."""
    parts = live.objects[APPLICATION]["spec"]["components"]
    return {part["name"]: part["properties"]["image"] for part in parts if "image" in part["properties"]}


def test_without_a_flag_nothing_is_built(up: Callable[..., Any], tmp_path: pathlib.Path) -> None:
    """Whoever does not ask gets what is in the registry."""
    assert up(*REGISTRY).returncode == 0
    assert calls(tmp_path) == []


def test_built_before_they_run(up: Callable[..., Any], live: LiveCluster, tmp_path: pathlib.Path) -> None:
    """All services with `build`, and nothing is pushed."""
    done = up("--build", *REGISTRY)
    assert done.returncode == 0, done.stderr
    assert calls(tmp_path) == ["build r.io/web:1", "build r.io/team/demo-api:7"]
    lines = done.stderr.splitlines()
    assert lines[:3] == ["building web, api with podman", "Image r.io/web:1 built", "Image r.io/team/demo-api:7 built"]
    assert "Application demo created" in lines
    assert images(live)["api"] == "r.io/team/demo-api:7"


def test_only_what_is_asked_for(up: Callable[..., Any], tmp_path: pathlib.Path) -> None:
    """A service, and what it depends on."""
    assert up("--push", *REGISTRY, "api").returncode == 0
    assert calls(tmp_path) == ["build r.io/team/demo-api:7", "push r.io/team/demo-api:7"]


def test_digests(up: Callable[..., Any], live: LiveCluster) -> None:
    """The application names what was pushed, so that a cluster sees that it is new; the rest stays as it is."""
    assert up("--pin-digests", *REGISTRY).returncode == 0
    first = images(live)
    assert first["web"].startswith("r.io/web@sha256:1a")
    assert first["worker"] == first["web"]
    assert first["api"].startswith("r.io/team/demo-api@sha256:11a")
    assert first["db"] == "db:1"
    done = up("--pin-digests", *REGISTRY)
    assert "Application demo changed" in done.stderr
    assert images(live)["web"] != first["web"]


def test_a_tag_that_is_pushed_again(up: Callable[..., Any]) -> None:
    """It is no change for a cluster; the way out is told."""
    up("--push", *REGISTRY)
    done = up("--push", *REGISTRY)
    assert "nothing to change" in done.stderr
    assert "--pin-digests" in done.stderr


def test_a_build_that_fails(up: Callable[..., Any], live: LiveCluster, project: pathlib.Path) -> None:
    """Nothing is sent, and the line of the service is told."""
    project.write_text(PROJECT.replace("r.io/web:1", "fails.io/web:1"))
    done = up("--build", *REGISTRY)
    assert done.returncode == 7
    assert "compose.yaml:3:34: error: the image of web could not be built: podman ended with 125" in done.stderr
    assert "no space left on device" in done.stderr
    assert live.sent == []


def test_what_is_wrong_otherwise_is_told_before(
    up: Callable[..., Any], live: LiveCluster, project: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    """A build takes its time, so the application is checked first."""
    project.write_text(PROJECT + "x-oam: {policies: [{name: p, type: nothing}]}\n")
    done = up("--build", *REGISTRY)
    assert done.returncode == 3, done.stderr
    assert calls(tmp_path) == []


@pytest.mark.parametrize("dry_run", ["client", "server"])
def test_a_dry_run(up: Callable[..., Any], live: LiveCluster, tmp_path: pathlib.Path, dry_run: str) -> None:
    """The commands are shown, and nothing is built."""
    live.put("/api/v1/namespaces/demo", {"metadata": {}})
    done = up("--push", *REGISTRY, "--dry-run", dry_run)
    assert done.returncode == 0, done.stderr
    assert calls(tmp_path) == []
    assert "podman push r.io/team/demo-api:7\n" in done.stderr


def test_data_stays_data(up: Callable[..., Any]) -> None:
    """What a builder prints goes to standard error, where a program does not look."""
    done = up("--build", *REGISTRY, "--progress", "json")
    assert all(json.loads(line) for line in done.stdout.splitlines())
    assert done.stdout
