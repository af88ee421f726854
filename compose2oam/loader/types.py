"""Types: what every value becomes in the end, whichever way it was written.

The words in the ``type`` column of the table of keys name the functions here. Docker Compose binds the merged file to
its types here, so this is also where a duration, a size or a number that makes no sense is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from compose2oam.diagnostics import Diagnostic
from compose2oam.loader.codes import error
from compose2oam.loader.keys import Place, walk
from compose2oam.loader.values import (
    duration,
    duration_text,
    integer,
    number,
    shell_words,
    single_precision,
    size,
    text,
)
from compose2oam.model.path import Path, render
from compose2oam.source.position import Position
from compose2oam.source.tree import Map, Seq, locate, mark_of

Convert = Callable[[Any, "Position | None"], Any]

_TRUE: Final = ("true", "y", "yes", "on")
_FALSE: Final = ("false", "n", "no", "off")


def settle(tree: Map) -> list[Diagnostic]:
    """Convert every value of a Compose file in long form, in place, and return those that cannot be."""
    findings: list[Diagnostic] = []

    def convert(container: Any, step: Any, known: Place, path: Path) -> None:
        value = container[step]
        if value is None:
            return
        mark = mark_of(container, step) or locate(tree, path)
        path = (*path, step)
        try:
            container[step] = TYPES[known.type](value, mark)
        except _EntryError as problem:
            path = (*path, problem.key)
            findings.append(error("CF-404", f"{render(path)}: {problem}", path, problem.mark or mark))
        except ValueError as problem:
            findings.append(error("CF-404", f"{render(path)}: {problem}", path, mark))

    walk(tree, "type", convert)
    return findings


class _EntryError(ValueError):
    """One entry of a value is wrong."""

    def __init__(self, message: str, key: str | int, mark: Position | None) -> None:
        super().__init__(message)
        self.key = key
        self.mark = mark


def _string(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise ValueError(f"`{text(value)}` is not a string; put it in quotes")


def _bool(value: Any) -> bool:
    if isinstance(value, str) and value.lower() in _TRUE + _FALSE:
        return value.lower() in _TRUE
    raise ValueError(f"`{text(value)}` is not a boolean; write true or false")


def _int(value: Any) -> int:
    if isinstance(value, bool):
        raise ValueError("a boolean is not a number")
    return integer(value) if isinstance(value, str) else int(value)


def _uint(value: Any) -> int:
    if isinstance(value, (bool, str)):
        raise ValueError(f"`{text(value)}` is not a number" + ("; take it out of the quotes" if value else ""))
    if value < 0:
        raise ValueError(f"{text(value)} is negative")
    return int(value)


def _float(value: Any) -> float | int:
    if isinstance(value, bool):
        raise ValueError("a boolean is not a number")
    made = single_precision(number(value) if isinstance(value, str) else float(value))
    return int(made) if made.is_integer() else made


def _size(value: Any) -> str:
    """Write an amount of memory as its bytes; a fraction of a byte counts for nothing, as in Docker Compose."""
    if isinstance(value, str):
        return str(size(value))
    return "0" if isinstance(value, float) else str(value)


def _duration(value: Any) -> str:
    return duration_text(duration(text(value)))


def _mode(value: Any) -> str:
    """Write a file mode in octal: ``0440``."""
    if isinstance(value, str):
        try:
            if "_" in value or value[:2].lower() == "0o":
                raise ValueError
            value = int(value, 8)
        except ValueError:
            raise ValueError(f"`{value}` is not a file mode in octal") from None
    if not isinstance(value, int):
        raise ValueError(f"`{text(value)}` is not a file mode; write it as in 0440")
    return f"0{value:o}" if value >= 0 else f"0-{-value:o}"


def _device_count(value: Any) -> int:
    if isinstance(value, str):
        return -1 if value.lower() == "all" else _counted(value)
    if isinstance(value, int):
        return value
    raise ValueError(f"`{text(value)}` is neither `all` nor a number")


def _counted(word: str) -> int:
    try:
        return integer(word)
    except ValueError:
        raise ValueError(f"`{word}` is neither `all` nor a number") from None


def _scalar(convert: Callable[[Any], Any]) -> Convert:
    return lambda value, _mark: convert(value)


def _each(convert: Callable[[Any], Any]) -> Convert:
    """Return the function that converts every item of a list, or the only one."""

    def convert_all(value: Any, mark: Position | None) -> Any:
        if isinstance(value, Seq):
            for index, item in enumerate(value):
                if type(item) is str:  # most are, and no conversion changes a text
                    continue
                try:
                    value[index] = convert(item)
                except ValueError as problem:
                    raise _EntryError(str(problem), index, value.marks[index]) from None
            return value
        return Seq([convert(value)], mark, [mark])

    return convert_all


def _command(value: Any, mark: Position | None) -> Any:
    if not isinstance(value, str):
        return value
    words = shell_words(value)
    return Seq(words, mark, [mark] * len(words))


def _test(value: Any, mark: Position | None) -> Any:
    return Seq(["CMD-SHELL", value], mark, [None, mark]) if isinstance(value, str) else value


def _variables(value: Any, _mark: Position | None) -> Any:
    """Make a mapping of names to strings, ``None`` for a name without a value."""
    if isinstance(value, Seq):
        for index, entry in enumerate(value):
            name = text(entry).partition("=")[0]
            if name[-1:].isspace():
                message = f"the variable `{name}` has a space before the `=`"
                raise _EntryError(message, index, value.marks[index])
    return _pairs(value, lambda word: word if word is None else text(word), None)


def _mapping(value: Any, _mark: Position | None) -> Any:
    """Make a mapping of names to strings, ``""`` for a name without a value."""
    return _pairs(value, lambda word: "" if word is None else text(word), "")


def _pairs(value: Any, convert: Callable[[Any], Any], missing: Any) -> Any:
    if isinstance(value, Map):
        for key, word in value.items():
            if type(word) is not str:
                value[key] = convert(word)
        return value
    made = Map(mark=value.mark)
    for entry, mark in zip(value, value.marks, strict=True):
        key, equals, word = text(entry).partition("=")
        made.put(key, word if equals else missing, mark)
    return made


def _multi_options(value: Map, _mark: Position | None) -> Map:
    for key, words in value.items():
        if isinstance(words, Seq):
            words[:] = [text(word) for word in words]
        else:
            mark = value.marks.get(key)
            value[key] = Seq([text(words)], mark, [mark])
    return value


def _hosts(value: Any, _mark: Position | None) -> Seq:
    """Make a sorted list of ``host=address``."""
    found: list[tuple[str, Position | None]] = []
    if isinstance(value, Map):
        for host, addresses in value.items():
            mark = value.marks.get(host)
            many = isinstance(addresses, Seq)
            found += [
                (_host(host, text(word), host, mark), mark) for word in (addresses if many else [addresses or ""])
            ]
    else:
        for index, (entry, mark) in enumerate(zip(value, value.marks, strict=True)):
            separator = "=" if "=" in entry else ":"
            host, colon, addresses = entry.partition(separator)
            if not colon:
                raise _EntryError(f"`{entry}` has no address; write host=address", index, mark)
            found += [(_host(host, word, index, mark), mark) for word in addresses.split(",")]
    found.sort(key=lambda pair: pair[0])
    return Seq((entry for entry, _ in found), value.mark, (mark for _, mark in found))


def _host(host: str, address: str, key: str | int, mark: Position | None) -> str:
    if not host or ":" in host or "=" in host:
        raise _EntryError(f"`{host}` is not a host name", key, mark)
    if len(address) > 2 and address.startswith("[") and address.endswith("]"):
        address = address[1:-1]
    return f"{host}={address}"


def _ulimit(value: Any, _mark: Position | None) -> Any:
    if isinstance(value, Map):
        for key in ("soft", "hard"):
            if isinstance(value.get(key), bool) or not isinstance(value.get(key, 0), int):
                raise _EntryError(f"`{text(value[key])}` is not an integer", key, value.marks.get(key))
    return value


TYPES: Final[dict[str, Convert]] = {
    "bool": _scalar(_bool),
    "command": _command,
    "device_count": _scalar(_device_count),
    "duration": _scalar(_duration),
    "float": _scalar(_float),
    "hosts": _hosts,
    "int": _scalar(_int),
    "labels": _mapping,
    "list": _each(_string),
    "mapping": _mapping,
    "mode": _scalar(_mode),
    "multi_options": _multi_options,
    "numbers": _each(text),
    "options": _mapping,
    "size": _scalar(_size),
    "string": _scalar(_string),
    "strings": _each(_string),
    "test": _test,
    "uint": _scalar(_uint),
    "ulimit": _ulimit,
    "variables": _variables,
}
