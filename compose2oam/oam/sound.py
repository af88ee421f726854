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


class Sound:
    """The tests of one check: made when they are first asked for, as few definitions take part."""

    def __init__(self) -> None:
        # By identity: parameters have no hash, and outlive a check.
        self._tests: dict[int, Test] = {}

    def __call__(self, value: Any, parameter: Parameter) -> bool:
        """Whether there is certainly nothing to say about a value."""
        return self._test(parameter)(value)

    def _test(self, parameter: Parameter) -> Test:
        test = self._tests.get(id(parameter))
        if test is None:
            test = self._tests[id(parameter)] = self._made(parameter)
        return test

    def _made(self, parameter: Parameter) -> Test:
        scalar = _scalar(parameter)
        tests: dict[type, Test] = {
            kind: scalar for kind, names in _TYPES.items() if not names.isdisjoint(parameter.types)
        }
        if not {"map", "any"}.isdisjoint(parameter.types):
            tests[dict] = self._mapping(parameter)
        if not {"list", "any"}.isdisjoint(parameter.types):
            tests[list] = self._list(parameter)

        if parameter.nullable:
            tests[type(None)] = _anything

        def test(value: Any) -> bool:
            kind = value.__class__
            known = tests.get(kind)
            if known is None and isinstance(value, (dict, list)):
                known = tests.get(dict if isinstance(value, dict) else list)
            return known is not None and known(value)

        return test

    def _list(self, parameter: Parameter) -> Test:
        if parameter.items is None:
            return _anything
        test = self._test(parameter.items)
        return lambda value: all(map(test, value))

    def _mapping(self, parameter: Parameter) -> Test:
        if "any" in parameter.types:
            return _anything
        if parameter.choose:
            # Which keys are needed depends on which are there; what is wanted of the others, or below, is soon told.
            return _nothing
        fields = {
            key: self._test(known)
            for key, known in parameter.fields.items()
            if not (known.when or known.inert or known.undeclared)
        }
        required = {key for key, known in parameter.fields.items() if known.required}
        other = self._test(parameter.values) if parameter.values is not None else _nothing
        odd = parameter.fields.keys() - fields.keys()

        def test(value: Any) -> bool:
            if not required <= value.keys():
                return False
            for key, item in value.items():
                known = fields.get(key)
                if known is None:
                    if key in odd:
                        return False
                    known = other
                if not known(item):
                    return False
            return True

        return test


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
