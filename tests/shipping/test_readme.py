"""The README is whole; that its commands run and its links lead somewhere is seen with all pages in tests/docs."""

from __future__ import annotations

import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]


def test_every_sample_is_in_the_readme() -> None:
    """The table of samples is complete."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    samples = {file.parent.name for file in (ROOT / "samples").glob("*/compose.yaml")}
    assert samples == set(re.findall(r"\(samples/([\w-]+)\)", text))


def test_the_two_commands_stand_where_the_pipeline_finds_them() -> None:
    """``.ci/run`` takes the test command from the README: it stands there once, alone on its line."""
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    assert len([line for line in lines if line.startswith(".venv/bin/pytest")]) == 1
    assert len([line for line in lines if line.startswith("python3 -m venv .venv && ")]) == 1
