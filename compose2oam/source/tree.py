"""The plain tree that YAML text becomes: ``dict`` and ``list`` that remember where their entries were written.

A scalar cannot remember anything, so its container does. An entry without a mark was not written by a user: the loader
put it there (a default, an implied network). Everything that reports a place, and the ledger of what became of each
line, rests on that.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from compose2oam.model.path import Path
from compose2oam.source.position import Position


class Map(dict[str, Any]):
    """A mapping with string keys.

    Attributes:
        mark: where the mapping itself begins, ``None`` if no user wrote it.
        marks: for each key that a user wrote, where (the key's own position).
    """

    __slots__ = ("mark", "marks")

    def __init__(self, items: Any = (), mark: Position | None = None, marks: dict[str, Position] | None = None) -> None:
        if items:
            super().__init__(items)
        self.mark = mark
        self.marks: dict[str, Position] = {} if marks is None else marks

    def put(self, key: str, value: Any, mark: Position | None) -> None:
        """Set an entry together with its mark; a mark of ``None`` says that no user wrote it."""
        self[key] = value
        if mark is None:
            self.marks.pop(key, None)
        else:
            self.marks[key] = mark

    def copied(self) -> Map:
        """Return another mapping of the same entries and marks."""
        return Map(self, self.mark, dict(self.marks))


class Seq(list[Any]):
    """A sequence.

    Attributes:
        mark: where the sequence itself begins, ``None`` if no user wrote it.
        marks: one per item, ``None`` for an item that no user wrote; always as long as the sequence.
    """

    __slots__ = ("mark", "marks")

    def __init__(
        self, items: Iterable[Any] = (), mark: Position | None = None, marks: Iterable[Position | None] | None = None
    ) -> None:
        if items:
            super().__init__(items)
        self.mark = mark
        self.marks: list[Position | None] = [None] * len(self) if marks is None else list(marks)

    def put(self, value: Any, mark: Position | None) -> None:
        """Append an item together with its mark."""
        self.append(value)
        self.marks.append(mark)


class Tagged:
    """A value that its author gave a tag which the reader was asked to keep, such as ``!reset``.

    Attributes:
        tag: the tag as written.
        value: what is tagged; its own inner tags have no effect. A tagged plain scalar is a string.
        merged: what the merge key ``<<`` of the same mapping holds for this entry, ``None`` if nothing.
    """

    __slots__ = ("merged", "tag", "value")

    def __init__(self, tag: str, value: Any, merged: Any = None) -> None:
        self.tag = tag
        self.value = value
        self.merged = merged

    def __repr__(self) -> str:
        return f"Tagged({self.tag!r}, {self.value!r})"


class Documents(list[Any]):
    """The documents of one text.

    Attributes:
        tagged: whether a :class:`Tagged` node is in any of them.
    """

    __slots__ = ("tagged",)

    def __init__(self, documents: Iterable[Any] = (), *, tagged: bool = False) -> None:
        super().__init__(documents)
        self.tagged = tagged


def mark_of(container: Any, key: str | int) -> Position | None:
    """Return where the entry ``key`` of a container was written, ``None`` if no user wrote it."""
    if isinstance(container, Map):
        return container.marks.get(str(key))
    if isinstance(container, Seq) and isinstance(key, int) and 0 <= key < len(container.marks):
        return container.marks[key]
    return None


def locate(tree: Any, path: Path) -> Position | None:
    """Return the position of ``path`` in ``tree``, or of its nearest ancestor that a user wrote."""
    best: Position | None = getattr(tree, "mark", None)
    node = tree
    for step in path:
        best = mark_of(node, step) or best
        try:
            node = node[step]
        except (KeyError, IndexError, TypeError):
            break
    return best


def plain(node: Any) -> Any:
    """Copy a tree into ordinary ``dict`` and ``list``."""
    if isinstance(node, dict):
        return {key: plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [plain(item) for item in node]
    return node
