"""The leaves of a project: the places that a user wrote, each with the places of the model that came of it."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from typing import Any

from compose2oam.model.path import Path
from compose2oam.rules.patterns import Patterns, Reached
from compose2oam.source.position import Position
from compose2oam.source.tree import Map, Seq


class Leaf:
    """A place that a user wrote.

    Attributes:
        path: the place.
        position: where it was written.
        paths: the places of the model that came of it.
        reached: for each of them, which rules read it.
        value: what stands at the first of them.
    """

    __slots__ = ("path", "paths", "position", "reached", "value")

    def __init__(self, path: Path, position: Position, reached: Reached, value: Any) -> None:
        self.path = path
        self.position = position
        self.paths = [path]
        self.reached = [reached]
        self.value = value

    def add(self, path: Path, reached: Reached) -> None:
        """Take in one more place of the model that came of it."""
        self.paths.append(path)
        self.reached.append(reached)
        # What a link implies (a dependency) has its mark too, and only the entity in common with it.
        shared = self.path
        while path[: len(shared)] != shared:
            shared = shared[:-1]
        if len(shared) > 2:
            self.path = shared

    @property
    def says_nothing(self) -> bool:
        """Whether it has no value, so that nothing can be lost with it."""
        return self.value is None or self.value == [] or self.value == {}


_UNREAD = Patterns().start


def leaves_in(place: Path, entity: Map, start: Reached = _UNREAD, skip: Container[str] = ()) -> list[Leaf]:
    """Return the leaves of an entity: one for each place of the text that it came from, in the order of the model.

    Args:
        place: the path of the entity.
        entity: its tree.
        start: what rules read it.
        skip: keys to leave out.
    """
    found: dict[Position, Leaf] = {}
    if skip:
        entity = Map({key: value for key, value in entity.items() if key not in skip}, marks=entity.marks)
    _collect(entity, place, start, found)
    return list(found.values())


def leaves_at(path: Path, value: Any, mark: Position) -> list[Leaf]:
    """Return the leaves of one entry: itself, where none of its parts was written for itself."""
    found: dict[Position, Leaf] = {}
    if isinstance(value, (Map, Seq)):
        _collect(value, path, _UNREAD, found)
    _close(value, path, mark, _UNREAD, found, bool(found))
    return list(found.values())


def _collect(node: Map | Seq, path: Path, reached: Reached, found: dict[Position, Leaf]) -> None:
    below = reached.below
    # By keys, or by indexes.
    entries: Iterable[tuple[Any, Any]] = node.items() if isinstance(node, Map) else enumerate(node)
    mark_of: Callable[[Any], Position | None] = node.marks.get if isinstance(node, Map) else node.marks.__getitem__
    for key, value in entries:
        mark = mark_of(key)
        kind = value.__class__
        if kind is Map or kind is Seq:
            here, step, before = (*path, key), below[key], len(found)
            _collect(value, here, step, found)
            # Most have parts, and none of these was written at the place of the whole.
            if mark is not None and (mark in found or len(found) == before):
                _close(value, here, mark, step, found, len(found) > before)
        elif mark is not None:
            known = found.get(mark)
            if known is None:
                found[mark] = Leaf((*path, key), mark, below[key], value)
            else:
                known.add((*path, key), below[key])


def _close(
    value: Any, path: Path, mark: Position, reached: Reached, found: dict[Position, Leaf], has_parts: bool
) -> None:
    """Settle what an entry is, after its parts."""
    known = found.get(mark)
    if known is not None and known.path[: len(path)] == path:
        # What a short form stands for is below the key, or the item, that people wrote.
        known.path = path
    # A container whose parts no user wrote (the words of a command in one line) is a leaf itself.
    if not has_parts and not _has_marks(value):
        if known is None:
            found[mark] = Leaf(path, mark, reached, value)
        else:
            known.add(path, reached)


def _has_marks(node: Any) -> bool:
    marks = node.marks.values() if isinstance(node, Map) else node.marks if isinstance(node, Seq) else ()
    return any(mark is not None for mark in marks)
