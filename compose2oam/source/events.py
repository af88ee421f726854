"""From the events of a YAML parser to trees with positions, safely and fast.

A tree is built straight from the parser's events, in one loop without recursion, so that neither nesting nor aliases
exhaust the stack or the memory. Aliases become copies: no two places of a tree share a node.

Codes of the findings: CF-101 YAML syntax; CF-103 a key is there twice; CF-104 a key is no string; CF-105 nested too
deeply, or too large with its aliases; CF-108 a tag does not fit; CF-109 an alias leads nowhere or into itself; CF-110 a
merge key holds no mapping.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NoReturn

import yaml
from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from compose2oam.diagnostics import Diagnostic, Severity
from compose2oam.errors import InputError
from compose2oam.model.path import Path, Step
from compose2oam.source.position import Position
from compose2oam.source.scalars import STARTS, plain, tagged, text_of
from compose2oam.source.syntax import explain
from compose2oam.source.tabs import without_tabs
from compose2oam.source.tree import Documents, Map, Seq, Tagged

MAX_DEPTH = 100
"""How deep a tree may be, aliases included: what walks a tree may recurse."""

MAX_EVENTS = 2_000_000
"""How many parser events one text may have, each alias counting for all that it copies."""

MAX_FAULTS = 100
"""After how many faults reading stops."""

MAX_ATTEMPTS = 20
"""How often a text is read anew without the tabs that one stumbled over."""

_CORE = "tag:yaml.org,2002:"
_MERGE = _CORE + "merge"
_KNOWN_TAGS = frozenset(
    _CORE + name for name in ("str", "int", "float", "bool", "null", "binary", "timestamp", "map", "seq", "merge")
)


def parse(text: str, name: str, tags: frozenset[str], strict: bool, error: type[InputError]) -> Documents:
    """Do what :func:`compose2oam.source.reader.parse` does, whatever the text is.

    Raises:
        InputError: the text is no valid YAML.
    """
    documents = Documents()
    for attempt in range(MAX_ATTEMPTS):
        builder = _Builder(name, tags, strict)
        try:
            found = builder.documents(iter(_parser(text).get_event, None))
            documents = Documents(found, tagged=builder.tagged)
        except _StopError:
            pass
        except (yaml.YAMLError, UnicodeError) as fault:
            better = without_tabs(text, fault) if attempt < MAX_ATTEMPTS - 1 else None
            if better is not None:
                text = better
                continue
            builder.faults.append(explain(fault, text, name))
        break
    if builder.faults:
        raise error.of(builder.faults)
    return documents


def _parser(text: str) -> Any:
    """Parse with libyaml where PyYAML was built with it, else in Python, ten times slower."""
    try:
        from yaml._yaml import CParser
    except ImportError:
        return yaml.SafeLoader(text)
    return CParser(text)


class _StopError(Exception):
    """Reading cannot go on, and the fault is noted."""


class _Anchor:
    """A node that aliases can name."""

    __slots__ = ("height", "open", "size", "value")

    def __init__(self) -> None:
        self.value: Any = None
        self.height = 0
        self.size = 1
        self.open = True


class _Frame:
    """A collection that is being built; what few collections have is no attribute until one has it."""

    anchor: _Anchor | None = None
    tag: str | None = None
    begun = 0
    height = 1
    merges: list[tuple[Any, Position]] | None = None

    def __init__(self, node: Map | Seq) -> None:
        self.node: Any = node
        self.is_map = node.__class__ is Map
        self.key: Any = _NO_KEY if self.is_map else None


_NO_KEY = object()  # the next node is a key of a mapping
_MERGE_KEY = object()  # the next node is the value of a merge key
_FAULTY_KEY = object()  # the next node is the value of a key that is refused
_FAULTY = object()  # an alias that leads nowhere


class _Builder:
    """Turns the events of one text into trees."""

    def __init__(self, name: str, tags: frozenset[str], strict: bool) -> None:
        self.name = name
        self.tags = tags
        self.strict = strict
        self.faults: list[Diagnostic] = []
        self.anchors: dict[str, _Anchor] = {}
        self.frames = [_Frame(Seq())]  # the documents are the items of a sequence around them
        self.quiet = 0  # how many kept tags enclose the current node; further tags have no effect there
        self.tagged = False  # whether a tag was kept
        self.copied = 0  # events that aliases stand for

    def documents(self, events: Iterator[Any]) -> list[Any]:
        """Build a tree for each document."""
        frames = self.frames
        frame = frames[0]
        name = self.name
        new = tuple.__new__
        keys: dict[str, str] = {}  # the texts that are keys, quoted or not: one text for all uses is quicker to find
        scalars: dict[str, Any] = {}  # what unquoted texts stand for
        for number, event in enumerate(events):
            kind = event.__class__
            mark = None
            if kind is ScalarEvent:
                text = event.value
                if frame.key is _NO_KEY:
                    # Nearly every key is a string without anchor or tag that is there once; all others go the long way.
                    key = keys.get(text)
                    marks = frame.node.marks
                    if key is None or key in marks or event.anchor is not None or event.tag is not None:
                        if key is None and text != "<<" and plain(text) is text:
                            keys[text] = text
                        self._key(frame, event)
                        continue
                    start = event.start_mark
                    marks[key] = new(Position, (name, start.line + 1, start.column + 1))
                    frame.key = key
                    continue
                if event.tag is not None or event.anchor is not None:
                    value = self._scalar(event)
                elif text[:1] not in STARTS or not event.implicit[0]:
                    value = text
                else:
                    value = scalars.get(text, scalars)
                    if value is scalars:
                        value = scalars[text] = plain(text)
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                start = event.start_mark
                mark = new(Position, (name, start.line + 1, start.column + 1))
                frame = _Frame(Map((), mark) if kind is MappingStartEvent else Seq((), mark))
                if event.anchor is not None or event.tag is not None or len(frames) > MAX_DEPTH:
                    self._begin(frame, event, number)
                frames.append(frame)
                continue
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                ended = frames.pop()
                value = ended.node
                mark = value.mark
                if ended.anchor is not None or ended.tag is not None or ended.merges is not None:
                    value = self._end(ended, number)
                frame = frames[-1]
                if frame.height <= ended.height:
                    frame.height = ended.height + 1
            elif kind is AliasEvent:
                value = self._alias(event, frame)
            else:
                continue

            if number + self.copied > MAX_EVENTS:
                self._stop("the document is too large", mark or self._mark(event))
            if not frame.is_map:
                if mark is None:
                    start = event.start_mark
                    mark = new(Position, (name, start.line + 1, start.column + 1))
                frame.node.append(value)
                frame.node.marks.append(mark)
            else:
                key = frame.key
                frame.key = _NO_KEY
                if key.__class__ is str:
                    frame.node[key] = value
                elif key is _MERGE_KEY and frame.merges is not None:
                    frame.merges.append((value, mark or self._mark(event)))
                elif key is _NO_KEY:
                    self._named(frame, value, mark or self._mark(event))
        return list(frames[0].node)

    def _mark(self, event: Any) -> Position:
        start = event.start_mark
        return tuple.__new__(Position, (self.name, start.line + 1, start.column + 1))

    # Keys

    def _key(self, frame: _Frame, event: Any) -> None:
        """Take a scalar as the next key."""
        text = event.value
        bare = event.tag is None and event.implicit[0]
        if (text == "<<" and bare) or event.tag == _MERGE:
            frame.key = _MERGE_KEY
            if frame.merges is not None:
                hint = "give one merge key a list: <<: [*first, *second]"
                self._fault("CF-103", 'mapping key "<<" is there twice', self._mark(event), hint)
            else:
                frame.merges = []
            return
        if event.tag is not None or event.anchor is not None:
            key = self._scalar(event)
            key = key.value if key.__class__ is Tagged else key
        else:
            key = plain(text) if bare else text
        self._named(frame, key, self._mark(event))

    def _named(self, frame: _Frame, key: Any, mark: Position) -> None:
        """Make ``key`` the next key, if it can be one."""
        if key.__class__ is not str:
            frame.key = _FAULTY_KEY
            if key is _FAULTY:
                return
            what = "a mapping" if isinstance(key, Map) else "a list" if isinstance(key, Seq) else text_of(key) or "null"
            self._fault("CF-104", f"non-string key: {what}", mark, "write the key in quotes")
            return
        frame.key = key
        marks = frame.node.marks
        if key in marks:
            message = f'mapping key "{key}" already defined at line {marks[key].line}'
            self._fault("CF-103", message, mark, "keep one of the two")
        else:
            marks[key] = mark

    # Values

    def _scalar(self, event: Any) -> Any:
        """Return the value of a scalar that has a tag, an anchor or both."""
        tag = event.tag
        value: Any = event.value
        if tag is None:
            value = plain(value) if event.implicit[0] else value
        elif tag in self.tags and not self.quiet:
            value = Tagged(tag, value)
            self.tagged = True
        else:
            self._check_tag(tag, event)
            try:
                value = tagged(tag, value)
            except ValueError as wrong:
                self._fault("CF-108", str(wrong), self._mark(event), "correct the value, or leave the tag out")
        if event.anchor is not None:
            anchor = self.anchors[event.anchor] = _Anchor()
            anchor.value = value
            anchor.open = False
        return value

    def _begin(self, frame: _Frame, event: Any, number: int) -> None:
        """Open a mapping or a sequence that is not like most."""
        if len(self.frames) > MAX_DEPTH:
            self._stop(f"nested more than {MAX_DEPTH} levels deep", self._mark(event))
        if event.anchor is not None:
            frame.anchor = self.anchors[event.anchor] = _Anchor()
            frame.begun = number + self.copied
        if event.tag is not None:
            if event.tag in self.tags and not self.quiet:
                frame.tag = event.tag
                self.quiet += 1
            else:
                self._check_tag(event.tag, event)

    def _end(self, frame: _Frame, number: int) -> Any:
        """Close a collection that is not like most and return it, in its tag where that is kept."""
        value = frame.node
        if frame.merges is not None:
            self.frames.append(frame)  # a fault in what is merged stands in the collection still
            frame.key = _MERGE_KEY
            for source, mark in frame.merges:
                self._merge(value, source, mark)
            self.frames.pop()
        if frame.tag is not None:
            self.quiet -= 1
            value = Tagged(frame.tag, value)
            self.tagged = True
        if frame.anchor is not None:
            frame.anchor.value = value
            frame.anchor.height = frame.height
            frame.anchor.size = number + self.copied - frame.begun + 1
            frame.anchor.open = False
        return value

    def _alias(self, event: Any, frame: _Frame) -> Any:
        """Return a copy of what an alias names."""
        anchor = self.anchors.get(event.anchor)
        if anchor is None:
            message = f"unknown anchor '{event.anchor}' referenced"
            self._fault("CF-109", message, self._mark(event), f"define it before, as &{event.anchor}")
            return _FAULTY
        if anchor.open:
            message = f"anchor '{event.anchor}' value contains itself"
            self._fault("CF-109", message, self._mark(event), "an alias cannot stand inside what it names")
            return _FAULTY
        self.copied += anchor.size
        if self.copied > MAX_EVENTS:
            self._stop("the document is too large: its aliases repeat too much", self._mark(event))
        if len(self.frames) + anchor.height > MAX_DEPTH + 1:
            self._stop(f"nested more than {MAX_DEPTH} levels deep", self._mark(event))
        frame.height = max(frame.height, anchor.height + 1)
        return _copy(anchor.value)

    def _merge(self, target: Map, source: Any, mark: Position) -> None:
        """Add the entries of a merge key that the mapping, or an earlier one of the list, does not have."""
        for entry in source if isinstance(source, Seq) else (source,):
            given = entry.value if isinstance(entry, Tagged) else entry
            if given is _FAULTY:
                continue
            if not isinstance(given, Map):
                message = "map merge requires map or sequence of maps as the value"
                self._fault("CF-110", message, mark, "name a mapping: <<: *anchor")
                return
            for key, value in given.items():
                present = target.get(key, _NO_KEY)
                if present is _NO_KEY:
                    target.put(key, value, given.marks.get(key))
                elif isinstance(present, Tagged) and present.merged is None:
                    present.merged = value

    def _check_tag(self, tag: str, event: Any) -> None:
        if self.strict and tag not in _KNOWN_TAGS and tag != "!":
            self._fault("CF-108", f"the tag {tag} is not allowed here", self._mark(event), "leave the tag out")

    # Faults

    def _path(self) -> Path:
        """Return the place of the current entry, or of its mapping where that is at a key."""
        steps: list[Step] = []
        for frame in self.frames[1:]:
            if not frame.is_map:
                steps.append(len(frame.node))
            elif frame.key is _MERGE_KEY:
                steps.append("<<")
            elif frame.key.__class__ is str:
                steps.append(frame.key)
        return tuple(steps)

    def _fault(self, code: str, message: str, mark: Position, hint: str) -> None:
        self.faults.append(Diagnostic(code, Severity.ERROR, message, self._path(), mark, hint))
        if len(self.faults) >= MAX_FAULTS:
            raise _StopError

    def _stop(self, message: str, mark: Position) -> NoReturn:
        hint = "split the file, or use fewer aliases" if "large" in message else "flatten it"
        self.faults.append(Diagnostic("CF-105", Severity.ERROR, message, self._path(), mark, hint))
        raise _StopError


def _copy(value: Any) -> Any:
    """Copy a tree, marks and all."""
    if value.__class__ is Map:
        return Map({key: _copy(item) for key, item in value.items()}, value.mark, dict(value.marks))
    if value.__class__ is Seq:
        return Seq([_copy(item) for item in value], value.mark, value.marks)
    if value.__class__ is Tagged:
        return Tagged(value.tag, _copy(value.value), _copy(value.merged))
    return value
