"""The mutants are faults that a test can find, each has one name, and what is not counted is there and has a reason."""

from __future__ import annotations

import pathlib
import re
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parents[1]


@pytest.fixture(autouse=True)
def _beside(monkeypatch: pytest.MonkeyPatch) -> None:
    """The driver is a program, whose modules lie beside it."""
    monkeypatch.syspath_prepend(str(HERE))
    # The benchmarks have a program of that name, too.
    monkeypatch.delitem(sys.modules, "run", raising=False)


def changes(tmp_path: pathlib.Path, text: str) -> list[str]:
    """What is done to a text, one word for each mutant."""
    from mutants import Module

    (tmp_path / "m.py").write_text(text)
    module = Module(tmp_path, "m.py")
    for mutant in module.mutants:
        assert module.code(mutant) != module.code()
    return [mutant.name.partition(": ")[2] for mutant in module.mutants]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a = b < c", ["module: Lt -> LtE"]),
        ("a = b and c", ["module: And -> Or", "module: b -> not b", "module: c -> not c"]),
        ("a = b + 1", ["module: Add -> Sub", "module: 1 -> 2"]),
        ("a = not b", ["module: not b -> b"]),
        ("a = 'word'", ["module: 'word' -> 'wordXX'"]),
        ("a = 'two words'", []),
        ("a = f'{b}'", []),
        ("A = Callable[[int], str]", []),
        ("def f(a: int = 1) -> 'X':\n    'Say.'\n    return a", ["f: return a -> return None", "f: 1 -> 2"]),
        ("def f():\n    return None", []),
        ("for a in b:\n    continue", ["module: b -> ()", "module: continue -> break"]),
        ("if a:\n    f(b)", ["module: a -> not a", "module: f(b) -> pass"]),
        ("def f():\n    yield a", ["f: yield a -> yield from ()"]),
        ("class C:\n    def f(self):\n        raise E", ["C.f: raise E -> pass"]),
        ("if TYPE_CHECKING:\n    a = 1", []),
        ("f(1)\nf(1)", ["module: f(1) -> pass", "module: 1 -> 2", "module: f(1) -> pass (2)", "module: 1 -> 2 (2)"]),
    ],
)
def test_what_is_changed(text: str, found: list[str], tmp_path: pathlib.Path) -> None:
    """One thing at a time, and never a text for people or a type."""
    assert sorted(changes(tmp_path, text)) == sorted(found)


def test_what_is_not_counted_is_there_and_has_a_reason() -> None:
    """A mutant that is no more, or found by now, has no place in the list; nor has one without a word."""
    from mutants import Module
    from run import equivalents

    listed = equivalents()
    known = {
        mutant.name
        for module in {name.partition(":")[0] for name in listed}
        for mutant in Module(ROOT / "compose2oam", module).mutants
    }
    assert sorted(set(listed) - known) == []
    assert all(len(why) > 15 for why in listed.values())


def test_a_fault_is_found_by_the_tests_of_its_module() -> None:
    """The driver runs, finds faults, and says how many."""
    if sys.platform == "win32":
        pytest.skip("needs a POSIX system, which can fork")
    test = "tests/rules/test_contributions.py"
    program = [sys.executable, str(HERE / "run.py"), "rules/contributions.py", "--tests", test, "--sample", "6"]
    done = subprocess.run(
        [*program, "--least", "50", "--jobs", "1"], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^all +6 +[3-6] ", done.stdout, re.MULTILINE), done.stdout
