"""Trees in which the items of lists have names, and the topmost places at which two of them differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from compose2oam.model.dataclass import dataclass
from compose2oam.model.path import Path

#: Stands for what is not there.
ABSENT: Any = type("Absent", (), {"__repr__": lambda self: "ABSENT"})()
# Lists that are one value; of all others the items are added and removed.
_WHOLE = frozenset({"command", "entrypoint", "test"})
# Mappings of a service whose entries are told one by one, also where the whole of it is new.
_PARTS = frozenset({"environment", "labels", "depends_on", "deploy", "resources", "limits", "reservations"})
# The same of an application.
_LISTS = frozenset({"traits", "policies"})


@dataclass(frozen=True, eq=False, slots=True)
class Leaf:
    """The topmost place at which two trees differ."""

    path: Path
    before: Any
    after: Any


class Keyed(dict[str, Any]):
    """A list whose items have names."""


def keyed(value: Any) -> Any:
    """Return a tree with lists of items that have names as mappings, so that an item keeps its place."""
    if isinstance(value, Mapping):
        return {str(key): keyed(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        names = [name_of(item) for item in value]
        if names and all(names) and len(set(names)) == len(names):
            return Keyed({name: keyed(item) for name, item in zip(names, value, strict=True)})
        return list(value)
    return value


def unkeyed(value: Any) -> Any:
    """Return the tree that :func:`keyed` made another of."""
    if isinstance(value, Keyed):
        return [unkeyed(item) for item in value.values()]
    if isinstance(value, dict):
        return {key: unkeyed(item) for key, item in value.items()}
    return value


def name_of(item: Any) -> str:
    """Return what an item of a list is called: its name, as a trait its type, as an object kind and name."""
    if not isinstance(item, Mapping):
        return ""
    metadata = item.get("metadata")
    if isinstance(metadata, Mapping) and "kind" in item:
        return f"{item['kind']} {metadata.get('name')}"
    for key in ("name", "componentName", "type", "target", "source"):
        if isinstance(item.get(key), str):
            return str(item[key])
    return ""


def leaves(before: Any, after: Any, path: Path = (), *, items: bool = False) -> Iterator[Leaf]:
    """Go through the topmost differences of two trees; with ``items`` into lists, and what only one has, too."""
    if _is_told_in_parts(before, after, path, items):
        # A service that says nothing of `deploy` says nothing of `deploy.replicas`.
        before = type(after)() if before is ABSENT else before
        after = type(before)() if after is ABSENT else after
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys((*before, *after)):
            yield from leaves(before.get(key, ABSENT), after.get(key, ABSENT), (*path, key), items=items)
    elif items and isinstance(before, list) and isinstance(after, list) and path[-1] not in _WHOLE:
        yield from _items(before, after, path)
    elif before is ABSENT or after is ABSENT or before != after:
        yield Leaf(path, before, after)


def _is_told_in_parts(before: Any, after: Any, path: Path, items: bool) -> bool:
    """Whether what only one tree has is told entry by entry."""
    there = after if before is ABSENT else before
    if items:
        return isinstance(there, dict) and bool(path[2:]) and path[-1] in _PARTS
    return isinstance(there, Keyed) and bool(path) and path[-1] in _LISTS


def _items(before: list[Any], after: list[Any], path: Path) -> Iterator[Leaf]:
    """Go through the items that one of two lists has and the other has not; in another order they are other lists."""
    gone = [item for item in before if item not in after]
    come = [item for item in after if item not in before]
    if (gone or come) and all(isinstance(item, (str, int)) for item in (*gone, *come)):
        if len(gone) == len(come) == 1:
            yield Leaf(path, gone[0], come[0])
            return
        yield from (Leaf(path, item, ABSENT) for item in gone)
        yield from (Leaf(path, ABSENT, item) for item in come)
    elif before != after:
        yield Leaf(path, before, after)


def with_value(tree: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    """Return a tree with another value at a place."""
    key, *below = path
    made = type(tree)(tree)
    if below:
        made[str(key)] = with_value(tree.get(str(key), Keyed() if key in _LISTS else {}), tuple(below), value)
    elif value is ABSENT:
        made.pop(str(key), None)
    else:
        made[str(key)] = value
    return made
