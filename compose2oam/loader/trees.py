"""Small helpers for trees with marks."""

from __future__ import annotations

from typing import Any

from compose2oam.source.tree import Map, Seq


def clone(value: Any) -> Any:
    """Copy a tree; marks are kept, scalars are shared."""
    if isinstance(value, Map):
        return Map(((key, clone(child)) for key, child in value.items()), value.mark, dict(value.marks))
    if isinstance(value, Seq):
        return Seq((clone(child) for child in value), value.mark, value.marks)
    return value


def copied(tree: Map) -> Map:
    """Copy a mapping and all below it."""
    return Map(((key, clone(child)) for key, child in tree.items()), tree.mark, dict(tree.marks))


def section(tree: Map, name: str) -> Map:
    """Return a section of a file, or an empty one where it is missing or no mapping."""
    found = tree.get(name)
    return found if isinstance(found, Map) else Map()


def drop(container: Map, key: str) -> None:
    """Remove an entry and its mark, if it is there."""
    container.pop(key, None)
    container.marks.pop(key, None)
