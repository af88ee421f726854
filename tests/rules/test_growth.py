"""How many times its input an expression may come to, at most."""

from __future__ import annotations

from typing import Any

import jmespath
import pytest

from compose2oam.errors import RuleError
from compose2oam.rules.expressions import compile_condition, compile_expression
from compose2oam.rules.growth import MOST, growth


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("a", 1),
        ("@", 1),
        ("a.b.c", 1),
        ("a[*].b", 1),
        ("[a, b, c]", 3),
        ("{x: a, y: b}", 2),
        ("[@, @] | [@, @]", 4),
        ("[@, @][] | [@, @, @]", 6),
        ("{a: [@, @], b: @}", 3),
        ("a[*].[b, c]", 2),
        ("`1`", 1),
        ("`[]`", 1),
        ("`[1, 2, 3]`", 3),
        ('`{"a": [1, 2], "b": 3}`', 3),
        ("`[1, 2, 3]`[*].[a, b]", 6),
        ("to_string(@)", 2),
        ("to_string([@, @])", 4),
        ("join(',', a)", 1),
        ("join(`[1, 2]`, [a, b])", 4),
        ("length(a) > `1` && b", 1),
        ("a || [b, c]", 2),
    ],
)
def test_what_an_expression_may_hold(text: str, times: int) -> None:
    """Side by side adds up, one after another multiplies, and a text in a text has its quotes escaped."""
    assert growth(jmespath.compile(text).parsed) == times


@pytest.mark.parametrize("compiled", [compile_expression, compile_condition])
def test_the_bound(compiled: Any) -> None:
    """Twelve times the double is under it; the next is refused before it runs, however often it doubles."""
    compiled(" | ".join(["[@, @]"] * 12), None)
    for times in (13, 14, 500):
        with pytest.raises(RuleError, match=f"more than {MOST:,} times"):
            compiled(" | ".join(["[@, @]"] * times), None)
