"""What others run us by: the hooks of pre-commit, and the container."""

from __future__ import annotations

import pathlib
import re
import shlex
from typing import Any

import pytest
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_a_hook_has_what_pre_commit_asks_for(hook: dict[str, Any]) -> None:
    """The required keys (https://pre-commit.com, "Creating new hooks"), and a command of ours."""
    assert {"id", "name", "entry", "language"} <= set(hook)
    assert hook["language"] == "python"
    assert hook["entry"].startswith("compose2oam ")


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
@pytest.mark.parametrize(
    ("file", "wanted"),
    [
        ("compose.yaml", True),
        ("docker-compose.yml", True),
        ("shop/compose.prod.yaml", True),
        ("docker-compose.override.yml", True),
        (".env", True),
        ("config/prod.env", True),
        ("compose2oam.yaml", True),
        ("recompose.yaml", False),
        ("compose.md", False),
        ("main.py", False),
    ],
)
def test_a_hook_runs_for_files_of_a_project(hook: dict[str, Any], file: str, wanted: bool) -> None:
    """Neither too often nor too seldom."""
    assert bool(re.search(hook["files"], file)) is wanted


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_a_hook_does_what_it_says(hook: dict[str, Any], cli: Any, tmp_path: pathlib.Path) -> None:
    """A sound project passes, a broken one does not."""
    words = shlex.split(hook["entry"])[1:]
    (tmp_path / "compose.yaml").write_text("name: a\nservices: {a: {image: b}}\n", encoding="utf-8")
    assert cli("convert", "-q", "-o", "out.yaml", cwd=tmp_path).returncode == 0
    more = ["-o", "out.yaml"] if "--check" in words else []
    done = cli(*words, *more, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (tmp_path / "compose.yaml").write_text("name: a\nservices: {a: {image: b, prots: []}}\n", encoding="utf-8")
    assert cli(*words, *more, cwd=tmp_path).returncode == 3


def test_the_container_is_built_of_what_is_there() -> None:
    """What it copies exists, and reaches the builder."""
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert ignored[0] == "*"
    sent = {line[1:] for line in ignored if line.startswith("!")}
    copied = set()
    for line in (ROOT / "Containerfile").read_text(encoding="utf-8").splitlines():
        if line.startswith("COPY ") and "--from" not in line:
            copied |= set(line.split()[1:-1])
    assert copied == sent
    assert all((ROOT / name).exists() for name in copied)


def test_the_container_does_not_run_as_root() -> None:
    """The last user that is named is a number, as `runAsNonRoot` of Kubernetes wants it, and not 0."""
    users = re.findall(r"^USER (\d+)", (ROOT / "Containerfile").read_text(encoding="utf-8"), re.MULTILINE)
    assert users
    assert int(users[-1]) > 0
