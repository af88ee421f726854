"""Read a usual command line by what its command declares, and by nothing else.

A line is usual if it has known options, each written out, with its value in the next word or after ``=``, and
arguments. Everything else is for Typer, which reads all lines, says what is wrong with one, and helps; whatever both
read, they read alike.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from enum import EnumMeta
from pathlib import Path
from types import FunctionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from compose2oam.cli.declaring import Argument, Option
from compose2oam.model.namedtuple import NamedTuple
from compose2oam.rules.settings import CHOICES, TRUTH, flag_of

# What Typer looks for in the words of a line on Windows, whose shells do not expand them.
_EXPANDED = frozenset("*?[~$%") if os.name == "nt" else frozenset()


class _UnusualLine(Exception):
    """A line is for Typer."""


class _Slot(NamedTuple):
    """Where a value goes: the parameter of the command, what makes it of a word, and whether all count or the last."""

    name: str
    read: Callable[[str], Any]
    several: bool = False


class _Declared(NamedTuple):
    """What a command takes: options with a value and without as they are written, arguments, and open choices."""

    options: dict[str, _Slot]
    flags: dict[str, tuple[str, bool]]
    arguments: list[_Slot]
    choices: dict[str, Any]


def read(command: object, words: Sequence[str]) -> dict[str, Any] | None:
    """Return the arguments of a command.

    Args:
        command: a function whose parameters are declared as :mod:`compose2oam.cli.declaring` has it.
        words: what stands after its name on the line.

    Returns:
        What is given, by parameter, and all of ``**choices``; ``None`` if the line is for Typer.
    """
    # A command that was put together of others says itself what it takes, in a way that only Typer reads.
    if not isinstance(command, FunctionType) or hasattr(command, "__signature__"):
        return None
    if not _EXPANDED.isdisjoint("".join(words)):
        return None
    declared = _declared(command)
    given = declared.choices
    try:
        _take_arguments(declared.arguments, _take_options(declared, words, given), given)
    except (_UnusualLine, ValueError):
        return None
    return given if _needed(command) <= given.keys() else None


def _needed(command: FunctionType) -> set[str]:
    """Return the parameters that have no value of their own."""
    code = command.__code__
    names = code.co_varnames[: code.co_argcount]
    return set(names[: len(names) - len(command.__defaults__ or ())])


def _declared(command: Callable[..., None]) -> _Declared:
    declared = _Declared({}, {}, [], {})
    for name, annotation in get_type_hints(command, include_extras=True).items():
        # Python 3.10 adds it to what has None for its value.
        if get_origin(annotation) is Union:
            annotation = get_args(annotation)[0]
        if name == "choices":
            _add_choices(declared)
        elif get_origin(annotation) is Annotated:
            kind, said = get_args(annotation)
            if isinstance(said, Argument):
                declared.arguments.append(_slot(name, kind))
            elif isinstance(said, Option):
                _add_option(declared, name, kind, said.names)
    return declared


def _add_choices(declared: _Declared) -> None:
    declared.choices.update(dict.fromkeys(CHOICES))
    for name, choice in CHOICES.items():
        flag = flag_of(name)
        if choice.kind == TRUTH:
            declared.flags[f"--{flag}"] = name, True
            declared.flags[f"--no-{flag}"] = name, False
        else:
            declared.options[f"--{flag}"] = _Slot(name, str)


def _add_option(declared: _Declared, name: str, kind: Any, names: tuple[str, ...]) -> None:
    for written in names:
        if kind is bool:
            on, _, off = written.partition("/")
            declared.flags[on] = name, True
            if off:
                declared.flags[off] = name, False
        else:
            declared.options[written] = _slot(name, kind)


def _slot(name: str, kind: Any) -> _Slot:
    if get_origin(kind) is Union:
        kind = get_args(kind)[0]
    several = get_origin(kind) is list
    if several:
        (kind,) = get_args(kind)
    known = kind in (str, Path) or isinstance(kind, EnumMeta)
    return _Slot(name, kind if known else _unusual, several)


def _unusual(_: str) -> Any:
    raise _UnusualLine


def _take_options(declared: _Declared, words: Sequence[str], given: dict[str, Any]) -> list[str]:
    """Take the options out of a line, and return the rest of it."""
    rest = []
    line = iter(words)
    for word in line:
        written, equals, value = word.partition("=")
        if word == "-" or not word.startswith("-"):
            rest.append(word)
        elif word in declared.flags:
            name, given[name] = declared.flags[word]
        elif written in declared.options and (written.startswith("--") or not equals):
            _put(declared.options[written], value if equals else next(line, ""), given)
        else:
            raise _UnusualLine
    return rest


def _take_arguments(arguments: list[_Slot], words: list[str], given: dict[str, Any]) -> None:
    """Give each argument its word, and the last one all that are left if it takes several."""
    if any(slot.several for slot in arguments[:-1]):
        raise _UnusualLine
    last = len(arguments) - 1
    for index, word in enumerate(words):
        if index > last and not (arguments and arguments[last].several):
            raise _UnusualLine
        _put(arguments[min(index, last)], word, given)


def _put(slot: _Slot, word: str, given: dict[str, Any]) -> None:
    # A value that is empty, or that looks like an option, is more often an oversight than meant.
    if not word or (word.startswith("-") and word != "-"):
        raise _UnusualLine
    value = slot.read(word)
    given[slot.name] = [*given.get(slot.name, ()), value] if slot.several else value
