"""What a condition cannot do without: most rules are for keys that few services have, and need not be asked there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from compose2oam.rules.closures import Unsupported, condition, keys_of

Place: TypeAlias = tuple[str, ...]
Needs: TypeAlias = tuple[frozenset[Place], ...]

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
    "literal",
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


def _places(node: Mapping[str, Any]) -> frozenset[Place] | None:
    """Return the places that decide an expression, ``None`` if more than places that can be empty decides it."""
    keys = keys_of(node)
    if keys is not None:
        if keys[0] not in _ALWAYS_THERE:
            return frozenset([tuple(keys[:2])])
        return frozenset([tuple(keys[:3])]) if len(keys) > 2 and keys[1] in FACTS else None
    if node["type"] in _LEFT_ALONE:
        return _places(node["children"][0])
    if node["type"] not in _ALL_PARTS:
        return None
    found: set[Place] = set()
    for child in node["children"]:
        places = _places(child)
        if places is None:
            return None
        found |= places
    return frozenset(found)


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
