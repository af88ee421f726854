"""The same input gives the same bytes, whatever Python's hash seed, working directory or time."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import CommandLine

SAMPLES = sorted(
    file.parent.name for file in (pathlib.Path(__file__).resolve().parents[2] / "samples").glob("*/application.yaml")
)


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_hash_seed_changes_nothing(sample: str, process: CommandLine) -> None:
    """Manifests and report are equal, byte for byte, under two hash seeds."""
    runs = [
        process("convert", "-v", f"samples/{sample}/compose.yaml", environment={"PYTHONHASHSEED": seed})
        for seed in ("1", "4242")
    ]
    assert [run.returncode for run in runs] == [0, 0], runs[0].stderr
    assert runs[0].stdout
    assert len({(run.stdout, run.stderr) for run in runs}) == 1


def test_the_working_directory_changes_nothing(cli: CommandLine, root: pathlib.Path, tmp_path: pathlib.Path) -> None:
    """A project converts to the same application from its own folder, from another one, and by its absolute name."""
    project = root / "samples" / "shop"
    runs = [
        cli("convert", cwd=project),
        cli("convert", "compose.yaml", cwd=project),
        cli("convert", project / "compose.yaml", cwd=tmp_path),
        cli("convert", "--project-directory", project, "-f", project / "compose.yaml", cwd=tmp_path),
    ]
    assert {run.returncode for run in runs} == {0}, [run.stderr for run in runs]
    assert len({run.stdout for run in runs}) == 1
