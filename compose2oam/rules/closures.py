"""JMESPath without the interpreter: the parsed expression as nested functions, where that is all it takes.

Conditions of rules are asked for every service, and almost all of them are paths, comparisons and logic; those have
functions of their own. What is not here (slices, functions that take expressions) stays with the ``jmespath`` package;
a test holds the two to one answer.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any

Closure = Callable[[Any], Any]
Test = Callable[[Any], bool]
Node = Mapping[str, Any]


class Unsupported(Exception):
    """The expression needs the interpreter, always or for the document at hand."""


def closure(node: Node) -> Closure:
    """Return the function for a node of a parsed expression.

    Raises:
        Unsupported: if it, or a part of it, is not one of the kinds that are compiled here.
    """
    maker = _MAKERS.get(node["type"])
    if maker is None:
        raise Unsupported(node["type"])
    return maker(node)


def condition(node: Node) -> Test:
    """Return the function that tells whether a node holds; where only that is asked, less has to be found.

    Raises:
        Unsupported: as :func:`closure` does.
    """
    maker = _TESTS.get(node["type"])
    if maker is not None:
        return maker(node)
    value_of = closure(node)
    return lambda value: holds(value_of(value))


def holds(value: Any) -> bool:
    """Whether JMESPath takes a value for true: all but null, false, and empty texts, lists and mappings; 0 is true."""
    if value:
        return True
    return value is not None and value is not False and not isinstance(value, (str, list, dict))


def path(keys: list[str]) -> Closure:
    """Return the function that walks down a path of keys."""
    if len(keys) == 1:
        (key,) = keys
        return lambda value: value.get(key) if isinstance(value, dict) else None
    if len(keys) == 2:
        first, second = keys

        def two(value: Any) -> Any:
            if isinstance(value, dict):
                value = value.get(first)
                if isinstance(value, dict):
                    return value.get(second)
            return None

        return two

    def walk(value: Any) -> Any:
        for key in keys:
            if not isinstance(value, dict):
                return None
            value = value.get(key)
        return value

    return walk


def path_test(keys: list[str]) -> Test:
    """Return the function that tells whether what stands at the end of a path of keys holds."""
    if len(keys) != 2:
        value_of = path(keys)
        return lambda value: (found := value_of(value)) is not None and holds(found)
    first, second = keys

    def two(value: Any) -> bool:
        if isinstance(value, dict):
            value = value.get(first)
            if isinstance(value, dict):
                value = value.get(second)
                return value is not None and holds(value)
        return False

    return two


def keys_of(node: Node) -> list[str] | None:
    """Return the keys of a node that is a plain path, ``None`` of another."""
    if node["type"] == "field":
        return [node["value"]]
    if node["type"] != "subexpression":
        return None
    keys: list[str] = []
    for child in node["children"]:
        below = keys_of(child)
        if below is None:
            return None
        keys += below
    return keys


def _path(node: Node) -> Closure:
    keys = keys_of(node)
    return _chain(node) if keys is None else path(keys)


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
        return found if holds(found) else right(value)

    return either


def _and(node: Node) -> Closure:
    left, right = (closure(child) for child in node["children"])

    def both(value: Any) -> Any:
        found = left(value)
        return right(value) if holds(found) else found

    return both


def _path_test(node: Node) -> Test:
    keys = keys_of(node)
    if keys is not None:
        return path_test(keys)
    value_of = _chain(node)
    return lambda value: holds(value_of(value))


def _comparison_test(node: Node) -> Test:
    compared = _comparison(node)
    return (lambda value: compared(value) is True) if node["value"] in _ORDERINGS else compared


def _or_test(node: Node) -> Test:
    left, right = (condition(child) for child in node["children"])
    return lambda value: left(value) or right(value)


def _and_test(node: Node) -> Test:
    left, right = (condition(child) for child in node["children"])
    return lambda value: left(value) and right(value)


def _not(node: Node) -> Test:
    denied = condition(node["children"][0])
    return lambda value: not denied(value)


def _comparison(node: Node) -> Closure:
    left, right = (closure(child) for child in node["children"])
    if node["value"] in _ORDERINGS:
        compare = _ORDERINGS[node["value"]]

        def ordered(value: Any) -> bool | None:
            one, other = left(value), right(value)
            return compare(one, other) if _are_comparable(one, other) else None

        return ordered
    literal = node["children"][1]
    if literal["type"] == "literal" and isinstance(literal["value"], str):
        # Nothing but the same text equals a text: no need to look at what stands there.
        text = literal["value"]
        if node["value"] == "eq":
            return lambda value: bool(left(value) == text)
        return lambda value: bool(left(value) != text)
    if node["value"] == "eq":
        return lambda value: _equal(left(value), right(value))
    return lambda value: not _equal(left(value), right(value))


def _filter(node: Node) -> Closure:
    items, result = (closure(child) for child in node["children"][:2])
    keep = condition(node["children"][2])

    def chosen(value: Any) -> Any:
        found = items(value)
        if not isinstance(found, list):
            return None
        kept = (result(item) for item in found if keep(item))
        return [item for item in kept if item is not None]

    return chosen


def _projection(node: Node) -> Closure:
    items, result = (closure(child) for child in node["children"])

    def projected(value: Any) -> Any:
        found = items(value)
        return _projected(result, found) if isinstance(found, list) else None

    return projected


def _value_projection(node: Node) -> Closure:
    items, result = (closure(child) for child in node["children"])

    def projected(value: Any) -> Any:
        found = items(value)
        return _projected(result, found.values()) if isinstance(found, dict) else None

    return projected


def _projected(result: Closure, items: Iterable[Any]) -> list[Any]:
    return [found for item in items if (found := result(item)) is not None]


def _flatten(node: Node) -> Closure:
    items = closure(node["children"][0])

    def flat(value: Any) -> Any:
        found = items(value)
        if not isinstance(found, list):
            return None
        return [inner for item in found for inner in (item if isinstance(item, list) else [item])]

    return flat


def _select_list(node: Node) -> Closure:
    parts = [closure(child) for child in node["children"]]
    return lambda value: None if value is None else [part(value) for part in parts]


def _select_mapping(node: Node) -> Closure:
    parts = {child["value"]: closure(child["children"][0]) for child in node["children"]}
    return lambda value: None if value is None else {key: part(value) for key, part in parts.items()}


def _function(node: Node) -> Closure:
    kinds, count, function = _FUNCTIONS.get(node["value"], _UNKNOWN)
    arguments = [closure(child) for child in node["children"]]
    if len(arguments) not in count:
        raise Unsupported(node["value"])

    def called(value: Any) -> Any:
        given = [argument(value) for argument in arguments]
        if not all(isinstance(item, kinds) for item in given):
            raise Unsupported(node["value"])
        return function(given)

    return called


def _merged(mappings: list[Any]) -> dict[str, Any]:
    return {key: value for mapping in mappings for key, value in mapping.items()}


def _contains(within: Any, value: Any) -> bool:
    if isinstance(within, list) or (isinstance(within, str) and isinstance(value, str)):
        return value in within
    raise Unsupported("contains")


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
    "field": _path,
    "subexpression": _path,
    "index_expression": _chain,
    "pipe": _chain,
    "literal": _literal,
    "current": _itself,
    "identity": _itself,
    "or_expression": _or,
    "and_expression": _and,
    "not_expression": _not,
    "comparator": _comparison,
    "filter_projection": _filter,
    "projection": _projection,
    "value_projection": _value_projection,
    "flatten": _flatten,
    "multi_select_list": _select_list,
    "multi_select_dict": _select_mapping,
    "function_expression": _function,
}
# By name: what its arguments must be, how many they are, and how it is worked out. The interpreter tells what is wrong
# with others.
_FUNCTIONS: dict[str, tuple[tuple[type, ...], range, Callable[[list[Any]], Any]]] = {
    "length": ((str, list, dict), range(1, 2), lambda given: len(*given)),
    "keys": ((dict,), range(1, 2), lambda given: list(*given)),
    "starts_with": ((str,), range(2, 3), lambda given: given[0].startswith(given[1])),
    "merge": ((dict,), range(1, 9), _merged),
    "contains": ((object,), range(2, 3), lambda given: _contains(*given)),
}
_UNKNOWN: tuple[tuple[type, ...], range, Callable[[list[Any]], Any]] = ((), range(0), list)
_TESTS: dict[str, Callable[[Node], Test]] = {
    "field": _path_test,
    "subexpression": _path_test,
    "comparator": _comparison_test,
    "or_expression": _or_test,
    "and_expression": _and_test,
    "not_expression": _not,
}
