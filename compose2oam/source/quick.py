"""The quick way through usual YAML, a line at a time.

Most Compose files use little of YAML: keys, lists, scalars on one line, short lists in brackets. To read that much
takes half of what it takes to work through a parser's events, and nothing of what it takes to import one. What is read
here is read as libyaml reads it, which tests hold; all else is left to :mod:`compose2oam.source.events`: anchors, tags,
texts of several lines, escapes, lists in lists, and everything that is wrong.
"""

from __future__ import annotations

from typing import Any

from compose2oam.model.regex import regex
from compose2oam.source.position import Position
from compose2oam.source.scalars import plain
from compose2oam.source.tree import Map, Seq

DEPTH = 50
"""How deep a tree may be to be read here."""

LINES = 400_000
"""How many lines, and items in brackets, a text may have to be read here."""

_START = regex(r"(?:#.*\n| *\n)*---\n")

_KEY = r"""[A-Za-z0-9_.][A-Za-z0-9_./$-]{0,200}|"[^"\\]{0,200}"|'[^']{0,200}'"""
_LINE = regex(rf"( *)(- +)?(?:({_KEY}):(?: +|\Z))?(.*)")
_QUOTED = regex(r"""(?:"([^"\\]*)"|'([^']*)') *(?: #.*)?\Z""")
# Without quotes only what is the same inside of brackets and out of them.
_ITEM = r""""[^"\\]*"|'[^']*'|-*[A-Za-z0-9_./$=+](?:[A-Za-z0-9_./$=+ -]*[A-Za-z0-9_/])?"""
_IN_LIST = regex(rf" *()({_ITEM}) *([,\]])")
_IN_MAP = regex(rf" *({_KEY}): +({_ITEM}) *([,}}])")
_EMPTY = regex(r"\[ *\]|\{ *\}")
_AFTER = regex(r" *(?: #.*)?\Z")
_UNUSUAL = object()
_NO_START = frozenset(",]}&*!|>%@`?:")

_NOTHING, _OPEN, _SCALAR, _LIST, _MAP = range(5)

_Line = tuple[int, int, "str | None", int, Any, int]
"""A line: where it begins, where begins what follows ``- `` (0 without that), its key, the sort of its value, the
value, and where that begins. Columns count from 0."""


def read(text: str, name: str) -> Map | Seq | None:
    """Read the one document of a text; ``None`` for a text that is not usual, right or wrong.

    Args:
        text: the YAML.
        name: the file's name in positions.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    if not text.replace("\n", "").isprintable() or text.count("\n") + text.count(",") > LINES:
        return None  # a tab, or what YAML forbids or takes for the end of a line
    if start := _START.match(text):
        text = text[: start.end() - 4] + text[start.end() - 1 :]
    new = tuple.__new__
    known: dict[str, _Line | None] = {}
    document = Map()
    # The open collection, the column of its entries, its key that waits for a value, and the collections around it.
    node: Any = document
    level = -1
    waiting: str | None = ""
    outer: list[tuple[Any, int]] = []
    for number, written in enumerate(text.split("\n"), start=1):
        line = known.get(written) or known.setdefault(written, _line(written))
        if line is None:
            return None
        column, inner, key, sort, value, at = line
        if sort == _NOTHING:
            continue
        if waiting is not None:
            if column > level or (column == level and inner):
                outer.append((node, level))
                if len(outer) > DEPTH:
                    return None
                mark = new(Position, (name, number, column + 1))
                begun: Any = Seq((), mark) if inner else Map((), mark)
                node[waiting] = begun
                node, level = begun, column
            else:
                node[waiting] = None
            waiting = None
        # A list may begin in the column of its key, and ends where no further item does.
        while level > column or (level == column and not inner and node.__class__ is Seq):
            node, level = outer.pop()
        if level != column or bool(inner) is not (node.__class__ is Seq):
            return None
        if inner:
            if key is None:
                mark = new(Position, (name, number, at + 1))
                node.append(value if sort == _SCALAR else _collection(sort, value, name, number, at))
                node.marks.append(mark)
                continue
            outer.append((node, level))
            mark = new(Position, (name, number, inner + 1))
            item = Map((), mark)
            node.append(item)
            node.marks.append(mark)
            node, level = item, inner
        marks = node.marks
        if key in marks:
            return None
        marks[key] = new(Position, (name, number, level + 1))
        if sort == _SCALAR:
            node[key] = value
        elif sort == _OPEN:
            waiting = key
        else:
            node[key] = _collection(sort, value, name, number, at)
    if waiting is not None:
        node[waiting] = None
    found: Map | Seq | None = document[""]
    return found


def _line(written: str) -> _Line | None:
    """Take a line apart, without regard to where it stands; ``None`` if it is not usual."""
    spaces, dash, key, rest = _LINE.match(written).groups()  # type: ignore[union-attr]
    column = len(spaces)
    inner = column + len(dash) if dash else 0
    if key is not None and (key := _key(key)) is None:
        return None
    if not rest or rest[0] == "#":
        if key is not None:
            return column, inner, key, _OPEN, None, 0
        return None if dash else (0, 0, None, _NOTHING, None, 0)
    if key is None and not dash:
        return None
    at = len(written) - len(rest)
    if rest[0] in "[{":
        inside = _in_brackets(rest)
        return None if inside is None else (column, inner, key, _LIST if rest[0] == "[" else _MAP, inside, at)
    value = _scalar(rest)
    return None if value is _UNUSUAL else (column, inner, key, _SCALAR, value, at)


def _key(text: str) -> str | None:
    """Return a key without its quotes; ``None`` if it is no text."""
    if text[0] in "\"'":
        return text[1:-1]
    return text if plain(text) is text else None


def _scalar(rest: str) -> Any:
    """Return what the scalar is that a line ends with; :data:`_UNUSUAL` if it is not usual."""
    start = rest[0]
    if start in "\"'":
        found = _QUOTED.match(rest)
        return _UNUSUAL if found is None else found[found.lastindex or 0]
    if start in _NO_START or rest == "-" or rest.startswith("- "):
        return _UNUSUAL
    text = rest.partition(" #")[0].rstrip(" ")
    return _UNUSUAL if ": " in text or text[-1] == ":" else plain(text)


def _in_brackets(rest: str) -> list[tuple[str, Any, int]] | None:
    """Return the key, the value and the place of each item of a list or a mapping that a line ends with."""
    if empty := _EMPTY.match(rest):
        return [] if _AFTER.match(rest, empty.end()) else None
    entry = _IN_LIST if rest[0] == "[" else _IN_MAP
    items: list[tuple[str, Any, int]] = []
    end, last = 1, ","
    while last == ",":
        found = entry.match(rest, end)
        if found is None:
            return None
        key, text, last = found.groups()
        if key and (key := _key(key)) is None:
            return None
        value = text[1:-1] if text[0] in "\"'" else plain(text)
        items.append((key, value, found.start(1)))
        end = found.end()
    if last == "}" and len({key for key, _, _ in items}) < len(items):
        return None
    return items if _AFTER.match(rest, end) else None


def _collection(sort: int, items: list[tuple[str, Any, int]], name: str, number: int, at: int) -> Map | Seq:
    """Make what stands in brackets, once for each place where it does."""
    new = tuple.__new__
    mark = new(Position, (name, number, at + 1))
    keys, values, places = zip(*items, strict=True) if items else ((), (), ())
    marks = [new(Position, (name, number, at + place + 1)) for place in places]
    if sort == _LIST:
        return Seq(values, mark, marks)
    return Map(zip(keys, values, strict=True), mark, dict(zip(keys, marks, strict=True)))
