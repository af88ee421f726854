"""The leaves of a project: the places that a user wrote, each with the places of the model that came of it."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from compose2oam.model.dataclass import dataclass
from compose2oam.model.path import Path
from compose2oam.rules.patterns import Patterns, Reached
from compose2oam.source.position import Position
from compose2oam.source.tree import Map, Seq


@dataclass(slots=True)
class Leaf:
    """A place that a user wrote.

    Attributes:
        path: the place.
        position: where it was written.
        paths: the places of the model that came of it.
        reached: for each of them, which rules read it.
        value: what stands at the first of them.
    """

    path: Path
    position: Position
    paths: list[Path]
    reached: list[Reached]
    value: Any

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
    _collect(entity, place, start, found, skip)
    return list(found.values())


def leaves_at(path: Path, value: Any, mark: Position) -> list[Leaf]:
    """Return the leaves of one entry: itself, where none of its parts was written for itself."""
    found: dict[Position, Leaf] = {}
    if isinstance(value, (Map, Seq)):
        _container(value, path, mark, _UNREAD, found)
    else:
        _add(value, path, mark, _UNREAD, found)
    return list(found.values())


def _collect(
    node: Map | Seq, path: Path, reached: Reached, found: dict[Position, Leaf], skip: Container[str] = ()
) -> None:
    if isinstance(node, Map):
        mark_of, step_to = node.marks.get, reached.step
        for key, value in node.items():
            if key in skip:
                continue
            if isinstance(value, (Map, Seq)):
                _container(value, (*path, key), mark_of(key), step_to(key), found)
            elif (mark := mark_of(key)) is not None:
                _add(value, (*path, key), mark, step_to(key), found)
        return
    item = reached.step(0)
    for index, value in enumerate(node):
        mark = node.marks[index]
        if isinstance(value, (Map, Seq)):
            _container(value, (*path, index), mark, item, found)
        elif mark is not None:
            _add(value, (*path, index), mark, item, found)


def _container(
    value: Map | Seq, path: Path, mark: Position | None, reached: Reached, found: dict[Position, Leaf]
) -> None:
    before = len(found)
    _collect(value, path, reached, found)
    if mark is None:
        return
    short = found.get(mark)
    if short is not None and short.path[: len(path)] == path:
        # What a short form stands for is below the key, or the item, that people wrote.
        short.path = path
    # A container whose parts no user wrote (the words of a command in one line) is a leaf itself.
    if len(found) == before and not _has_marks(value):
        _add(value, path, mark, reached, found)


def _add(value: Any, path: Path, mark: Position, reached: Reached, found: dict[Position, Leaf]) -> None:
    known = found.get(mark)
    if known is None:
        found[mark] = Leaf(path, mark, [path], [reached], value)
        return
    known.paths.append(path)
    known.reached.append(reached)
    # What a link implies (a dependency) has its mark too, and only the entity in common with it.
    shared = _common(known.path, path)
    if len(shared) > 2:
        known.path = shared


def _has_marks(node: Map | Seq) -> bool:
    marks = node.marks.values() if isinstance(node, Map) else node.marks
    return any(mark is not None for mark in marks)


def _common(one: Path, other: Path) -> Path:
    length = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        length += 1
    return one[:length]
