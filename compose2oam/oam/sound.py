"""Whether values are plainly right, answered at a glance.

Almost everything that is checked is right, and then nobody needs to know the place of every value in it. Each parameter
becomes one test; what fails it goes to :mod:`compose2oam.oam.parameters`, which finds out what is wrong, if anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from compose2oam.oam.definition import Parameter

Test = Callable[[Any], bool]

_TYPES: dict[type, frozenset[str]] = {
    bool: frozenset(["boolean", "any"]),
    str: frozenset(["string", "any"]),
    int: frozenset(["integer", "number", "any"]),
    float: frozenset(["number", "any"]),
}


class _ByType(dict[type, Test]):
    """The tests of a parameter, by the type of the value; one of another type is not plainly right.

    A mapping that remembers something (positions, origins) is tested as any mapping is, and so is a list.
    """

    def __missing__(self, kind: type) -> Test:
        base = dict if issubclass(kind, dict) else list if issubclass(kind, list) else None
        test = self[kind] = _nothing if base in (None, kind) else self[base]
        return test


class Sound:
    """The tests of one check: made when they are first asked for, as few definitions take part."""

    def __init__(self) -> None:
        # By identity: parameters have no hash, and outlive a check.
        self._tests: dict[int, _ByType] = {}

    def __call__(self, value: Any, parameter: Parameter) -> bool:
        """Whether there is certainly nothing to say about a value."""
        return self._of(parameter)[value.__class__](value)

    def _of(self, parameter: Parameter) -> _ByType:
        tests = self._tests.get(id(parameter))
        if tests is None:
            tests = self._tests[id(parameter)] = self._made(parameter)
        return tests

    def _made(self, parameter: Parameter) -> _ByType:
        scalar = _scalar(parameter)
        tests = _ByType({kind: scalar for kind, names in _TYPES.items() if not names.isdisjoint(parameter.types)})
        if not {"map", "any"}.isdisjoint(parameter.types):
            tests[dict] = self._mapping(parameter)
        if not {"list", "any"}.isdisjoint(parameter.types):
            tests[list] = self._list(parameter)
        if parameter.nullable:
            tests[type(None)] = _anything
        return tests

    def _list(self, parameter: Parameter) -> Test:
        if parameter.items is None:
            return _anything
        tests = self._of(parameter.items)

        def test(value: Any) -> bool:
            for item in value:
                known = tests[item.__class__]
                if known is not _anything and not known(item):
                    return False
            return True

        return test

    def _mapping(self, parameter: Parameter) -> Test:
        if "any" in parameter.types:
            return _anything
        fields = {
            key: _ByType() if known.when or known.inert or known.undeclared else self._of(known)
            for key, known in parameter.fields.items()
        }
        required = {key for key, known in parameter.fields.items() if known.required}
        needed = _Needed(parameter, required) if parameter.choose else None
        others = self._of(parameter.values) if parameter.values is not None else _ByType()

        def test(value: Any) -> bool:
            wanted = required if needed is None else needed[tuple(value)]
            if wanted is None or not wanted <= value.keys():
                return False
            for key, item in value.items():
                known = fields.get(key, others)[item.__class__]
                # No call for what can be anything of its type: nearly all that is written is such a text.
                if known is not _anything and not known(item):
                    return False
            return True

        return test


class _Needed(dict[tuple[str, ...], "set[str] | None"]):
    """Which keys a mapping must have, by those that it has: ``None`` unless they settle which set of keys is in use."""

    def __init__(self, parameter: Parameter, required: set[str]) -> None:
        super().__init__()
        self._groups = [set(group) for group in parameter.choose]
        self._required = required

    def __missing__(self, keys: tuple[str, ...]) -> set[str] | None:
        grouped = set().union(*self._groups)
        fitting = [group for group in self._groups if grouped.intersection(keys) <= group]
        self[keys] = needed = self._required - (grouped - fitting[0]) if len(fitting) == 1 else None
        return needed


def _scalar(parameter: Parameter) -> Test:
    allowed, least, most = parameter.allowed, parameter.min, parameter.max
    if not (allowed or parameter.pattern or least is not None or most is not None):
        return _anything
    search = re.compile(parameter.pattern).search if parameter.pattern else None

    def test(value: Any) -> bool:
        return (
            (not allowed or value in allowed)
            and (least is None or value >= least)
            and (most is None or value <= most)
            and (search is None or not isinstance(value, str) or search(value) is not None)
        )

    return test


def _anything(_value: Any) -> bool:
    return True


def _nothing(_value: Any) -> bool:
    return False
