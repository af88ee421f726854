"""Measure how many small faults in the merge, the rules engine and the quick reader the tests find.

    python tests/mutation/run.py                           every mutant of all modules below
    python tests/mutation/run.py --sample 300              as many, drawn at random; --seed draws others
    python tests/mutation/run.py rules                     those of the rules engine, or of loader or source
    python tests/mutation/run.py rules/closures.py         one module

Each mutant (``mutants.py`` says what they are) meets the tests that run its line, until one fails. A survivor
is a fault that no test finds. What cannot be found, since nothing behaves differently, stands with its reason in
``equivalent.yaml``, and is not counted.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import os
import pathlib
import pickle
import random
import sys
import tempfile
from collections import Counter, defaultdict

import pytest
import yaml
from mutants import Module, Mutant
from server import KILLED, PACKAGE, QUIET, SURVIVED, TIMEOUT, UNSEEN, Limits, Pool, Seen, Server, in_fork, run_anew

ROOT = pathlib.Path(__file__).resolve().parents[2]
EQUIVALENT = pathlib.Path(__file__).with_name("equivalent.yaml")
#: What must be told apart from its mutants, and the tests that do.
MODULES = {
    ("tests/source",): ("quick",),
    ("tests/loader",): ("merge", "unique", "tags", "extends"),
    ("tests/rules", "tests/model"): (
        "closures", "expressions", "templates", "patterns", "contributions", "meanings", "carriers", "verdicts",
        "leaves", "ledger", "joining", "rulebook", "rule", "strict",
    ),
}  # fmt: skip
FOLDERS = {("tests/source",): "source", ("tests/loader",): "loader", ("tests/rules", "tests/model"): "rules"}

#: Random inputs and processes of their own take long, and find little that the tables do not.
SLOW = ("test_fuzz.py", "test_hostile.py", "test_laws.py", "test_layers.py", "test_necessary.py", "test_stored.py")


def main() -> int:
    """Run the mutants, and print what became of them."""
    options = _options()
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    wanted = [f"{FOLDERS[tests]}/{name}.py" for tests, names in MODULES.items() for name in names]
    for folder in FOLDERS.values():
        if folder in options.modules:
            options.modules += [name for name in wanted if name.startswith(f"{folder}/")]
            options.modules.remove(folder)
    modules = [Module(ROOT / PACKAGE, name) for name in options.modules or wanted]
    equivalent = equivalents()
    mutants = [mutant for module in modules for mutant in module.mutants if mutant.name not in equivalent]
    if options.inside:
        mutants = [mutant for mutant in mutants if mutant.inside]
    if options.match:
        mutants = [mutant for mutant in mutants if options.match in mutant.name]
    if options.sample and options.sample < len(mutants):
        mutants = sorted(random.Random(options.seed).sample(mutants, options.sample), key=mutants.index)
    if options.list:
        _say(*(f"{mutant.name}" for mutant in mutants))
        return 0
    limits = Limits(options.jobs, options.slow, options.budget)
    outcomes, by = _run(modules, mutants, limits, options.tests, options.seen)
    _report(outcomes, by, Counter(name.partition(":")[0] for name in equivalent), verbose=options.verbose)
    score = _score(outcomes.values())
    return 0 if score >= options.least else 1


def _run(
    modules: list[Module], mutants: list[Mutant], limits: Limits, tests: list[str], seen_file: pathlib.Path | None
) -> tuple[dict[Mutant, str], dict[Mutant, str]]:
    """Run the mutants in functions with what is loaded once, the others each in a process of its own."""
    chosen = tests or [
        place
        for places, folder in FOLDERS.items()
        if any(m.module.startswith(folder) for m in mutants)
        for place in places
    ]
    with tempfile.TemporaryDirectory() as scratch:
        os.environ.update(PYTEST_DEBUG_TEMPROOT=scratch, COMPOSE2OAM_CACHE="off")

        def serve() -> tuple[dict[Mutant, str], dict[Mutant, str], dict[Mutant, tuple[str, ...]], list[str]]:
            seen = Seen()
            if seen_file and seen_file.exists():
                seen = pickle.loads(seen_file.read_bytes())
            keep = (lambda seen: seen_file.write_bytes(pickle.dumps(seen))) if seen_file else (lambda _seen: None)
            server = Server(modules, mutants, limits, seen, keep)
            with pathlib.Path(os.devnull).open("w") as quiet, contextlib.redirect_stdout(quiet):
                ended = pytest.main([*QUIET, *(f"--ignore-glob=*/{name}" for name in SLOW), *chosen], plugins=[server])
            if not server.seen.seconds:
                raise RuntimeError(f"the tests do not run: pytest ends with {ended!r}")
            others = {mutant: server.files_of(mutant) for mutant in mutants if mutant not in server.outcomes}
            return server.outcomes, server.by, others, server.seen.failed

        outcomes, by, others, failed = in_fork(serve)
        if failed:
            _say(f"{len(failed)} tests fail without a mutant, and are left out: {', '.join(failed[:5])}")
        by_name = {mutant.name: module for module in modules for mutant in module.mutants}
        with Pool(limits.jobs) as pool:
            ended = {}
            sound: dict[tuple[str, ...], bool] = {}
            for number, (mutant, files) in enumerate(others.items(), 1):
                module = by_name[mutant.name]
                if files not in sound:
                    sound[files] = in_fork(lambda module=module, files=files: _quietly(module, None, files)) == 0
                if not files or not sound[files]:
                    outcomes[mutant] = UNSEEN
                    continue
                pool.start(mutant, 120, functools.partial(_anew, module, mutant, files))
                ended |= pool.ended()
                if not number % 10:
                    sys.stderr.write(f"{number} of {len(others)} in processes of their own\n")
            ended |= pool.rest()
    for mutant, (code, test) in ended.items():
        alive = UNSEEN if mutant.inside else SURVIVED
        outcomes[mutant] = alive if code == 0 else KILLED if code > 0 else TIMEOUT
        by[mutant] = test
    return outcomes, by


def _anew(module: Module, mutant: Mutant, files: tuple[str, ...]) -> tuple[int, str]:
    return run_anew(module, mutant, files), ", ".join(files)


def _quietly(module: Module, mutant: Mutant | None, files: tuple[str, ...]) -> int:
    with pathlib.Path(os.devnull).open("w") as quiet, contextlib.redirect_stdout(quiet):
        return run_anew(module, mutant, files)


def equivalents() -> dict[str, str]:
    """Return the names of the mutants that nothing can tell from the original, and why."""
    listed = yaml.safe_load(EQUIVALENT.read_text(encoding="utf-8")) or []
    return {name: entry["why"] for entry in listed for name in entry["mutants"]}


def _score(outcomes) -> float:
    found = Counter(outcomes)
    return 100 * (found[KILLED] + found[TIMEOUT]) / (sum(found.values()) or 1)


def _report(outcomes: dict[Mutant, str], by: dict[Mutant, str], left_out: Counter[str], *, verbose: bool) -> None:
    by_module = defaultdict(dict)
    for mutant, outcome in sorted(outcomes.items(), key=lambda pair: (pair[0].module, pair[0].number)):
        by_module[mutant.module][mutant] = outcome
    for found in by_module.values():
        for mutant, outcome in found.items():
            if verbose or outcome in (SURVIVED, UNSEEN):
                _say(
                    f"{outcome}: {mutant.line}: {mutant.name}"
                    + (f"   by {by[mutant]}" if verbose and by.get(mutant) else "")
                )
    _say(
        "",
        f"{'module':<26}{'mutants':>8}{'killed':>8}{'timed out':>11}"
        f"{'survived':>10}{'no test':>9}{'equivalent':>12}{'score':>8}",
    )
    for module, found in [*by_module.items(), ("all", outcomes)]:
        counts = Counter(found.values())
        same = left_out[module] if module != "all" else sum(left_out[name] for name in by_module)
        _say(
            f"{module:<26}{len(found):>8}{counts[KILLED]:>8}{counts[TIMEOUT]:>11}{counts[SURVIVED]:>10}"
            f"{counts[UNSEEN]:>9}{same:>12}{_score(found.values()):>7.1f}%"
        )


def _say(*lines: str) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)
    sys.stdout.flush()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "modules", nargs="*", metavar="MODULE", help="as in rules/closures.py, or rules for all of these; default: all"
    )
    parser.add_argument("--sample", type=int, metavar="N", help="run N mutants, drawn at random")
    parser.add_argument("--seed", type=int, default=0, help="which ones are drawn (default: 0)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many run at a time")
    parser.add_argument(
        "--least", type=float, default=85, metavar="PERCENT", help="fail below this score (default: 85)"
    )
    parser.add_argument("--slow", type=float, default=2, metavar="SECONDS", help="leave out tests that take longer (2)")
    parser.add_argument(
        "--budget", type=float, default=20, metavar="SECONDS", help="time for the tests of a mutant (20)"
    )
    parser.add_argument(
        "--seen", type=pathlib.Path, metavar="FILE", help="keep which test runs which line; for new tests only"
    )
    parser.add_argument(
        "--tests", action="append", default=[], metavar="PATH", help="run these tests, not those of the table"
    )
    parser.add_argument("--match", metavar="TEXT", help="only the mutants that have this in their name")
    parser.add_argument(
        "--inside", action="store_true", help="only the mutants in functions, which need no new process"
    )
    parser.add_argument("--list", action="store_true", help="print the names of the mutants, and run none")
    parser.add_argument("--verbose", action="store_true", help="print also what was found, and by which test")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
