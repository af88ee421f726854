"""Tests that are collected once, and run in a fork for each mutant.

Inside a function a mutant needs no import: the fork gives the functions that are there, closures too, the code of the
mutant, and empties what functions remember. What stands outside of functions is imported anew, by a process that has
not imported the package.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import importlib.abc
import importlib.machinery
import importlib.util
import os
import pathlib
import pickle
import resource
import signal
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any

import pytest
from mutants import Module, Mutant

PACKAGE = "compose2oam"
KILLED, TIMEOUT, SURVIVED, UNSEEN = "killed", "timed out", "survived", "no test"
_MEMORY = 2 << 30
QUIET = ("-q", "-p", "no:xdist", "-p", "no:cacheprovider", "-p", "no:randomly", "--hypothesis-seed=0")
_FAILED, _PASSED, _CANNOT = 1, 0, 3


@dataclass
class Seen:
    """What the tests do without a mutant: how long each takes, and which lines of the modules it runs."""

    seconds: dict[str, float] = field(default_factory=dict)
    lines: defaultdict[tuple[str, int], list[str]] = field(default_factory=lambda: defaultdict(list))
    failed: list[str] = field(default_factory=list)

    def forget(self, tests: Collection[str]) -> None:
        """Leave out tests that are no more."""
        for place, those in self.lines.items():
            self.lines[place] = [test for test in those if test not in tests]


@dataclass
class Limits:
    """What one mutant may cost.

    Attributes:
        jobs: how many run at a time.
        slow: a test that takes longer does not run, in seconds of computing time.
        budget: the tests of a mutant may take so long together, in seconds of computing time without a mutant.
    """

    jobs: int = 2
    slow: float = 2.0
    budget: float = 20.0


class Server:
    """A pytest plugin whose "run" is the mutants."""

    def __init__(
        self,
        modules: Sequence[Module],
        wanted: Sequence[Mutant],
        limits: Limits,
        seen: Seen,
        keep: Callable[[Seen], None],
    ) -> None:
        self._modules = modules
        self._by_name = {mutant.module: module for module in modules for mutant in module.mutants}
        self._queue = list(reversed(wanted))
        self._sound: dict[str, bool] = {}
        # Looked for once: a fork that goes through all that there is copies most of the memory.
        self._functions: dict[str, list[FunctionType]] = {}
        self._remembering: list[Any] = []
        self._limits = limits
        self.outcomes: dict[Mutant, str] = {}
        self.by: dict[Mutant, str] = {}
        self.seen = seen
        self._keep = keep
        self._failed: Callable[[], None] = lambda: None
        self._last = ""

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Find out what the tests see, then run each mutant."""
        items = {item.nodeid: item for item in session.items}
        known = self.seen.seconds
        self.seen = in_fork(lambda: self._look([item for item in session.items if item.nodeid not in known]))
        self.seen.forget({test for test in known if test not in items})
        self._keep(self.seen)
        _prepare(session.items)
        self._functions, self._remembering = _functions(), _remembering()
        kills: dict[str, int] = defaultdict(int)
        with Pool(self._limits.jobs) as pool:
            while self._queue:
                mutant = self._queue.pop()
                tests = self._tests_of(mutant, kills) if mutant.inside else ()
                if tests:
                    allowed = 5 + 4 * sum(self.seen.seconds[test] for test in tests)
                    work = functools.partial(self._run, session, mutant, [items[test] for test in tests])
                    pool.start(mutant, allowed, work)
                self._note(pool.ended() if self._queue else pool.rest(), kills, session, items)
                if not len(self._queue) % 50:
                    sys.stderr.write(f"{len(self._queue)} to go\n")
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Stop at the first failure."""
        if report.failed:
            self._last = report.nodeid
            self._failed()

    def files_of(self, mutant: Mutant) -> tuple[str, ...]:
        """Return the test files to run anew: that of the module, and the quickest that run most of it."""
        counts: dict[str, set[int]] = defaultdict(set)
        seconds: dict[str, float] = defaultdict(float)
        for test, spent in self.seen.seconds.items():
            seconds[test.partition("::")[0]] += spent
        for (module, line), tests in self.seen.lines.items():
            if module == mutant.module:
                for test in tests:
                    counts[test.partition("::")[0]].add(line)
        own = {file for file in counts if _is_of(file, mutant.module)}
        ranked = sorted(counts, key=lambda file: (file not in own, -len(counts[file]) / (1 + seconds[file])))
        chosen, spent = [], 0.0
        for file in ranked:
            if file in own or spent + seconds[file] < self._limits.budget:
                spent += seconds[file]
                chosen.append(file)
        return tuple(chosen)

    def _note(
        self,
        ended: Mapping[Mutant, tuple[int, str]],
        kills: dict[str, int],
        session: pytest.Session,
        items: Mapping[str, pytest.Item],
    ) -> None:
        for mutant, (code, test) in ended.items():
            if code == _CANNOT:
                continue
            if test and test not in self._sound:
                # A test that fails by itself, out of its order, finds nothing.
                alone = functools.partial(self._run, session, None, [items[test]])
                self._sound[test] = in_fork(lambda alone=alone: alone()[0]) == _PASSED
                if not self._sound[test]:
                    self.seen.failed.append(test)
                    self.seen.forget({test})
            if test and not self._sound[test]:
                self._queue.append(mutant)
                continue
            self.outcomes[mutant] = SURVIVED if code == _PASSED else KILLED if code > 0 else TIMEOUT
            if test:
                self.by[mutant] = test
                kills[test] += 1

    def _look(self, items: Sequence[pytest.Item]) -> Seen:
        """Run tests, each with a look at the lines that it comes by."""
        files = {str(module.path): module.name for module in self._modules}
        seen = self.seen
        here: set[tuple[str, int]] = set()
        bad: list[bool] = []
        self._failed = lambda: bad.append(True)

        def trace(frame: FrameType, event: str, _argument: Any) -> Any:
            module = files.get(frame.f_code.co_filename)
            if module is None:
                return None
            here.add((module, frame.f_lineno))
            return trace

        remembering = _remembering()
        for number, item in enumerate(items):
            here.clear()
            bad.clear()
            # Else a line that is run once for all would be known of the first test alone.
            for function in remembering:
                function.cache_clear()
            before = _spent()
            sys.settrace(trace)
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=_next(items, number))
            sys.settrace(None)
            seen.seconds[item.nodeid] = _spent() - before
            if bad:
                seen.failed.append(item.nodeid)
            elif seen.seconds[item.nodeid] <= self._limits.slow:
                for place in here:
                    seen.lines[place].append(item.nodeid)
        return seen

    def _tests_of(self, mutant: Mutant, kills: Mapping[str, int]) -> list[str]:
        """Return the tests that run the line of a mutant: of those of its module, then others, the quick first.

        Quickest are those that found others.
        """
        lines = self.seen.lines
        tests = {*lines.get((mutant.module, mutant.line), ()), *lines.get((mutant.module, mutant.statement), ())}
        seconds = self.seen.seconds
        chosen, spent = [], 0.0

        def rank(test: str) -> tuple[bool, float, float, str]:
            return (
                not _is_of(test.partition("::")[0], mutant.module),
                -kills[test] / (0.05 + seconds[test]),
                seconds[test],
                test,
            )

        for test in sorted(tests, key=rank):
            spent += seconds[test]
            if spent > self._limits.budget:
                break
            chosen.append(test)
        return chosen

    def _run(self, session: pytest.Session, mutant: Mutant | None, items: Sequence[pytest.Item]) -> tuple[int, str]:
        """Run tests with a mutant in the functions that are loaded; with none to see whether they pass without."""
        if mutant is not None:
            module = self._by_name[mutant.module]
            if not _exchange(module.code(), module.code(mutant), self._functions.get(str(module.path), [])):
                return _CANNOT, ""
        for function in self._remembering:
            function.cache_clear()

        class Found(BaseException):
            pass

        def stop() -> None:
            raise Found

        self._failed = stop
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            factory = session.config._tmp_path_factory  # type: ignore[attr-defined]
            factory._given_basetemp, factory._basetemp = pathlib.Path(folder, "t"), None
            for number, item in enumerate(items):
                try:
                    item.config.hook.pytest_runtest_protocol(item=item, nextitem=_next(items, number))
                except Found:
                    return _FAILED, self._last
        return _PASSED, ""


@functools.cache
def _is_of(file: str, module: str) -> bool:
    """Whether a file of tests is one of a module: it has its name, or imports it."""
    name = module.removesuffix(".py").replace("/", ".")
    path = pathlib.Path(file)
    return path.stem == f"test_{pathlib.PurePath(module).stem}" or f"{PACKAGE}.{name} import" in path.read_text("utf-8")


def _next(items: Sequence[pytest.Item], number: int) -> pytest.Item | None:
    return items[number + 1] if number + 1 < len(items) else None


def _prepare(items: Sequence[pytest.Item]) -> None:
    """Make what tests share, the rules that ship above all, once for all forks.

    A mutant in what makes them is so seen only by tests that make their own.
    """
    for item in items:
        if "rulebook" in getattr(item, "fixturenames", ()):
            # To name the session as what comes next ends all but what is shared by all.
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=item.session)
            return


def _spent() -> float:
    times = os.times()
    return time.process_time() + times.children_user + times.children_system


def in_fork(work: Callable[[], Any]) -> Any:
    """Do something in a fork, and return what it returns."""
    with tempfile.TemporaryFile() as file:
        child = os.fork()
        if not child:
            try:
                pickle.dump(work(), file)
                file.flush()
            except BaseException:
                sys.excepthook(*sys.exc_info())
                os._exit(1)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status:
            raise RuntimeError("the tests cannot run without a mutant")
        file.seek(0)
        return pickle.load(file)


class Pool:
    """Forks that run at the same time."""

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._running: dict[int, tuple[Mutant, int]] = {}

    def __enter__(self) -> Pool:
        gc.collect()
        return self

    def __exit__(self, *_: object) -> None:
        for child in self._running:
            os.kill(child, signal.SIGKILL)

    def start(self, mutant: Mutant, allowed: float, work: Callable[[], tuple[int, str]]) -> None:
        """Run a mutant in a fork that is ended after so many seconds of computing time."""
        said, words = os.pipe()
        child = os.fork()
        if not child:
            code, test = 2, ""
            try:
                os.setsid()
                with contextlib.suppress(ValueError):
                    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
                signal.setitimer(signal.ITIMER_PROF, allowed)
                signal.setitimer(signal.ITIMER_REAL, 60 + 20 * allowed)
                quiet = os.open(os.devnull, os.O_WRONLY)
                os.dup2(quiet, 1)
                os.dup2(quiet, 2)
                code, test = work()
                os.write(words, test.encode()[:4000])
            finally:
                os._exit(code)
        os.close(words)
        self._running[child] = mutant, said

    def ended(self) -> dict[Mutant, tuple[int, str]]:
        """Wait until there is room for another; returns how those have ended that have."""
        return self._wait(self._jobs)

    def rest(self) -> dict[Mutant, tuple[int, str]]:
        """Wait for all."""
        return self._wait(1)

    def _wait(self, fewer_than: int) -> dict[Mutant, tuple[int, str]]:
        ended = {}
        while len(self._running) >= fewer_than:
            child, status = os.waitpid(-1, 0)
            if child in self._running:
                mutant, said = self._running.pop(child)
                with os.fdopen(said, "rb") as words:
                    ended[mutant] = os.waitstatus_to_exitcode(status), words.read().decode(errors="replace")
        return ended


def _exchange(old: CodeType, new: CodeType, functions: Iterable[FunctionType]) -> bool:
    """Give the functions that came from one code that of another; returns whether all could be given it."""
    changed = {_key(one): other for one, other in _pairs(old, new) if one != other}
    done = False
    for function in functions:
        other = changed.get(_key(function.__code__))
        if other is not None:
            try:
                function.__code__ = other
            except ValueError:  # it uses fewer of the names around it
                return False
            done = True
    return done


def _pairs(old: CodeType, new: CodeType) -> Iterator[tuple[CodeType, CodeType]]:
    """Yield the code of each function inside, before and after; those that a mutant leaves out have no pair."""
    before, after = _inner(old), _inner(new)
    for place, codes in before.items():
        if len(codes) == len(after.get(place, ())):
            for one, other in zip(codes, after[place], strict=True):
                yield one, other
                yield from _pairs(one, other)


def _inner(code: CodeType) -> dict[tuple[str, int], list[CodeType]]:
    found: dict[tuple[str, int], list[CodeType]] = defaultdict(list)
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            found[inner.co_name, inner.co_firstlineno].append(inner)
    return found


def _key(code: CodeType) -> tuple[Any, ...]:
    """Return what tells functions of one line apart."""
    words = [repr(value) for value in code.co_consts if isinstance(value, (str, int, bytes, float))]
    return code.co_name, code.co_firstlineno, code.co_varnames, code.co_freevars, code.co_names, code.co_code, *words


def _functions() -> dict[str, list[FunctionType]]:
    """Return the functions of each file, closures too."""
    found: dict[str, list[FunctionType]] = defaultdict(list)
    for thing in gc.get_objects():
        if type(thing) is FunctionType:
            found[thing.__code__.co_filename].append(thing)
    return found


def _remembering() -> list[Any]:
    found = [thing for thing in gc.get_objects() if isinstance(thing, functools._lru_cache_wrapper)]
    return [thing for thing in found if str(thing.__module__).startswith(PACKAGE)]


def run_anew(module: Module, mutant: Mutant | None, files: Sequence[str]) -> int:
    """Run test files in a process that has not imported the package, with a mutant outside of functions."""
    name = f"{PACKAGE}.{module.name.removesuffix('.py').replace('/', '.')}".removesuffix(".__init__")
    code = module.code(mutant)

    class Loader(importlib.machinery.SourceFileLoader):
        def exec_module(self, made: ModuleType) -> None:
            exec(code, made.__dict__)

    class Finder(importlib.abc.MetaPathFinder):
        def find_spec(self, wanted: str, path: Any, target: Any = None) -> importlib.machinery.ModuleSpec | None:
            if wanted != name:
                return None
            return importlib.util.spec_from_file_location(name, module.path, loader=Loader(name, str(module.path)))

    sys.meta_path.insert(0, Finder())
    return _PASSED if pytest.main([*QUIET, "-x", *files]) == pytest.ExitCode.OK else _FAILED
