"""Expressions are JMESPath, and conditions its truth."""

from __future__ import annotations

from typing import Any

import pytest

from compose2oam.errors import RuleError
from compose2oam.rules.expressions import compile_condition, compile_expression, names_in
from compose2oam.source.position import Position
from compose2oam.source.tree import Map, Seq

HERE = Position("rule.yaml", 3, 7)

CONDITIONS = [
    ("a", {"a": "text"}, True),
    ("a", {"a": ""}, False),
    ("a", {"a": 0}, True),
    ("a", {"a": False}, False),
    ("a", {"a": None}, False),
    ("a", {}, False),
    ("a", {"a": []}, False),
    ("a", {"a": {}}, False),
    ("a.b", {"a": {"b": 1}}, True),
    ("a.b", {"a": "text"}, False),
    ("a.b", {"a": [1]}, False),
    ("!a", {}, True),
    ("!(a.b)", {"a": {}}, True),
    ("!(a.b)", {"a": {"b": True}}, False),
    ("a == `0`", {"a": 0}, True),
    ("a == `0`", {"a": False}, False),
    ("a == 'x' || b", {"b": 1}, True),
    ("a == 'x' && b", {"a": "x"}, False),
    ("(a || b || `1`) <= `1`", {"b": 2}, False),
    ("(a || b || `1`) <= `1`", {}, True),
    ("contains(['x', 'y'], a)", {"a": "y"}, True),
    ("a < b", {"a": "x", "b": 1}, False),
    ("a < b", {"a": 1, "b": 2}, True),
    ("a[?b]", {"a": [{"b": 1}]}, True),
    ("a[?b]", {"a": [{"c": 1}]}, False),
    ('"x-oam".liveness', {"x-oam": {"liveness": True}}, True),
]


@pytest.mark.parametrize(("text", "document", "expected"), CONDITIONS)
def test_a_condition_holds_as_in_jmespath(text: str, document: Any, expected: bool) -> None:
    """Null, false and what is empty do not hold; a zero does."""
    assert compile_condition(text, None)(document) is expected


OF_TREES = ["type(a)", "to_array(a)", "reverse(a.b)", "merge(a, a)", "max_by(a.b, &c)", "map(&c, a.b)", "sort(keys(a))"]


@pytest.mark.parametrize("text", ["a", "a.b", "a[0]", "keys(a)", "a == 'b'", "@", "a.b[?c]", "length(a)", *OF_TREES])
def test_our_trees_are_mappings_and_lists_to_an_expression(text: str) -> None:
    """A tree that knows its positions gives the same answer as a plain one."""
    trees = Map({"a": Map({"b": Seq([Map({"c": "d"})])})})
    plain = {"a": {"b": [{"c": "d"}]}}
    expression = compile_expression(text, HERE)
    assert expression(trees) == expression(plain)


@pytest.mark.parametrize("text", ["a ==", "a[", "a.", "'a", "a b", "foo(", ""])
def test_what_is_no_jmespath_is_an_error_with_a_place(text: str) -> None:
    """When the rule is read, at the line of the expression."""
    with pytest.raises(RuleError) as caught:
        compile_expression(text, HERE)
    (found,) = caught.value.diagnostics
    assert (found.code, found.position) == ("RULE-111", HERE)


def test_an_expression_that_does_not_fit_its_input_is_an_error_with_a_place() -> None:
    """A function that is asked of the wrong type says so, and where, instead of a traceback."""
    expression = compile_expression("keys(a)", HERE)
    with pytest.raises(RuleError, match="does not fit its input") as caught:
        expression({"a": "text"})
    (found,) = caught.value.diagnostics
    assert (found.code, found.position) == ("RULE-112", HERE)


@pytest.mark.parametrize("text", ["!a.b", "a && !b.c", "!deploy[0]", '!"x-oam".b', "!a . b"])
def test_a_denial_that_reaches_less_far_than_it_looks_is_refused(text: str) -> None:
    """In JMESPath ``!a.b`` is ``(!a).b``, which is always null; nobody means that."""
    with pytest.raises(RuleError, match="denies only its first step") as caught:
        compile_expression(text, HERE)
    assert "!(a.b)" in caught.value.diagnostics[0].hint


