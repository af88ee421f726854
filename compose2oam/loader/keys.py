"""The places of the Compose model: one record says all that is known about a key.

Validation, long forms, merge, uniqueness, defaults, paths and types are walks over the same tree of places, which
:mod:`compose2oam.loader.keytable` makes, so a key is described once. Where a key has several syntaxes, each has its own
YAML kind (a string, a list, a mapping), so that no place needs alternatives beyond its set of kinds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, Final, Literal

from compose2oam.model.dataclass import dataclass, field
from compose2oam.model.path import Path, Step
from compose2oam.model.regex import regex
from compose2oam.source.tree import Map, Seq

Aspect = Literal["merge", "unique", "long", "default", "path", "type", "check"]
ASPECTS: Final[tuple[Aspect, ...]] = ("merge", "unique", "long", "default", "path", "type", "check")

#: What a name of a service, network, volume... may look like (Compose specification, JSON schema).
NAME: Final = regex(r"[a-zA-Z0-9._-]+")
ANYTHING: Final = frozenset({"string", "integer", "number", "boolean", "null", "list", "mapping"})


@dataclass(slots=True, eq=False)
class Place:
    """What a key, an item of a list or an entry of a mapping may be, and what the loader does with it.

    Attributes:
        kinds: the YAML kinds allowed: ``string integer number boolean null list mapping``.
        keys: the known keys of a mapping.
        each: what every other entry of a mapping is, ``None`` where unknown keys are refused.
        names: what the keys of ``each`` must match in full; ``None`` for any.
        free: whether keys that do not match ``names`` are accepted as they are.
        extensible: whether ``x-`` keys are allowed in the mapping.
        required: the keys that a mapping must have.
        one_of: keys of which a mapping must have at least one.
        item: what the items of a list are.
        distinct: whether the items of a list must differ.
        enum: the strings allowed.
        pattern: what a string must contain.
        least: the smallest number allowed.
        most: the largest number allowed.
        deprecated: what to use in place of a deprecated key, ``""`` for a key that is not.
        merge: how two values are merged (:mod:`compose2oam.loader.merge`).
        unique: what tells the items of a list apart (:mod:`compose2oam.loader.unique`).
        long: how a short form becomes the long one (:mod:`compose2oam.loader.longform`).
        default: which defaults a mapping gets (:mod:`compose2oam.loader.defaults`).
        path: how a relative path is resolved (:mod:`compose2oam.loader.paths`).
        type: what the value becomes in the end (:mod:`compose2oam.loader.types`).
        check: which rule between the keys of a mapping holds (:mod:`compose2oam.loader.invariants`).
        below: the aspects that this place, or a place below it, has; a walk stops where its aspect is not in here.
        takes_any_text: whether any string is valid.
    """

    kinds: frozenset[str]
    keys: Mapping[str, Place] = field(default_factory=dict)
    each: Place | None = None
    names: re.Pattern[str] | None = None
    free: bool = False
    extensible: bool = False
    required: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()
    item: Place | None = None
    distinct: bool = False
    enum: tuple[str, ...] = ()
    pattern: re.Pattern[str] | None = None
    least: float | None = None
    most: float | None = None
    deprecated: str = ""
    merge: str = ""
    unique: str = ""
    long: str = ""
    default: str = ""
    path: str = ""
    type: str = ""
    check: str = ""
    below: frozenset[str] = frozenset()
    takes_any_text: bool = False

    def entry(self, key: str) -> Place | None:
        """Return the place of a key in a mapping, ``None`` where nothing is known of it."""
        found = self.keys.get(key)
        if found is None and not (self.extensible and key.startswith("x-")):
            return self.each
        return found

    def but(self, **changes: Any) -> Place:
        """Return a copy with other attributes."""
        same = {name: getattr(self, name) for name in _ATTRIBUTES}
        return _place(same | changes)


_ATTRIBUTES: Final = tuple(name for name in Place.__slots__ if name not in ("below", "takes_any_text"))


def place(kinds: str, **attributes: Any) -> Place:
    """Make a place from its kinds, written ``"string|list"``."""
    attributes["kinds"] = frozenset(kinds.split("|"))
    return _place(attributes)


def _place(attributes: dict[str, Any]) -> Place:
    below = {aspect for aspect in ASPECTS if attributes.get(aspect)}
    for child in attributes.get("keys", {}).values():
        below |= child.below
    for child in (attributes.get("each"), attributes.get("item")):
        if child is not None:
            below |= child.below
    any_text = "string" in attributes["kinds"] and not attributes.get("enum") and attributes.get("pattern") is None
    return Place(**attributes, below=frozenset(below), takes_any_text=any_text)


@cache
def root() -> Place:
    """Return the place of a whole Compose file."""
    from compose2oam.loader.keytable import compose_file

    return compose_file()


def find(path: Path) -> Place | None:
    """Return the place of a path, ``None`` for one that the Compose specification does not know."""
    here: Place | None = root()
    for step in path:
        if here is None:
            return None
        here = here.item if isinstance(step, int) else here.entry(step)
    return here


def patterns(start: Place | None = None, prefix: str = "") -> Iterator[tuple[str, Place]]:
    """Yield every place with its pattern, as in ``services.*.ports[].target``."""
    here = root() if start is None else start
    for key, child in here.keys.items():
        yield from patterns(child, f"{prefix}.{key}" if prefix else key)
    if here.each is not None:
        yield from patterns(here.each, f"{prefix}.*")
    if here.item is not None:
        yield from patterns(here.item, f"{prefix}[]")
    if prefix:
        yield prefix, here


Act = Callable[[Any, Any, Place, Path], None]
"""What is done with a value: it gets the collection that holds it, its key or index there, its place, and the path of
the collection. It may put something else in its place."""

#: The values that a type leaves as they are, by its word; most are, so that they are not even looked at.
_SETTLED: Final[dict[str, type]] = {"string": str, "bool": bool, "int": int}


def walk(tree: Map, aspect: Aspect, act: Act) -> None:
    """Act on every value of a Compose file whose place has an aspect, in the order of the text.

    What is within such a value counts for long forms only, where it is looked at after the value became a long form.
    """
    _walk(tree, root(), aspect, act, ())


def _walk(value: Any, here: Place, aspect: Aspect, act: Act, path: Path) -> None:
    ways, other = _ways(here, aspect, value.__class__)
    for step, child in value.items() if value.__class__ is Map else enumerate(value):
        way = ways.get(step, other)
        if way is None:
            continue
        known, acts, settled, goes_on = way
        if acts and child.__class__ is not settled:
            act(value, step, known, path)
            child = value[step]
        if goes_on and (child.__class__ is Map or child.__class__ is Seq):
            _walk(child, known, aspect, act, (*path, step))


_Way = tuple[Place, bool, "type | None", bool]
"""A place to go to, whether to act on what is there, the type of values to which nothing is done, whether to go on."""


@cache
def _ways(here: Place, aspect: Aspect, kind: type) -> tuple[dict[Step, _Way | None], _Way | None]:
    """Return where a walk goes from a collection: by key, and for any other entry."""
    if kind is Seq:
        return {}, _way(here.item, aspect)
    return {key: _way(known, aspect) for key, known in here.keys.items()}, _way(here.each, aspect)


def _way(known: Place | None, aspect: Aspect) -> _Way | None:
    if known is None or aspect not in known.below:
        return None
    acts = bool(getattr(known, aspect))
    inner = (*known.keys.values(), known.each, known.item)
    goes_on = any(place is not None and aspect in place.below for place in inner)
    settled = _SETTLED.get(known.type) if aspect == "type" else None
    return known, acts, settled, goes_on and (not acts or aspect == "long")
