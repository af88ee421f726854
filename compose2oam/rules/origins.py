"""From a place in the application back to the line of the Compose project that it comes from."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from compose2oam.model.entry import Entry
from compose2oam.model.oam import KIND
from compose2oam.model.path import Path
from compose2oam.rules.places import Places
from compose2oam.rules.translate import Translation
from compose2oam.rules.written import Manifest
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

    def of(self, index: int) -> Callable[[Path], Position | None]:
        """Return what finds the lines of one document."""
        return lambda path: self._nearest(index, path)

    def __call__(self, path: Path) -> Position | None:
        """Return the nearest line that a place of the application comes from; ``None`` if no line says it."""
        return self._nearest(len(self._documents) - 1, path)

    def _nearest(self, index: int, path: Path) -> Position | None:
        if path[3:4] == ("traits",) and path[5:] == ("type",):
            # The type of a trait is there for what the trait says.
            path = path[:5]
        place: Path = (index, *path)
        for length in range(len(place), 0, -1):
            if place[:length] in self._places:
                # Of several lines behind one trait, the one that ends like the place: `...properties.min`.
                return max(self._places[place[:length]], key=lambda entry: _alike(entry.path, path)).position
        if path[:2] == ("spec", "components") and len(path) <= 3:
            return self._service(index, path)
        inside = self._inside.get(place) if len(path) > 2 else None
        return inside.position if inside else self._service(index, path)

    @functools.cached_property
    def _documents(self) -> tuple[Manifest, ...]:
        return self._made.written.documents

    @functools.cached_property
    def _places(self) -> dict[Path, list[Entry]]:
        """What came to each place; a place begins with the index of its document."""
        places = Places(self._documents)
        found: dict[Path, list[Entry]] = {}
        for entry in self._made.entries:
            for target in entry.targets:
                where = places.find(target)
                if where is not None:
                    found.setdefault(where, []).append(entry)
        return found

    @functools.cached_property
    def _inside(self) -> dict[Path, Entry]:
        """The first of what came to a place inside of each place."""
        found: dict[Path, Entry] = {}
        for place, entries in self._places.items():
            for length in range(1, len(place)):
                found.setdefault(place[:length], entries[0])
        return found

    def _service(self, index: int, path: Path) -> Position | None:
        """Return the line of the service that a component is made for."""
        document = self._documents[index]
        name = (document.get("metadata") or {}).get("name")
        if path[:2] == ("spec", "components") and len(path) > 2:
            components = document["spec"]["components"]
            place = path[2]
            if not isinstance(place, int) or place >= len(components):
                return None
            name = components[place].get("name", components[place].get("componentName"))
        elif document["kind"] == KIND:
            return None
        origin = self._made.origins.get(str(name))
        return None if origin is None else locate(self._tree, origin)


def _alike(one: Path, other: Path) -> int:
    """Count the steps at the end that two paths share."""
    count = 0
    for mine, theirs in zip(reversed(one), reversed(other), strict=False):
        if mine != theirs:
            break
        count += 1
    return count
