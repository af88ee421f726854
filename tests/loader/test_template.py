"""Templates of one string; each case was seen to come out of Docker Compose like this."""

from __future__ import annotations

import contextlib
import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compose2oam.loader.template import MAX_LENGTH, MAX_NESTING, TemplateError, Variable, substitute, variables

LOOKUP = {"A": "aa", "E": "", "N": "5", "_": "under"}  # B and C are not set

RESULTS = {
    "plain": "plain",
    "$A": "aa",
    "${A}": "aa",
    "$_": "under",
    "$A.b-$N": "aa.b-5",
    "$Aé": "aaé",
    "$B": "",
    "${B}": "",
    "$$A": "$A",
    "$$$A": "$aa",
    "$$": "$",
    "$": "$",
    "a$": "a$",
    "$1": "$1",
    "$ x": "$ x",
    "$(A)": "$(A)",
    "$é": "$é",
    "%A%": "%A%",
    "${A}}": "aa}",
    "{${A}}": "{aa}",
    # :- when unset or empty, - when unset
    "${B:-x}": "x",
    "${E:-x}": "x",
    "${A:-x}": "aa",
    "${B-x}": "x",
    "${E-x}": "",
    "${B:-}": "",
    "${B:-a:-b}": "a:-b",
    "${B-a?b}": "a?b",
    '${B:-"q"}': '"q"',
    "${B:-$$x}": "$x",
    # :+ when set and not empty, + when set
    "${A:+x}": "x",
    "${E:+x}": "",
    "${E+x}": "x",
    "${B+x}": "",
    "${B:+x}": "",
    # :? insists on a value, ? on the variable
    "${A:?m}": "aa",
    "${E?m}": "",
    # templates in templates
    "${B:-${A}}": "aa",
    "${B:-$A}": "aa",
    "${B:-${C:-d}}": "d",
    "${B:-${C}}": "",
    "${B:-${A}${A}}": "aaaa",
    "${B:-${A:+${N}}}": "5",
    "${A:-${1}}": "aa",
    # braces in defaults
    "${B:-{}}": "{}",
    "${B:-{x}}": "{x}",
    "${B:-{a}b}": "{a}b",
    "${B:-{{a}}}": "{{a}}",
    "${B:-{}": "{",
    "${B:-}}": "}",
    "${A:-x}y}": "aay}",
    "${B:-a}${A}-${B:-c}": "aaa-c",
    "${A:-x}$": "aa$",
    "${B:-x}\n${A}": "x\naa",
}


@pytest.mark.parametrize("text", RESULTS)
def test_result(text: str) -> None:
    assert substitute(text, LOOKUP.get) == RESULTS[text]


@pytest.mark.parametrize(
    "text",
    [
        "${",
        "${A",
        "${}",
        "${1}",
        "${A }",
        "${ A}",
        "${A:x}",
        "${A/x/y}",
        "${#A}",
        "${!A}",
        "${A:0:1}",
        "${A:=x}",
        "${A=x}",
        "${Aé}",
        "${B:-x\ny}",
        "${B:-${1}}",
        "${B:?${1}}",
        "${A:+${}}",
        "x ${A} ${",
        "${A:-",
    ],
)
def test_malformed(text: str) -> None:
    with pytest.raises(TemplateError, match=r"^invalid interpolation format: ") as caught:
        substitute(text, LOOKUP.get)
    assert caught.value.variable == ""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("${B:?m}", "required variable B is missing a value: m"),
        ("${E:?m}", "required variable E is missing a value: m"),
        ("${B?m}", "required variable B is missing a value: m"),
        ("${B:?}", "required variable B is missing a value"),
        ("${B?}", "required variable B is missing a value"),
        ("${B:?m ${A}}", "required variable B is missing a value: m aa"),
        ("${B:?a}${1}", "required variable B is missing a value: a"),
        ("${B:-${C:?m}}", "required variable C is missing a value: m"),
    ],
)
def test_insists_on_a_variable(text: str, message: str) -> None:
    with pytest.raises(TemplateError) as caught:
        substitute(text, LOOKUP.get)
    assert str(caught.value) == message
    assert caught.value.variable in ("B", "C", "E")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("$B", ["B"]),
        ("${B} $B ${C}", ["B", "B", "C"]),
        ("${B:-${C}}", ["C"]),
        ("${B:-x}${B+x}${B:+x}$A$E$$B", []),
        ("${A:-$B}", []),
    ],
)
def test_tells_what_is_not_set_and_has_no_default(text: str, names: list[str]) -> None:
    told: list[str] = []
    substitute(text, LOOKUP.get, told.append)
    assert told == names


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("plain $$A $1", []),
        ("$a", [Variable("a")]),
        ("${a_1}", [Variable("a_1")]),
        ("${a?:b}", [Variable("a", required=True)]),
        ("${a:?b}", [Variable("a", required=True)]),
        ("${a:-b}", [Variable("a", "b")]),
        ("${a-b}", [Variable("a", "b")]),
        ("${a:+b}", [Variable("a", alternative="b")]),
        ("${a+b}", [Variable("a", alternative="b")]),
        ("${a:-b}.${c:?}", [Variable("a", "b"), Variable("c", required=True)]),
        ("$a:${b:-c}", [Variable("a"), Variable("b", "c")]),
        ("${a:-$b}", [Variable("a", "$b"), Variable("b")]),
        ("${a:+${b:-${c}}}", [Variable("a", alternative="${b:-${c}}"), Variable("b", "${c}"), Variable("c")]),
        ("${1} ${ $a", [Variable("a")]),
    ],
)
def test_lists_variables(text: str, found: list[Variable]) -> None:
    assert variables(text) == found


def test_defaults_nest_so_deep_and_no_deeper() -> None:
    def nested(depth: int) -> str:
        return "${B:-" * depth + "x" + "}" * depth

    assert substitute(nested(MAX_NESTING), {}.get) == "x"
    with pytest.raises(TemplateError, match="nested"):
        substitute(nested(MAX_NESTING + 2), {}.get)


def test_variables_that_multiply_one_another_are_stopped() -> None:
    with pytest.raises(TemplateError, match="longer than"):
        substitute("$A" * 100, {"A": "x" * (MAX_LENGTH // 50)}.get)


@pytest.mark.parametrize("text", ["${A:-" * 20_000, "${A:-{" * 20_000 + "}", "${A:-}" * 20_000, "$" * 200_000])
def test_long_hostile_templates_take_no_time(text: str) -> None:
    start = time.perf_counter()
    variables(text)
    with contextlib.suppress(TemplateError):
        substitute(text, {}.get)
    assert time.perf_counter() - start < 10


@given(st.text(alphabet="${}AB:-+?x1 \n", max_size=30))
@settings(max_examples=300, deadline=None, database=None)
def test_no_template_raises_another_error(text: str) -> None:
    variables(text)
    try:
        made = substitute(text, LOOKUP.get)
    except TemplateError as fault:
        made = str(fault)
    assert isinstance(made, str)


def test_what_has_no_dollar_stays() -> None:
    chance = random.Random(1)
    for _ in range(100):
        text = "".join(chance.choice("{}AB:-+?x1 \n") for _ in range(20))
        assert substitute(text, LOOKUP.get) == text
