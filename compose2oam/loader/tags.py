"""``!reset`` and ``!override``: a file takes away what earlier files said (Compose specification, "Merge").

Both tags are taken off a document when it was read. What they name is removed from the earlier files, and from an
included or extended service, before those are merged with the document.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from compose2oam.loader.scope import Scope
from compose2oam.loader.trees import drop
from compose2oam.model.path import Path
from compose2oam.source.tree import Map, Seq, Tagged

# What becomes of such a line itself: its code, and the same for people.
_RESET = ("CF-308", "it takes away what earlier files say")
#: The key that stands for another one (see :mod:`compose2oam.loader.aliases`) and has no list around it.
_ALIASES = {"x-develop": "develop"}


def take_off(document: Map, scope: Scope) -> frozenset[Path]:
    """Remove the tags from a document, in place, and return the places that they name."""
    found: set[Path] = set()
    _take_off(document, (), found, scope)
    return frozenset(found | {tuple(_ALIASES.get(str(step), step) for step in path) for path in found})


def _take_off(value: Any, path: Path, found: set[Path], scope: Scope) -> None:
    if isinstance(value, Map):
        for key, child in list(value.items()):
            kind = child.__class__
            if kind is Map or kind is Seq:
                _take_off(child, (*path, key), found, scope)
            elif kind is Tagged:
                found.add((*path, key))
                if child.tag == "!reset":
                    value[key] = child.merged
                    if child.merged is None:
                        scope.take_out(value, key, path, *_RESET)
                else:
                    value[key] = _untagged(child.value)
    elif isinstance(value, Seq):
        if not any(isinstance(child, (Map, Seq, Tagged)) for child in value):
            return
        kept = [index for index, child in enumerate(value) if not (isinstance(child, Tagged) and child.tag == "!reset")]
        if len(kept) < len(value):
            for index in sorted(set(range(len(value))).difference(kept)):
                scope.remember((*path, index), value.marks[index], None, *_RESET)
            value[:], value.marks[:] = [value[index] for index in kept], [value.marks[index] for index in kept]
        for index, child in enumerate(value):
            value[index] = _untagged(child.value) if isinstance(child, Tagged) else child
            _take_off(value[index], (*path, index), found, scope)


def _untagged(value: Any) -> Any:
    """Return a value without the tags inside it; within ``!override`` they mean nothing."""
    if isinstance(value, Tagged):
        return _untagged(value.value)
    if isinstance(value, Map):
        for key, child in value.items():
            value[key] = _untagged(child)
    elif isinstance(value, Seq):
        for index, child in enumerate(value):
            value[index] = _untagged(child)
    return value


def remove(tree: Map, places: Collection[Path], path: Path = ()) -> None:
    """Remove from a tree, in place, the entries of mappings that ``places`` names.

    Args:
        tree: what is changed.
        places: paths of entries.
        path: where the tree stands.
    """
    for place in places:
        container: Any = tree
        if place[: len(path)] != path or len(place) == len(path):
            continue
        *way, last = place[len(path) :]
        for step in way:
            container = container.get(str(step)) if isinstance(container, Map) else None
        if isinstance(container, Map) and isinstance(last, str):
            drop(container, last)
