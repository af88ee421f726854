"""Timing whole processes, and who else there is to time."""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import NamedTuple

ROOT = pathlib.Path(__file__).resolve().parent.parent


class Run(NamedTuple):
    """How long one process took, in seconds, and how much memory it used at most, in MiB."""

    wall: float
    processor: float
    memory: float


def measure(command: Sequence[str], folder: pathlib.Path) -> Run:
    """Run a command to its end, its output thrown away.

    Raises:
        SystemExit: it fails.
    """
    # Rules are cached in the folder, so that the first run of a benchmark is the first of all.
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COMPOSE2OAM_CACHE": str(folder / "cache")}
    # An installed program has its modules compiled.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    began = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    per_mebibyte = 1024 * 1024 if sys.platform == "darwin" else 1024
    return Run(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / per_mebibyte)


def docker_compose() -> str:
    """Return the real Docker Compose, ``""`` if there is none.

    Some packages put a script in its place that starts the program: its own start would count against Docker Compose.

    Raises:
        SystemExit: what there is is such a script.
    """
    beside = os.pathsep.join([str(pathlib.Path(sys.executable).parent), os.environ.get("PATH", "")])
    found = os.environ.get("COMPOSE2OAM_DOCKER_COMPOSE") or shutil.which("docker-compose", path=beside) or ""
    if found:
        with pathlib.Path(found).open("rb") as file:
            if file.read(2) == b"#!":
                raise SystemExit(f"{found} is a script; name the program in COMPOSE2OAM_DOCKER_COMPOSE")
    return found


def kompose() -> str:
    """Return kompose, ``""`` if there is none."""
    return shutil.which("kompose") or ""
