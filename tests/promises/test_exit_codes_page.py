"""What every command ends with: docs/exit-codes.md is written from the classes of errors, and each code is seen."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from compose2oam import errors
from compose2oam.errors import Compose2OamError

if TYPE_CHECKING:
    from conftest import CommandLine

HEAD = """\
# Exit codes

What went wrong is told on standard error, and the code that a command ends with says what kind of trouble it is. The
same code means the same in every command.

| Code | What it means | Exception in Python |
|---|---|---|
"""
TAIL = """
Four commands also end with codes that are not theirs alone:

- `diff` ends with 1 where something differs, as `diff` and `kubectl diff` do; `convert --check` where a file is stale.
- `doctor` ends with the code that `up` would end with, for the first thing that fails; warnings fail nothing.
- `wait` ends with the exit code of the first task that failed.
- `exec` ends with the code of the command that it ran: 127 if the container has no such command, as in a shell.

A warning never changes the exit code. What is lost in a conversion is a warning, unless `--strict` or
`--on-loss error` make it the error with code 4.

In a script, tell apart what your users can mend from what they cannot:

```sh
compose2oam convert --strict -q -o app.yaml || status=$?
case ${status:-0} in
  0) echo "converted" ;;
  3) echo "mend the Compose file" ;;
  4) echo "something would be lost: compose2oam report says what" ;;
  *) echo "ask for help" ;;
esac
```

This page is written from the classes of errors by `pytest tests/promises --update-golden`.
"""
#: What no class of errors stands for, or no single one does.
OTHERS = {
    0: "All went well.",
    1: "What was written before is stale, something differs, or compose2oam itself has a defect (and says so).",
    130: "Ctrl-C.",
}


def classes(base: type[Compose2OamError] = Compose2OamError) -> Iterator[type[Compose2OamError]]:
    """The exceptions of the errors module, each before those below it."""
    if base.__module__ == errors.__name__:
        yield base
    for one in base.__subclasses__():
        yield from classes(one)


def lines() -> Iterator[str]:
    """The rows of the table: the first class with a code says what the code means."""
    by_code: dict[int, list[type[Compose2OamError]]] = {}
    for one in classes():
        by_code.setdefault(one.exit_code, []).append(one)
    for code in sorted({*by_code, *OTHERS}):
        found = by_code.get(code, [])
        said = OTHERS.get(code) or (found[0].__doc__ or "").split("\n")[0]
        yield f"| {code} | {said} | {', '.join(f'`{one.__name__}`' for one in found)} |"


def test_the_page_is_up_to_date(root: pathlib.Path, request: pytest.FixtureRequest) -> None:
    """``pytest --update-golden`` writes it anew."""
    page = HEAD + "\n".join(lines()) + "\n" + TAIL
    file = root / "docs" / "exit-codes.md"
    if request.config.getoption("--update-golden"):
        file.write_text(page, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == page


def test_an_error_below_another_has_its_code() -> None:
    """Who catches a class knows the code; only the base has several below it."""
    for one in classes():
        for parent in one.__bases__:
            if parent not in (Compose2OamError, Exception):
                assert one.exit_code == parent.exit_code  # type: ignore[attr-defined]


SOUND = "services: {web: {image: nginx, build: .}}\n"
LOSSY = "services: {web: {image: nginx, ulimits: {nofile: 1024}}}\n"
BROKEN = "services: {web: {imagine: nginx}}\n"


@pytest.mark.parametrize(
    ("code", "compose", "arguments"),
    [
        (0, SOUND, ["convert"]),
        (0, LOSSY, ["convert"]),
        (1, SOUND, ["convert", "--check", "-o", "app.yaml"]),
        (2, SOUND, ["convert", "--no-such-option"]),
        (2, SOUND, ["no-such-command"]),
        (2, SOUND, ["convert", "--check"]),
        (3, BROKEN, ["convert"]),
        (3, SOUND, ["convert", "no-such-file.yaml"]),
        (2, SOUND, ["convert", "--mappings", "no-such-folder"]),
        (4, LOSSY, ["convert", "--strict"]),
        (5, SOUND, ["ps", "--kubeconfig", "no-such-file"]),
        (7, SOUND, ["build", "--build-with", "./no-such-folder/docker"]),
    ],
)
def test_a_command_ends_with_the_code(
    code: int, compose: str, arguments: list[str], cli: CommandLine, tmp_path: pathlib.Path
) -> None:
    """The page is right; trouble is told on standard error, and standard output has no word of it."""
    (tmp_path / "compose.yaml").write_text(compose, encoding="utf-8")
    done = cli(*arguments, cwd=tmp_path)
    assert done.returncode == code, done.stderr
    if code > 1:
        assert done.stdout == ""
        assert "rror:" in done.stderr or "no-such" in done.stderr
