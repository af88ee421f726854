"""JMESPath without the interpreter: the parsed expression as nested functions, where that is all it takes.

Conditions of rules are asked for every service, and almost all of them are paths, comparisons and logic. What is not
here (functions, projections of values) stays with the ``jmespath`` package; a test holds the two to one answer.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

Closure = Callable[[Any], Any]
Node = Mapping[str, Any]


class Unsupported(Exception):
    """The expression needs the interpreter."""


def closure(node: Node) -> Closure:
    """Return the function for a node of a parsed expression.

    Raises:
        Unsupported: if it, or a part of it, is not one of the kinds that are compiled here.
    """
    maker = _MAKERS.get(node["type"])
    if maker is None:
        raise Unsupported(node["type"])
    return maker(node)


def is_false(value: Any) -> bool:
    """Whether JMESPath takes a value for false: null, false, and empty texts, lists and mappings; never a number."""
    return value is None or value is False or (isinstance(value, (str, list, dict)) and not value)


def _field(node: Node) -> Closure:
    name = node["value"]
    return lambda value: value.get(name) if isinstance(value, dict) else None


def _chain(node: Node) -> Closure:
    steps = [closure(child) for child in node["children"]]

    def walk(value: Any) -> Any:
        for step in steps:
            value = step(value)
        return value

    return walk


def _literal(node: Node) -> Closure:
    literal = node["value"]
    return lambda value: literal


def _itself(node: Node) -> Closure:
    return lambda value: value


def _or(node: Node) -> Closure:
    left, right = (closure(child) for child in node["children"])

    def either(value: Any) -> Any:
        found = left(value)
        return right(value) if is_false(found) else found

    return either


def _and(node: Node) -> Closure:
    left, right = (closure(child) for child in node["children"])

    def both(value: Any) -> Any:
        found = left(value)
        return found if is_false(found) else right(value)

    return both


def _not(node: Node) -> Closure:
    denied = closure(node["children"][0])
    return lambda value: is_false(denied(value))


def _comparison(node: Node) -> Closure:
    left, right = (closure(child) for child in node["children"])
    if node["value"] == "eq":
        return lambda value: _equal(left(value), right(value))
    if node["value"] == "ne":
        return lambda value: not _equal(left(value), right(value))
    compare = _ORDERINGS[node["value"]]

    def ordered(value: Any) -> bool | None:
        one, other = left(value), right(value)
        return compare(one, other) if _are_comparable(one, other) else None

    return ordered


def _filter(node: Node) -> Closure:
    items, result, keep = (closure(child) for child in node["children"])

    def chosen(value: Any) -> Any:
        found = items(value)
        if not isinstance(found, list):
            return None
        kept = (result(item) for item in found if not is_false(keep(item)))
        return [item for item in kept if item is not None]

    return chosen


def _equal(one: Any, other: Any) -> bool:
    # To Python 0 equals false and 1 equals true; to JMESPath numbers and truth are different things.
    if isinstance(one, bool) is not isinstance(other, bool):
        return False
    return bool(one == other)


def _are_comparable(one: Any, other: Any) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return True
    return all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in (one, other))


_ORDERINGS: dict[str, Callable[[Any, Any], bool]] = {
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
}
_MAKERS: dict[str, Callable[[Node], Closure]] = {
    "field": _field,
    "subexpression": _chain,
    "pipe": _chain,
    "literal": _literal,
    "current": _itself,
    "identity": _itself,
    "or_expression": _or,
    "and_expression": _and,
    "not_expression": _not,
    "comparator": _comparison,
    "filter_projection": _filter,
}