@pytest.mark.parametrize("text", ["!a", "!(a.b)", "a != 'b'", "!a && b.c", "!contains(a, 'b.c')"])
def test_other_denials_are_allowed(text: str) -> None:
    """The guard does not refuse what is right."""
    assert compile_expression(text, HERE)


def test_an_expression_that_is_nested_without_end() -> None:
    """It is refused like any other that is none, and does not end the program."""
    with pytest.raises(RuleError, match="nested too deeply") as caught:
        compile_expression("(" * 5000 + "a" + ")" * 5000, HERE)
    assert [(found.code, found.position) for found in caught.value.diagnostics] == [("RULE-111", HERE)]


CALLS = [
    ("lenght(a)", "JMESPath has no function `lenght`", "did you mean `length`?"),
    ("memory(a)", "JMESPath has no function `memory`", "named with `by`"),
    ("a[?lenght(b) == `1`]", "JMESPath has no function `lenght`", ""),
    ("length()", "`length` of JMESPath takes 1, not 0", "in `length()`"),
    ("length(a, b)", "`length` of JMESPath takes 1, not 2", ""),
    ("contains(a)", "`contains` of JMESPath takes 2, not 1", ""),
    ("merge()", "`merge` of JMESPath takes at least 1, not 0", ""),
    ("not_null()", "`not_null` of JMESPath takes at least 1, not 0", ""),
]


@pytest.mark.parametrize(("text", "message", "hint"), CALLS)
def test_a_call_that_cannot_be_made_is_an_error_when_it_is_read(text: str, message: str, hint: str) -> None:
    """Otherwise it is one in the first project that gets there."""
    with pytest.raises(RuleError) as caught:
        compile_expression(text, HERE)
    (found,) = caught.value.diagnostics
    assert (found.code, found.position, found.message) == ("RULE-111", HERE, message)
    assert hint in found.hint


@pytest.mark.parametrize(("text", "value"), [("merge(a, b, c)", {"x": 3}), ("merge(a)", {"x": 1}), ("length(a)", 1)])
def test_a_call_with_as_many_values_as_it_takes(text: str, value: object) -> None:
    """Some functions take any number from one."""
    assert compile_expression(text, HERE)({"a": {"x": 1}, "b": {"x": 2}, "c": {"x": 3}}) == value


@pytest.mark.parametrize(
    ("text", "names"),
    [("a.b", {"a"}), ("@", {"@"}), ("'d e' == c", {"c"}), ('`{"d": 1}` == c', {"c"}), ("length(a.d) > b", {"a", "b"})],
)
def test_what_an_expression_may_ask_for(text: str, names: set[str]) -> None:
    """Keys of its document, and neither texts nor functions."""
    assert names_in(text) == names


@pytest.mark.parametrize("text", ["mode == `any`", "`any`", "a[?b == `it's`]"])
def test_what_stands_between_backticks_is_json(text: str) -> None:
    """JMESPath took other texts once, and says that it will not for ever."""
    with pytest.raises(RuleError, match="between backticks is JSON") as caught:
        compile_expression(text, HERE)
    assert [(found.code, found.position) for found in caught.value.diagnostics] == [("RULE-111", HERE)]


@pytest.mark.parametrize(
    ("text", "value"), [("`1`", 1), ('`"any"`', "any"), ("'`any`'", "`any`"), ("`{}`", {}), ('`"a\\`b"`', "a`b")]
)
def test_json_between_backticks(text: str, value: object) -> None:
    """Numbers, texts with quotation marks, mappings; in single quotes a backtick is a letter."""
    assert compile_expression(text, None)({}) == value


def test_an_expression_that_grows_without_measure_is_refused() -> None:
    """Each step holds its input twice."""
    with pytest.raises(RuleError, match="may hold its input more than") as caught:
        compile_expression(" | ".join(["[@, @]"] * 40), HERE)
    assert [(found.code, found.position) for found in caught.value.diagnostics] == [("RULE-111", HERE)]
