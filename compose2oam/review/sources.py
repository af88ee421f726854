"""The files of a project as lines that may be shown, and what stands where in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from compose2oam.errors import InputError
from compose2oam.model.namedtuple import NamedTuple
from compose2oam.model.redaction import HIDDEN, Redaction, hides
from compose2oam.model.review import Span
from compose2oam.source.files import read_text

# What YAML takes for the end of a line.
_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_SECTIONS = frozenset({"services", "jobs", "volumes", "networks", "secrets", "configs", "models"})
# Deeper than any file that was read.
_DEEPEST = 120
_QUOTES = ("'", '"')


class Source(NamedTuple):
    """A file of the project.

    Attributes:
        lines: its lines without secrets; those of a file that is no YAML, or cannot be read again, are not known.
        blocks: the lines of each part of a section (``services.web``), and of all other keys at the top.
        ends: the last line of what begins at a line and a column.
    """

    lines: Sequence[str]
    blocks: Sequence[tuple[tuple[str, ...], Span]]
    ends: dict[tuple[int, int], int]


def read(name: str, redaction: Redaction) -> Source:
    """Read a file of YAML once more; nothing is known of one that is none, or is not there any more."""
    import yaml

    try:
        text = "" if name == "-" else read_text(name)
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        nodes = list(yaml.compose_all(text, Loader=loader))
    except (InputError, yaml.YAMLError, UnicodeError, RecursionError):
        return Source((), (), {})
    if not any(isinstance(node, yaml.MappingNode) for node in nodes):
        return Source((), (), {})
    walk = _Walk(_BREAK.split(text), redaction)
    for node in nodes:
        walk.top(node)
    return Source(walk.shown(), sorted(walk.blocks, key=lambda block: block[1]), walk.ends)


def read_settings(name: str, numbers: Sequence[int], redaction: Redaction) -> dict[int, str]:
    """Return some lines of a file of variables, without secrets; none of one that is not there any more."""
    try:
        lines = [] if name == "-" else _BREAK.split(read_text(name))
    except InputError:
        return {}
    return {number: redaction.text(lines[number - 1]) for number in numbers if number <= len(lines)}


class _Walk:
    """Goes through the nodes of a text and takes down where things are, and what is to be hidden."""

    def __init__(self, lines: list[str], redaction: Redaction) -> None:
        self._lines = lines
        self._redaction = redaction
        self._seen: set[int] = set()
        self._spans: dict[int, list[tuple[int, int, str]]] = {}
        self.blocks: list[tuple[tuple[str, ...], Span]] = []
        self.ends: dict[tuple[int, int], int] = {}

    def top(self, node: Any) -> None:
        """Go through a document."""
        self._node(node, "", 0)
        for key, value in _pairs(node):
            name = str(key.value)
            if name in _SECTIONS and _pairs(value):
                for inner, _ in _pairs(value):
                    self.blocks.append(((name, str(inner.value)), self._span(inner)))
            else:
                self.blocks.append(((name,), self._span(key)))

    def shown(self) -> list[str]:
        """Return the lines without what is to be hidden."""
        return [self._shown(line, self._spans.get(index, ())) for index, line in enumerate(self._lines)]

    def _shown(self, line: str, spans: Sequence[tuple[int, int, str]]) -> str:
        out, at = [], 0
        for first, last, text in sorted(spans):
            if first >= at:
                out += [self._between(line[at:first]), text]
                at = last
        return "".join((*out, self._between(line[at:])))

    def _between(self, text: str) -> str:
        """Return what stands between values; a comment may hold a setting."""
        mark = text.find("#")
        comment = self._redaction.text(text[mark:]) if mark >= 0 else ""
        return self._redaction.known(text[: mark if mark >= 0 else len(text)]) + comment

    def _span(self, key: Any) -> Span:
        first = int(key.start_mark.line) + 1
        return Span(first, max(self.ends.get(_spot(key), first), first))

    def _node(self, node: Any, name: str, depth: int) -> int:
        """Go through a node under a key; returns its last line."""
        if depth > _DEEPEST:
            return int(node.start_mark.line) + 1
        if not isinstance(node.value, list):
            return self._scalar(node, name)
        if id(node) in self._seen:
            return int(node.start_mark.line) + 1
        self._seen.add(id(node))
        last = int(node.start_mark.line) + 1
        named = _named(node)
        for key, value in _pairs(node):
            word = str(key.value)
            under = named if word == "value" and hides(named) else self._redaction.entry_name(name, word)
            # A node that stands elsewhere too is an alias here, of one word.
            here = value.start_mark.line >= key.start_mark.line and value.start_mark.index >= key.end_mark.index
            end = self._node(value, under, depth + 1) if here else key.start_mark.line + 1
            self.ends[_spot(key)] = max(end, key.start_mark.line + 1)
            last = max(last, self.ends[_spot(key)])
        if node.id == "sequence":
            last = max(last, self._items(node, name, depth))
        return max(last, node.end_mark.line + 1) if node.flow_style else last

    def _items(self, node: Any, name: str, depth: int) -> int:
        last, before = int(node.start_mark.line) + 1, ""
        for item in node.value:
            if item.start_mark.index < node.start_mark.index:
                continue
            is_text = isinstance(item.value, str)
            end = self._scalar(item, name, before, is_item=True) if is_text else self._node(item, name, depth + 1)
            before = item.value if is_text else ""
            self.ends[_spot(item)] = end
            last = max(last, end)
        return last

    def _scalar(self, node: Any, name: str, before: str = "", is_item: bool = False) -> int:
        """Take down what is shown for a scalar, line by line; returns its last line."""
        first, end = node.start_mark, node.end_mark
        last = int(end.line) if end.column or end.line == first.line else int(end.line) - 1
        while last > first.line and not self._lines[last].strip():
            last -= 1
        raw = [self._piece(number, first, end) for number in range(first.line, last + 1)]

        def shown(text: str) -> str:
            return self._redaction.item(name, text, before) if is_item else self._redaction.scalar(name, text)

        whole = "\n".join(raw)
        quote = whole[:1] if node.style in _QUOTES and whole.endswith(node.style) else ""
        bare = whole[len(quote) : len(whole) - len(quote)]
        made = shown(bare)
        if made == bare and shown(node.value) != node.value:
            # Escapes or folded lines hide from a look at the text what is there.
            made = "\n".join(HIDDEN for _ in raw)
        for number, (old, new) in enumerate(zip(raw, f"{quote}{made}{quote}".split("\n"), strict=True), first.line):
            start = first.column if number == first.line else 0
            self._spans.setdefault(number, []).append((start, start + len(old), new))
        return last + 1

    def _piece(self, number: int, first: Any, end: Any) -> str:
        line = self._lines[number]
        stop = end.column if number == end.line else len(line)
        return line[first.column : stop] if number == first.line else line[:stop]


def _pairs(node: Any) -> list[tuple[Any, Any]]:
    """Return the entries of a mapping."""
    return [pair for pair in node.value if isinstance(pair, tuple)] if isinstance(node.value, list) else []


def _named(node: Any) -> str:
    """Return what a mapping of ``name`` and ``value`` is about."""
    found = {key.value: value.value for key, value in _pairs(node) if isinstance(key.value, str)}
    name = found.get("name") or found.get("key") or ""
    return name if isinstance(name, str) else ""


def _spot(node: Any) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1


def gaps(taken: Sequence[Span], count: int) -> Iterator[Span]:
    """Yield the lines of a text that no span has."""
    at = 1
    for first, last in sorted(taken):
        if first > at:
            yield Span(at, first - 1)
        at = max(at, last + 1)
    if at <= count:
        yield Span(at, count)
