"""Compiled expressions answer as JMESPath's own interpreter does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jmespath
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jmespath.exceptions import JMESPathError

from compose2oam.rules.closures import Unsupported, closure, condition
from compose2oam.rules.rulebook import builtin_mappings

KEYS = ["deploy", "replicas", "restart", "condition", "mounts", "kind", "readOnly", "x-oam", "a", "b"]
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-1, 2), st.sampled_from(["", "no", "pvc", "Job", "a"]))
TREES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)),
    max_leaves=12,
)
EXPRESSIONS = [
    "a",
    "a.b",
    "deploy.replicas.a",
    '"x-oam".a',
    "@",
    "!a",
    "!(a.b)",
    "a || b",
    "a && b",
    "a && !b || deploy.replicas",
    "a == 'no'",
    "a != b",
    "a == `0`",
    "a == `false`",
    "a == `null`",
    "a == `[]`",
    "(deploy.replicas || a || `1`) <= `1`",
    "a > `0`",
    "mounts[?kind == 'pvc' && !readOnly]",
    "mounts[?a].b",
    "mounts[?a] && b",
    "a | b",
    "@ | [?@]",
    "a[].b",
    "a[*].b | [?@]",
    "mounts[?a].{kind: kind, b: [a, b]}",
    "*.b",
    "deploy.*.[a, b][] | [?@]",
    "{a: a, b: deploy.b || `[]`}",
    "length(a || `[]`) > `1`",
    "length(@)",
    "keys(deploy)",
    "keys(deploy || `{}`)[?@ != 'a' && @ != 'b']",
    "merge(deploy || `{}`, a || `{}`)",
    "a && length(b) == `1`",
    "starts_with(a, 'n') && b",
    "contains(a, 'n') || contains(mounts || `[]`, b)",
    "contains(a || b, deploy)",
]


def conditions(node: Any) -> Iterator[str]:
    """Every ``when`` below a node."""
    if isinstance(node, dict):
        if isinstance(node.get("when"), str):
            yield node["when"]
        node = list(node.values())
    if isinstance(node, list):
        for item in node:
            yield from conditions(item)


def shipped_conditions() -> set[str]:
    """Every condition that the shipped rules ask."""
    return {
        text
        for path in builtin_mappings().glob("**/*.yaml")
        for text in conditions(yaml.safe_load(path.read_text(encoding="utf-8")))
    }


def compiles(text: str) -> bool:
    """Whether an expression is not left to the interpreter."""
    try:
        closure(jmespath.compile(text).parsed)
    except Unsupported:
        return False
    return True


@pytest.mark.parametrize("text", sorted(filter(compiles, {*EXPRESSIONS, *shipped_conditions()})))
def test_a_closure_answers_as_the_interpreter_does(text: str) -> None:
    """For any document, both give the same value; where JMESPath itself fails on mixed types, ours gives null."""
    expression = jmespath.compile(text)
    compiled, test = closure(expression.parsed), condition(expression.parsed)

    @settings(max_examples=15, deadline=None)
    @given(TREES)
    def agree(document: Any) -> None:
        try:
            expected = expression.search(document)
        except TypeError:
            return
        except JMESPathError:
            with pytest.raises(Unsupported):
                compiled(document)
            return
        assert same(compiled(document), expected)
        assert test(document) is (expected not in (None, False, "", [], {}) or expected.__class__ in (int, float))

    agree()


def same(one: Any, other: Any) -> bool:
    """Equality that tells 1 from true."""
    return repr(one) == repr(other)


DOCUMENT = {
    "a": {"b": {"c": 1, "d": [1, 2, 3]}, "e": ""},
    "list": [{"x": 1, "y": "no"}, {"x": 0, "y": "yes"}, {"y": [4, [5]]}],
    "text": "nothing",
    "zero": 0,
    "empty": [],
    "off": False,
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("text", "nothing"),
        ("a.b.c", 1),
        ("a.missing.c", None),
        ("text.c", None),
        ("a | b.c", 1),
        ("a.b | c", 1),
        ("@ | zero", 0),
        ("`[1, 2]`", [1, 2]),
        ("'word'", "word"),
        ("empty || text", "nothing"),
        ("zero || text", 0),
        ("off || empty", []),
        ("text && zero", 0),
        ("empty && text", []),
        ("!empty", True),
        ("!zero", False),
        ("zero == `0`", True),
        ("zero == `false`", False),
        ("off == `false`", True),
        ("zero != `1`", True),
        ("zero < `1`", True),
        ("zero < `0`", False),
        ("zero <= `0`", True),
        ("zero <= `-1`", False),
        ("zero > `-1`", True),
        ("zero > `0`", False),
        ("zero >= `0`", True),
        ("zero >= `1`", False),
        ("off < `1`", None),
        ("text < 'z'", True),
        ("list[?y == 'no'].x", [1]),
        ("list[?x].y", ["no", "yes"]),
        ("list[*].x", [1, 0]),
        ("list[*].y[]", ["no", "yes", 4, [5]]),
        ("list[].y[]", ["no", "yes", 4, [5]]),
        ("text[?x]", None),
        ("text[*].x", None),
        ("a.*.c", [1]),
        ("text.*", None),
        ("a.b.[c, missing]", [1, None]),
        ("a.b.{one: c, two: missing}", {"one": 1, "two": None}),
        ("missing.[x]", None),
        ("missing.{one: x}", None),
        ("length(text)", 7),
        ("length(list)", 3),
        ("length(a)", 2),
        ("keys(a)", ["b", "e"]),
        ("starts_with(text, 'no')", True),
        ("starts_with(text, 'x')", False),
        ("contains(text, 'thing')", True),
        ("contains(a.b.d, `2`)", True),
        ("contains(a.b.d, `5`)", False),
        ('merge(a, `{"e": 1}`)', {"b": DOCUMENT["a"]["b"], "e": 1}),
        ('merge(`{"b": 1}`, a, `{"e": 2}`).e', 2),
    ],
)
def test_what_a_closure_answers(text: str, value: Any) -> None:
    """Each kind of expression that rules are made of is compiled, and never left to the interpreter."""
    tree = jmespath.compile(text).parsed
    assert same(closure(tree)(DOCUMENT), value)
    assert condition(tree)(DOCUMENT) is (value not in (None, False, "", [], {}) or same(value, 0))
    assert same(jmespath.search(text, DOCUMENT), value)


@pytest.mark.parametrize("text", ["max(a)", "sort_by(list, &x)", "a[0:1]", "list[0]", "to_string(a)", "map(&x, list)"])
def test_what_is_left_to_the_interpreter(text: str) -> None:
    """Whatever rules rarely need."""
    with pytest.raises(Unsupported):
        closure(jmespath.compile(text).parsed)


@pytest.mark.parametrize("text", ["length(zero)", "keys(list)", "starts_with(zero, 'a')", "length(off)"])
def test_a_wrong_type_is_left_to_the_interpreter(text: str) -> None:
    """It knows best what to say of it."""
    compiled = closure(jmespath.compile(text).parsed)
    with pytest.raises(Unsupported):
        compiled(DOCUMENT)
    with pytest.raises(JMESPathError):
        jmespath.search(text, DOCUMENT)
