"""From a place in the application back to the line of the Compose project that it comes from."""

from __future__ import annotations

import functools
from typing import Any

from compose2oam.model.entry import Entry
from compose2oam.model.path import Path
from compose2oam.rules.tracing import resolve
from compose2oam.rules.translate import Translation
from compose2oam.source.position import Position
from compose2oam.source.tree import locate


class Origins:
    """Finds lines; nothing is worked out before the first is asked for.

    Args:
        tree: the Compose model, with its marks.
        made: what it became.
    """

    def __init__(self, tree: Any, made: Translation) -> None:
        self._tree = tree
        self._made = made

    def __call__(self, path: Path) -> Position | None:
        """Return the nearest line that a place of the application comes from; ``None`` if no line says it."""
        if path[3:4] == ("traits",) and path[5:] == ("type",):
            # The type of a trait is there for what the trait says.
            path = path[:5]
        around = [(len(where), _alike(entry.path, path), entry) for where, entry in self._places if _holds(where, path)]
        if around:
            # Of several lines behind one trait, the one that ends like the place: `...properties.min`.
            return max(around, key=lambda one: one[:2])[2].position
        if path[:2] == ("spec", "components") and len(path) <= 3:
            return self._service(path)
        inside = [entry for where, entry in self._places if len(path) > 2 and _holds(path, where)]
        return inside[0].position if inside else self._service(path)

    @functools.cached_property
    def _places(self) -> list[tuple[Path, Entry]]:
        manifest = self._made.application.to_dict()
        return [
            (where, entry)
            for entry in self._made.entries
            for target in entry.targets
            if (where := resolve(manifest, target)) is not None
        ]

    def _service(self, path: Path) -> Position | None:
        components = self._made.application.components
        index = path[2] if path[:2] == ("spec", "components") and len(path) > 2 else None
        if not isinstance(index, int) or index >= len(components):
            return None
        origin = self._made.origins.get(components[index].name)
        return None if origin is None else locate(self._tree, origin)


def _holds(outer: Path, inner: Path) -> bool:
    return inner[: len(outer)] == outer


def _alike(one: Path, other: Path) -> int:
    """Count the steps at the end that two paths share."""
    count = 0
    for mine, theirs in zip(reversed(one), reversed(other), strict=False):
        if mine != theirs:
            break
        count += 1
    return count
