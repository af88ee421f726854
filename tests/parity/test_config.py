"""``compose2oam config`` prints what ``docker compose config`` prints, flag by flag: the same data, the same lines."""

from __future__ import annotations

import json
import pathlib
import subprocess
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
import yaml

if TYPE_CHECKING:
    from conftest import CommandLine

FLAGS = (
    *("", "--format json", "--services", "--volumes", "--networks", "--models", "--images", "--profiles", "--hash *"),
    *(
        "--variables",
        "--variables --format json",
        "--environment",
        "--no-interpolate",
        "--no-interpolate --format json",
    ),
    *("--no-normalize", "--no-path-resolution", "--no-env-resolution", "--no-consistency"),
)
SAMPLES = sorted(file.parent for file in pathlib.Path(__file__).parents[2].glob("samples/*/compose.yaml"))


@pytest.mark.parametrize("flags", FLAGS)
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda folder: folder.name)
def test_config_prints_the_same(
    sample: pathlib.Path,
    flags: str,
    docker_compose: pathlib.Path,
    cli: CommandLine,
    neutral_environment: dict[str, str],
) -> None:
    """Data are equal, and so are lines, in whatever order."""
    arguments = flags.split(" ") if flags else []
    theirs = subprocess.run(
        [str(docker_compose), "--profile", "*", "config", *arguments],
        cwd=sample,
        env=neutral_environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    ours = cli("config", "--profile", "*", *arguments, cwd=sample)
    assert (ours.returncode == 0) == (theirs.returncode == 0), ours.stderr + theirs.stderr
    if theirs.returncode == 0:
        read = _reader(flags)
        assert read(ours.stdout) == read(theirs.stdout)


def _reader(flags: str) -> Callable[[str], Any]:
    if "json" in flags:
        return json.loads
    if flags == "" or flags.startswith("--no-"):
        return yaml.safe_load
    if flags == "--environment":
        # Each process also has variables of its own.
        return lambda text: [line for line in sorted(text.splitlines()) if line.startswith("COMPOSE_")]
    return lambda text: sorted(line.rstrip() for line in text.splitlines())
