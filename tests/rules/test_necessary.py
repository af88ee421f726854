"""A rule that is not started is one whose condition would not have held."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compose2oam.rules.expressions import compile_condition, needs_of
from compose2oam.rules.rulebook import Rulebook, Starters

HINTS = "facts.hints"
NEEDED = {
    "a key": ("ports", [{("ports",)}]),
    "a key below": ("deploy.mode == 'global'", [{("deploy", "mode")}]),
    "no more than two steps": ("deploy.placement.preferences[?spread]", [{("deploy", "placement")}]),
    "a key with a dash": ('"x-oam".schedule', [{("x-oam", "schedule")}]),
    "one of two": ("pids_limit || deploy.mode", [{("pids_limit",), ("deploy", "mode")}]),
    "both": ("pid && ipc", [{("pid",)}, {("ipc",)}]),
    "a hint": (f"{HINTS}.ports.first", [{("facts", "hints", "ports")}]),
    "any item": ("networks.*.[priority][] | [?@]", [{("networks",)}]),
    "part of a list, which the interpreter cuts": ("ports[0:2]", []),
    "a number": ("length(ports || `[]`) > `1`", [{("ports",)}]),
    "what is not there holds": ("!restart", []),
    "what is not there is something else": ("restart != 'no'", []),
    "the model": ("model.env && ports", [{("ports",)}]),
    "a fact that is always there": ("facts.apart", []),
    "the whole": ("keys(@)[?@ == 'a']", []),
    "what can fail stays in its order": ("length(ports) > `1` && pid", []),
    "all that is asked before it": ("pid && length(ports) > `1`", [{("pid",)}]),
}
CONDITIONS = [
    *(text for text, _ in NEEDED.values() if "length(ports)" not in text),
    "a.b",
    "!(a.b) && (a || !b)",
    "a == `null` || b.c > `0`",
    "a[?b == 'x'] && c != `[]`",
    "contains(a || '', 'x') || b",
    "a.b == b.a && facts.hints.a",
]
KEYS = st.sampled_from(["a", "b", "c", "ports", "deploy", "mode", "placement", "pid", "restart", "networks", "x-oam"])
VALUES = st.recursive(
    st.sampled_from([None, True, False, 0, 2, "", "x", "global"]),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(KEYS, inner, max_size=3)),
    max_leaves=8,
)
TREES = st.dictionaries(KEYS, VALUES, max_size=5)


@pytest.mark.parametrize(("text", "groups"), NEEDED.values(), ids=NEEDED)
def test_a_condition_needs(text: str, groups: list[set[tuple[str, ...]]]) -> None:
    """Each group is of places of which one must be there."""
    assert list(map(set, needs_of(text))) == groups


class _Rule:
    """What decides whether a meaning is started."""

    always = True
    reads = ()

    def __init__(self, text: str) -> None:
        self.text = text
        self.needs = needs_of(text)


RULES: Any = tuple(map(_Rule, CONDITIONS))
STARTERS = Starters(RULES)


@settings(max_examples=150)
@given(entity=TREES, hints=TREES)
def test_what_is_not_started_does_not_hold(entity: dict[str, Any], hints: dict[str, Any]) -> None:
    """Whatever a service has."""
    facts = {"hints": hints, "extension": {}}
    started: Any = STARTERS.for_shape(STARTERS.shape(entity, facts))
    root = {**entity, "facts": facts, "model": {}, "settings": {}}
    for text in {*CONDITIONS} - {rule.text for rule in started}:
        assert not compile_condition(text, None)(root)


def test_rules_for_hints_do_not_start_where_there_are_none(rulebook: Rulebook) -> None:
    """Most of the rules that a label of other converters starts are not for the service at hand."""
    starters = rulebook.starters["service"]
    facts: dict[str, Any] = {"hints": {}, "extension": {}}
    some = starters.for_shape(starters.shape({"image": "a", "labels": {"a": "b"}}, facts))
    hinted = starters.for_shape(starters.shape({"image": "a", "labels": {"a": "b"}}, {**facts, "hints": {"init": {}}}))
    assert {rule.code for rule in hinted} - {rule.code for rule in some} == {"C2O-073"}
