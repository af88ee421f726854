"""Merge: how a later file, an including file or an extending service changes what was there.

That is the Compose specification's "Merge". ``deepmerge`` walks the two trees; what it does at a place is in one table,
keyed by the word in the ``merge`` column of the table of keys. A value keeps the mark of the file that it comes from.

- *(none)*: mappings are merged by key, lists appended without repeating an equal entry, all else replaced;
- ``replace``: the later value stands alone;
- ``pairs``: ``KEY=VALUE`` by key, from either syntax; ``sequence``: appended, from either syntax;
- ``names`` and ``depends_on``: mappings, of which the list syntax names the keys;
- ``build``: a mapping, for which a string is the ``context``;
- ``logging``: merged only where both name the same driver; ``ulimit``: two mappings are merged, all else is replaced;
- ``ipam``: pools are told apart by ``subnet``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from compose2oam.loader.codes import failure
from compose2oam.loader.keys import find
from compose2oam.loader.unique import keep_last
from compose2oam.loader.values import text
from compose2oam.model.path import Path, render
from compose2oam.source.position import Position
from compose2oam.source.tree import Map, Seq

if TYPE_CHECKING:
    from deepmerge import Merger

Strategy = Callable[["Merger", "list[str]", Any, Any], Any]


def merge(base: Any, later: Any, path: Path = ()) -> Any:
    """Merge ``later`` over ``base``, which is changed, and return the result.

    Args:
        base: a tree, or a part of one.
        later: what takes precedence; its parts may end in the result.
        path: the place of both in the Compose model.

    Raises:
        ComposeError: a mapping and something else meet where neither syntax allows it.
    """
    return _merger().value_strategy([str(step) for step in path], base, later)


@cache
def _merger() -> Merger:
    from deepmerge import Merger as Engine

    class ByPlace(Engine):
        """Looks the strategy of a place up before the types of the two values decide."""

        def value_strategy(self, path: list[str], base: Any, nxt: Any) -> Any:
            place = find(tuple(path))
            if place is not None and place.merge:
                return STRATEGIES[place.merge](self, path, base, nxt)
            return super().value_strategy(path, base, nxt)

    return ByPlace([(dict, [_mapping]), (list, [_append])], [_replace], [_conflict])


def _mapping(merger: Merger, path: list[str], base: Map, later: Map) -> Map:
    for key, value in later.items():
        if key not in base:
            base.put(key, value, later.marks.get(key))
            continue
        old = base[key]
        try:
            base[key] = merged = merger.value_strategy([*path, key], old, value)
        except _MergeError as problem:
            raise failure("CF-306", str(problem), (*path, key), later.marks.get(key) or base.marks.get(key)) from None
        if merged is not old and not (isinstance(merged, (Map, Seq)) and key in base.marks):
            base.put(key, merged, later.marks.get(key))
    return base


def _append(_merger: Merger, _path: list[str], base: Seq, later: Seq) -> Seq:
    known: dict[Any, list[Any]] = {}
    for item in base:
        known.setdefault(_fingerprint(item), []).append(item)
    for item, mark in zip(later, later.marks, strict=True):
        alike = known.setdefault(_fingerprint(item), [])
        if not any(_same(item, other) for other in alike):
            base.put(item, mark)
            alike.append(item)
    return base


def _fingerprint(item: Any) -> Any:
    return (type(item), len(item)) if isinstance(item, (dict, list)) else (type(item), item)


def _same(one: Any, other: Any) -> bool:
    """Compare as Go does: ``1``, ``1.0`` and ``true`` all differ."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_same(value, other[key]) for key, value in one.items())
    if isinstance(one, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return bool(one == other)


def equal(one: Any, other: Any) -> bool:
    """Tell whether two trees are equal as data, types included."""
    return _same(one, other)


class _MergeError(Exception):
    """Two values do not fit together; the mapping that holds them knows where they were written."""


def _replace(_merger: Merger, _path: list[str], _base: Any, later: Any) -> Any:
    return later


def _conflict(_merger: Merger, path: list[str], base: Any, later: Any) -> Any:
    if later is None:
        return base
    if isinstance(base, (Map, Seq)):
        kind = "a mapping" if isinstance(base, Map) else "a list"
        raise _MergeError(f"{render(tuple(path))} is {kind} in an earlier file, and cannot be merged with another kind")
    return later


def _pairs(_merger: Merger, path: list[str], base: Any, later: Any) -> Seq:
    both = _sequence(base)
    for item, mark in _entries(_sequence(later)):
        both.put(item, mark)
    for item, mark in _entries(both):
        if not isinstance(item, str):
            raise failure("CF-401", f"every entry of {render(tuple(path))} must be a string", tuple(path), mark)
    return keep_last(both, lambda item: item.partition("=")[0])


def _sequences(merger: Merger, path: list[str], base: Any, later: Any) -> Seq:
    return _append(merger, path, _sequence(base), _sequence(later))


def _sequence(value: Any) -> Seq:
    """Return either syntax of a list of pairs as a new list: ``{a: 1}`` as ``[a=1]``, a string as its only item."""
    made = Seq(mark=getattr(value, "mark", None))
    if isinstance(value, Map):
        for key in sorted(value):
            mark, child = value.marks.get(key), value[key]
            if child is None:
                made.put(key, mark)
            else:
                for word in child if isinstance(child, Seq) else (child,):
                    made.put(f"{key}={text(word)}", mark)
        made[:], made.marks[:] = _sorted(made)
    elif isinstance(value, Seq):
        for item, mark in _entries(value):
            made.put(item, mark)
    elif isinstance(value, str):
        made.put(value, None)
    return made


def _sorted(made: Seq) -> tuple[list[Any], list[Position | None]]:
    pairs = sorted(_entries(made), key=lambda pair: pair[0])
    return [item for item, _ in pairs], [mark for _, mark in pairs]


def _entries(value: Seq) -> list[tuple[Any, Position | None]]:
    return list(zip(value, value.marks, strict=True))


def _named(entry: Callable[[], Map | None]) -> Strategy:
    """Return the strategy for mappings that may be written as a list of their keys."""

    def strategy(merger: Merger, path: list[str], base: Any, later: Any) -> Any:
        return _mapping(merger, path, _keyed(base, entry, path), _keyed(later, entry, path))

    return strategy


def _keyed(value: Any, entry: Callable[[], Map | None], path: list[str]) -> Map:
    if isinstance(value, Map):
        return value
    made = Map(mark=getattr(value, "mark", None))
    if value is None:
        return made
    if not isinstance(value, (str, Seq)):
        raise _MergeError(f"{render(tuple(path))} must be a list or a mapping")
    for name, mark in _entries(value) if isinstance(value, Seq) else [(value, None)]:
        if not isinstance(name, str):
            raise _MergeError(f"every entry of {render(tuple(path))} must be a string")
        made.put(name, entry(), mark)
    return made


def _build(merger: Merger, path: list[str], base: Any, later: Any) -> Any:
    if not isinstance(base, (str, Map)) or not isinstance(later, (str, Map)):
        raise _MergeError(f"{render(tuple(path))} must be a string or a mapping")
    return _mapping(merger, path, _context(base), _context(later))


def _context(value: str | Map) -> Map:
    return value if isinstance(value, Map) else Map({"context": value})


def _logging(merger: Merger, path: list[str], base: Any, later: Any) -> Any:
    if not isinstance(base, Map) or not isinstance(later, Map):
        raise _MergeError(f"{render(tuple(path))} must be a mapping")
    if base.get("driver") == later.get("driver") or "driver" not in base or "driver" not in later:
        return _mapping(merger, path, base, later)
    return later


def _ulimit(merger: Merger, path: list[str], base: Any, later: Any) -> Any:
    both = isinstance(base, Map) and isinstance(later, Map)
    return _mapping(merger, path, base, later) if both else later


def _ipam(merger: Merger, path: list[str], base: Any, later: Any) -> Any:
    if not isinstance(base, Seq) or not isinstance(later, Seq):
        raise _MergeError(f"{render(tuple(path))} must be a list")
    if any(not isinstance(pool, Map) for pool in (*base, *later)):
        raise _MergeError(f"every pool of {render(tuple(path))} must be a mapping")
    pools = Seq(mark=base.mark)
    for old, old_mark in _entries(base):
        for new, new_mark in _entries(later):
            if new.get("subnet") != old.get("subnet") and _with_subnet(pools, new) is None:
                pools.put(new, new_mark)
                continue
            # An earlier pool is changed in its place, and may take on one subnet after another, as in compose-go.
            merged = _mapping(merger, path, old, new)
            at = _with_subnet(pools, merged)
            if at is None:
                pools.put(merged, old_mark or new_mark)
            else:
                pools[at], pools.marks[at] = merged, old_mark or new_mark
    return pools


def _with_subnet(pools: Seq, pool: Map) -> int | None:
    """Return which pool has the subnet of another one, ``None`` where none has."""
    return next((at for at, known in enumerate(pools) if known.get("subnet") == pool.get("subnet")), None)


def _waiting() -> Map:
    return Map({"condition": "service_started", "required": True})


STRATEGIES: Final[dict[str, Strategy]] = {
    "build": _build,
    "depends_on": _named(_waiting),
    "ipam": _ipam,
    "logging": _logging,
    "names": _named(lambda: None),
    "pairs": _pairs,
    "replace": _replace,
    "sequence": _sequences,
    "ulimit": _ulimit,
}
