"""The glance by which most values pass: it may doubt what is right, and never passes what has something to say."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compose2oam.oam.catalogue import builtin
from compose2oam.oam.definition import Definition, Kind, Parameter
from compose2oam.oam.findings import Findings
from compose2oam.oam.parameters import check_parameters
from compose2oam.oam.sound import Sound

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 70000) | st.floats(-5, 5) | st.sampled_from(["", "a", "10Mi", "TCP"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["name", "type", "x"]), inner),
    max_leaves=4,
)
DEFINITIONS = [builtin().find(kind, name) for kind in (Kind.COMPONENT, Kind.TRAIT) for name in builtin().names(kind)]


class Doubting(Sound):
    """A glance that passes nothing."""

    def __call__(self, value: Any, parameter: Parameter) -> bool:
        return False


def values(parameter: Parameter) -> st.SearchStrategy[Any]:
    """Values that are often what a parameter takes, and sometimes anything."""
    kinds: list[st.SearchStrategy[Any]] = [st.sampled_from(parameter.allowed)] if parameter.allowed else []
    if parameter.fields:
        kinds.append(st.fixed_dictionaries({}, optional={key: values(own) for key, own in parameter.fields.items()}))
    if parameter.items is not None:
        kinds.append(st.lists(values(parameter.items), max_size=2))
    if not kinds:
        simple = {"string": st.just("a"), "boolean": st.booleans(), "integer": st.integers(0, 9), "map": st.just({})}
        kinds += [simple[name] for name in parameter.types if name in simple]
    return st.integers(0, 9).flatmap(lambda odd: ANYTHING if odd == 9 or not kinds else st.one_of(kinds))


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_what_passes_at_a_glance_has_nothing_to_say(data: st.DataObject) -> None:
    """With the glance and without it the findings are the same, for values near to what a definition takes."""
    definition = data.draw(st.sampled_from(DEFINITIONS))
    assert definition is not None
    given_properties = data.draw(values(definition.properties))
    assert _findings(definition, given_properties, Sound()) == _findings(definition, given_properties, Doubting())


@pytest.mark.parametrize(
    ("parameter", "right", "doubtful"),
    [
        (Parameter(("integer",)), [0, -3], [True, "1", 1.5, None, [], {}]),
        (Parameter(("string",), pattern="^[a-z]+$"), ["abc"], ["ABC", "", 3]),
        (Parameter(("integer",), min=1, max=3), [1, 3], [0, 4]),
        (Parameter(("string",), nullable=True), [None, "a"], [1]),
        (Parameter(fields={"a": Parameter(("string",), required=True)}), [{"a": "x"}], [{}, {"a": 1}, {"b": 1}]),
        (Parameter(fields={"a": Parameter(("string",), inert=True)}), [{}], [{"a": "x"}]),
        (Parameter(("list",), items=Parameter(("boolean",))), [[], [True]], [[1], {}]),
        (Parameter(("any",)), [1, "a", {"a": [None]}], []),
    ],
)
def test_a_glance_tells_right_from_doubtful(parameter: Parameter, right: list[Any], doubtful: list[Any]) -> None:
    """What is right passes, so that the glance is worth its while, and nothing else does."""
    sound = Sound()
    assert [value for value in right if not sound(value, parameter)] == []
    assert [value for value in doubtful if sound(value, parameter)] == []


def _findings(definition: Definition, properties: Any, sound: Sound) -> list[Any]:
    findings = Findings(lambda path: None)
    check_parameters(definition, properties, ("properties",), findings, sound=sound)
    return findings.found
