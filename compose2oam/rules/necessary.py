"""What conditions and templates ask for, and what a condition cannot do without.

Most rules are for keys that few services have, and need not be asked there; and many services say the same at the keys
that a rule asks for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from compose2oam.model.workload import FIELDS, LIST
from compose2oam.rules.closures import Unsupported, condition, keys_of

Place: TypeAlias = tuple[str, ...]
Needs: TypeAlias = tuple[frozenset[Place], ...]
Asked: TypeAlias = frozenset[Place]

FACTS = ("hints", "extension")
"""The facts of which it is known which keys they have; others are values that a service always has."""
_ALWAYS_THERE = ("facts", "settings", "model")
# Of these, all that is asked of the document stands in the first part; the others are asked of what that finds.
_LEFT_ALONE = (
    "filter_projection",
    "flatten",
    "index_expression",
    "pipe",
    "projection",
    "subexpression",
    "value_projection",
)
_ALL_PARTS = (
    "and_expression",
    "comparator",
    "function_expression",
    "key_val_pair",
    "literal",
    "multi_select_dict",
    "multi_select_list",
    "not_expression",
    "or_expression",
)


def necessary(node: Mapping[str, Any]) -> Needs:
    """Return groups of places: where nothing is at any place of a group, the condition does not hold.

    A place is a key of the service, a key and one below it, or ``("facts", "hints", key)``.

    Args:
        node: the condition, as a parsed expression.
    """
    groups = []
    for part in _parts(node):
        places = _places(part)
        if places and not _holds_of_nothing(part):
            groups.append(places)
        if has_calls(part):
            # A function can fail, and that must not hang on what is asked after it.
            break
    return tuple(groups)


def _parts(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield what must hold all together, in order."""
    if node["type"] != "and_expression":
        yield node
        return
    for child in node["children"]:
        yield from _parts(child)


def asked(node: Mapping[str, Any]) -> Asked | None:
    """Return all that decides an expression: ``(key,)``, ``("facts", name)`` and ``("model", field)``.

    What is the same for all entities of a conversion (the settings) is left out. It is ``None`` if more decides it, or
    a field of the model to which rules append, which no two services have in common.
    """
    found = _paths(node)
    return None if found is None else joined(map(_asked_by, found))


def joined(several: Iterable[Asked | None]) -> Asked | None:
    """Return all that decides several things together, ``None`` if more decides one of them."""
    found: Asked = frozenset()
    for one in several:
        if one is None:
            return None
        found |= one
    return found


def _asked_by(keys: Place) -> Asked | None:
    if keys[0] not in _ALWAYS_THERE:
        return frozenset([keys[:1]])
    if keys[0] == "settings":
        return frozenset()
    if len(keys) == 1 or keys[:2] == ("facts", "project") or _is_of_lists(keys):
        return None
    return frozenset([keys[:2]])


def _is_of_lists(keys: Place) -> bool:
    return keys[0] == "model" and (keys[1] not in FIELDS or FIELDS[keys[1]].shape == LIST)


def _places(node: Mapping[str, Any]) -> frozenset[Place] | None:
    """Return the places that decide an expression, ``None`` if more than places that can be empty decides it."""
    found = _paths(node)
    return None if found is None else joined(map(_can_be_empty, found))


def _can_be_empty(keys: Place) -> Asked | None:
    if keys[0] not in _ALWAYS_THERE:
        return frozenset([keys[:2]])
    return frozenset([keys[:3]]) if len(keys) > 2 and keys[1] in FACTS else None


def _paths(node: Mapping[str, Any]) -> set[Place] | None:
    """Return the paths that an expression asks its document for, ``None`` if it may ask for all of it."""
    keys = keys_of(node)
    if keys is not None:
        return {tuple(keys)}
    if node["type"] in _LEFT_ALONE:
        return _paths(node["children"][0])
    if node["type"] not in _ALL_PARTS:
        return None
    found: set[Place] = set()
    for child in node["children"]:
        below = _paths(child)
        if below is None:
            return None
        found |= below
    return found


def _holds_of_nothing(node: Mapping[str, Any]) -> bool:
    try:
        return condition(node)({})
    except Unsupported:
        # The interpreter would have to say; it is asked each time, then.
        return True


def has_calls(node: Mapping[str, Any]) -> bool:
    """Whether an expression calls a function of JMESPath, which can fail."""
    # The children of a slice are numbers.
    children = (child for child in node["children"] if isinstance(child, Mapping))
    return node["type"] == "function_expression" or any(map(has_calls, children))
