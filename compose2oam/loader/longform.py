"""Long forms: every short syntax becomes the long one, so that later phases know one form of each key.

The words in the ``long`` column of the table of keys name the functions here. An entry that comes from the text keeps
the mark of its short form; what is only implied has no mark.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from compose2oam.diagnostics import Diagnostic
from compose2oam.loader import shortforms
from compose2oam.loader.codes import error
from compose2oam.loader.keys import Place, walk
from compose2oam.loader.validate import kind_of
from compose2oam.loader.values import text
from compose2oam.model.path import Path, render
from compose2oam.source.position import Position
from compose2oam.source.tree import Map, Seq, locate, mark_of

Expand = Callable[[Any, "Position | None"], Any]


def expand(tree: Map, *, lenient: bool = False) -> list[Diagnostic]:
    """Replace the short forms of a valid Compose file in place and return what cannot be parsed.

    Args:
        tree: a Compose file; one that was not validated may be refused here.
        lenient: keep a short form that does not parse, for a file whose variables were not replaced.
    """
    findings: list[Diagnostic] = []

    def expand_one(container: Any, step: Any, known: Place, path: Path) -> None:
        value = container[step]
        mark = mark_of(container, step) or locate(tree, path)
        path = (*path, step)
        if not kind_of(value) & known.kinds:
            if known.long not in _TOLERANT:
                findings.append(error("CF-401", f"{render(path)} cannot be {text(value)}", path, mark))
            return
        try:
            container[step] = LONG[known.long](value, mark)
        except ValueError as problem:
            if not lenient:
                if isinstance(problem, _ItemError):
                    path, mark = (*path, problem.index), problem.mark
                findings.append(error("CF-406", f"{render(path)}: {problem}", path, mark))

    walk(tree, "long", expand_one)
    return findings


#: What says nothing about a value of the wrong kind; it is left to the validation of what extends the file.
_TOLERANT: Final = ("list", "names", "source")


class _ItemError(ValueError):
    """An item of a list does not parse."""

    def __init__(self, message: str, index: int, mark: Position | None) -> None:
        super().__init__(message)
        self.index = index
        self.mark = mark


def _marked(key: str, value: Any, mark: Position | None) -> Map:
    made = Map(mark=mark)
    made.put(key, value, mark)
    return made


def _list(value: Any, mark: Position | None) -> Any:
    return Seq([value], mark, [mark]) if isinstance(value, str) else value


def _names(value: Any, mark: Position | None) -> Any:
    """Turn ``[a, b]`` into ``{a: null, b: null}``."""
    if not isinstance(value, Seq):
        return value
    made = Map(mark=value.mark or mark)
    for index, (name, place) in enumerate(zip(value, value.marks, strict=True)):
        if not isinstance(name, str):
            raise _ItemError(f"`{text(name)}` is not a name", index, place)
        made.put(name, None, place)
    return made


def _depends_on(value: Any, mark: Position | None) -> Any:
    made = _names(value, mark)
    for name in made:
        wait = Map(mark=made.marks.get(name)) if isinstance(value, Seq) else made[name]
        if not isinstance(wait, Map):
            raise ValueError(f"`{name}` must be a mapping")
        wait.setdefault("condition", "service_started")
        wait.setdefault("required", True)
        made[name] = wait
    return made


def _pairs(value: Any, mark: Position | None) -> Any:
    """Turn ``[a=1]`` into ``{a: "1"}``."""
    if not isinstance(value, Seq):
        return value
    made = Map(mark=value.mark or mark)
    for index, (entry, place) in enumerate(zip(value, value.marks, strict=True)):
        key, equals, word = text(entry).partition("=")
        if not equals:
            raise _ItemError(f"`{entry}` must be written `key=value`", index, place)
        made.put(key, word, place)
    return made


def _ssh(value: Any, mark: Position | None) -> Any:
    if not isinstance(value, Seq):
        return value
    made = Map(mark=value.mark or mark)
    for index, (entry, place) in enumerate(zip(value, value.marks, strict=True)):
        key, equals, word = text(entry).partition("=")
        if not equals and key != "default":
            raise _ItemError(f"the ssh key `{entry}` must be `default` or `id=path`", index, place)
        made.put(key, word if equals else None, place)
    return made


def _env_file(value: Any, mark: Position | None) -> Any:
    made = _list(value, mark)
    for index, entry in enumerate(made):
        if isinstance(entry, str):
            made[index] = _marked("path", entry, made.marks[index])
        if isinstance(made[index], Map):
            made[index].setdefault("required", True)
    return made


def _gpus(value: Any, mark: Position | None) -> Any:
    if not isinstance(value, str):
        return value
    return Seq([_marked("count", "all", mark)], mark, [mark])


def _ports(value: Seq, mark: Position | None) -> Seq:
    made = Seq(mark=value.mark or mark)
    for index, (entry, place) in enumerate(zip(value, value.marks, strict=True)):
        if isinstance(entry, Map):
            made.put(entry, place)
            continue
        try:
            if isinstance(entry, float):
                raise ValueError(f"{text(entry)} is not a port; put it in quotes")
            for port in shortforms.ports(text(entry), place):
                made.put(port, place)
        except ValueError as problem:
            raise _ItemError(str(problem), index, place) from None
    return made


def _external(value: Any, _mark: Position | None) -> Any:
    """Turn ``external: {name: x}`` into ``external: true`` and ``name: x``."""
    old = value.get("external") if isinstance(value, Map) else None
    if not isinstance(old, Map):
        return value
    value["external"] = True
    if "name" in old:
        if value.setdefault("name", old["name"]) != old["name"]:
            raise ValueError("`name` and `external.name` differ; keep `name` only")
        value.marks.setdefault("name", old.marks.get("name", value.marks["external"]))
    return value


def _ulimit(value: Any, _mark: Position | None) -> Any:
    if isinstance(value, (str, float)):
        raise ValueError(f"`{text(value)}` is not an integer")
    return value


def _short(key: str) -> Expand:
    """Return the function that turns a string into a mapping of one key."""
    return lambda value, mark: _marked(key, value, mark) if isinstance(value, str) else value


def _parsed(parse: Callable[[str, Position | None], Map]) -> Expand:
    return lambda value, mark: parse(value, mark) if isinstance(value, str) else value


LONG: Final[dict[str, Expand]] = {
    "build": _short("context"),
    "depends_on": _depends_on,
    "device": _parsed(shortforms.device),
    "env_file": _env_file,
    "extends": _short("service"),
    "external": _external,
    "gpus": _gpus,
    "list": _list,
    "names": _names,
    "pairs": _pairs,
    "ports": _ports,
    "schedule": _short("cron"),
    "source": _short("source"),
    "ssh": _ssh,
    "text": lambda value, _mark: text(value),
    "ulimit": _ulimit,
    "volume": _parsed(shortforms.mount),
}
