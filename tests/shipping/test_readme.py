"""The README is true: its commands run, and what they need is there."""

from __future__ import annotations

import pathlib
import re
import shlex
import shutil
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import CommandLine

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGES = ("README.md", "CONTRIBUTING.md")


def commands(page: str) -> list[tuple[list[str], int]]:
    """The ``compose2oam`` commands in a page's shell blocks; a comment ``# exit N`` says that one fails on purpose."""
    found = []
    for block in re.findall(r"```sh\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL):
        for line in block.replace("\\\n", " ").splitlines():
            if line.startswith("compose2oam "):
                status = re.search(r"# exit (\d+)", line)
                found.append((shlex.split(line, comments=True)[1:], int(status[1]) if status else 0))
    return found


CASES = [(page, *case) for page in PAGES if (ROOT / page).is_file() for case in commands(page)]


@pytest.mark.parametrize(("page", "arguments", "status"), CASES, ids=lambda value: value if value in PAGES else None)
def test_commands_in_the_pages_run(
    page: str, arguments: list[str], status: int, cli: CommandLine, tmp_path: pathlib.Path
) -> None:
    """Every command that a reader can copy does what the page says, from the top of a checkout."""
    shutil.copytree(ROOT / "samples", tmp_path / "samples")
    done = cli(*arguments, cwd=tmp_path)
    assert done.returncode == status, done.stderr


@pytest.mark.parametrize("page", PAGES)
def test_links_within_the_repository_lead_somewhere(page: str) -> None:
    """No link to a file that is gone."""
    targets = re.findall(r"\]\((?!https?://|#)([^)#]+)", (ROOT / page).read_text(encoding="utf-8"))
    assert not [target for target in targets if not (ROOT / target).exists()]


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
