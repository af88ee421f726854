"""A broken folder of rules is answered with file and line and the right word, never with a traceback."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING, Any

import pytest
import yaml

if TYPE_CHECKING:
    from conftest import CommandLine

CASES = yaml.safe_load((pathlib.Path(__file__).parent / "broken_overlays.yaml").read_text(encoding="utf-8"))
PROJECT = "services: {web: {image: a, ports: ['80'], deploy: {replicas: 3}, x-team: green}}\n"
SCREEN = 24


def lay_out(folder: pathlib.Path, files: dict[str, Any]) -> None:
    """Write the files of a case."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, str):
            path.write_bytes(content.encode())
        elif "link" in content:
            path.symlink_to(content["link"])
        else:
            path.write_bytes(bytes.fromhex(content["hex"]))


def test_the_table_is_well_formed() -> None:
    """A misspelt key in the table would test nothing."""
    assert all(set(case) <= {"title", "files", "run", "exit", "place", "says"} for case in CASES)
    assert len({case["title"] for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["title"].replace(" ", "-"))
def test_a_broken_overlay(case: dict[str, Any], cli: CommandLine, tmp_path: pathlib.Path) -> None:
    """One screen on standard error, the place, the words, the exit status; nothing on standard output."""
    lay_out(tmp_path / "ours", case.get("files", {}))
    (tmp_path / "compose.yaml").write_text(PROJECT, encoding="utf-8")
    done = cli(*case.get("run", ["convert", "--mappings", "ours"]), cwd=tmp_path)
    assert "Traceback" not in done.stderr
    assert "defect" not in done.stderr
    assert done.returncode == case.get("exit", 3), done.stderr
    assert done.stdout == ""
    assert 1 <= len(done.stderr.splitlines()) <= SCREEN
    if place := case.get("place"):
        assert any(line.startswith(f"ours/{place}: ") for line in done.stderr.splitlines()), done.stderr
    missing = [words for words in case.get("says", []) if words not in done.stderr]
    assert not missing, done.stderr
    assert not (tmp_path.parent / "escaped").exists()
