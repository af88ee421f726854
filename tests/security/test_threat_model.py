"""SECURITY.md names for each threat what holds its defence; that is there, and nothing of ours is missing from it."""

from __future__ import annotations

import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
TEXT = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
ROWS = [line for line in TEXT.splitlines() if line.startswith("| ")]
THREATS = [row for row in ROWS if "Held by" not in row]


@pytest.mark.parametrize("row", THREATS, ids=[row.split("|")[1].strip()[:60] for row in THREATS])
def test_each_threat_is_held_by_tests_that_are_there(row: str) -> None:
    """Files that exist and hold a test, or the pipeline itself."""
    _, _, defence, held, _ = row.split("|")
    assert len(defence) > 20
    named = re.findall("`([^`]+)`", held)
    assert named
    for name in named:
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "def test_" in text or name == ".ci/run", name


def test_each_test_of_security_holds_a_threat() -> None:
    """What is tested here is told there."""
    tests = {f"tests/security/{path.name}" for path in pathlib.Path(__file__).parent.glob("test_*.py")}
    own = f"tests/security/{pathlib.Path(__file__).name}"
    assert {test for test in tests if f"`{test}`" not in TEXT} == {own}


def test_what_it_says_of_links_is_there() -> None:
    """A page that is named can be read."""
    for link in re.findall(r"\]\(([^)#]+)\)", TEXT):
        assert (ROOT / link).is_file(), link
