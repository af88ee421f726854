"""What all declarative files are read with: shapes by name, the nearest right word, and one fault as an error."""

from __future__ import annotations

from typing import Any

import pytest

from compose2oam.diagnostics import Severity
from compose2oam.errors import RuleError
from compose2oam.rules import strict
from compose2oam.source.position import Position
from compose2oam.source.tree import Map, Seq

HERE = Position("rule.yaml", 3, 7)
THERE = Position("rule.yaml", 4, 1)
BELOW = Position("rule.yaml", 5, 3)
SHAPES = {"name": strict.TEXT, "codes": strict.TEXTS, "deep": strict.MAPPING, "any": strict.ANY}


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (None, "nothing"),
        (3, "a number"),
        (0.5, "a number"),
        (True, "true or false"),
        ("", "a text"),
        (Seq(), "a list"),
        (Map(), "a mapping"),
    ],
)
def test_what_a_value_is_called(value: Any, word: str) -> None:
    """In the words of a message."""
    assert strict.kind_of(value) == word


@pytest.mark.parametrize(
    ("word", "hint"), [("replica", "did you mean `replicas`?"), ("zzz", ""), ("imag", "did you mean `image`?")]
)
def test_the_nearest_word(word: str, hint: str) -> None:
    """One at most, and none where nothing is near."""
    assert strict.near(word, ["image", "images", "replicas"]) == hint


def test_a_fault_is_an_error_at_its_place() -> None:
    """With a hint where there is one."""
    (found,) = strict.fail("RULE-1", "so", HERE).diagnostics
    assert (found.code, found.severity, found.message, found.position, found.hint) == (
        "RULE-1",
        Severity.ERROR,
        "so",
        HERE,
        "",
    )


@pytest.mark.parametrize("error", [kind("x") for kind in (TypeError, KeyError, AttributeError, ValueError, IndexError)])
def test_a_value_that_a_rule_cannot_use_is_a_fault_of_the_rule(error: Exception) -> None:
    """Whatever the library says of it."""
    with (
        pytest.raises(RuleError, match=rf"C2O-1 cannot be applied: {type(error).__name__}") as caught,
        strict.applying("C2O-1", HERE),
    ):
        raise error
    (found,) = caught.value.diagnostics
    assert (found.code, found.position) == ("RULE-126", HERE)
    assert "the shape of its field" in found.hint


def test_other_errors_pass() -> None:
    """A file that is not there is no fault of a rule."""
    with pytest.raises(OSError, match="gone"), strict.applying("C2O-1", HERE):
        raise OSError("gone")


@pytest.mark.parametrize(
    ("node", "code", "message", "place"),
    [
        ("text", "RULE-101", "a thing must be a mapping, not a text", HERE),
        (Map({"nam": "a"}, HERE, {"nam": THERE}), "RULE-102", "a thing has no key `nam`", THERE),
        (Map({"nam": "a"}), "RULE-102", "a thing has no key `nam`", HERE),
        (Map({"name": 1}, THERE, {"name": BELOW}), "RULE-103", "`name` of a thing must be a text, not a number", BELOW),
        (Map({"name": 1}), "RULE-103", "`name` of a thing must be a text, not a number", HERE),
        (
            Map({"codes": Seq(["a", 1], THERE, [THERE, BELOW])}),
            "RULE-103",
            "`codes` of a thing must be a list of texts; here is a number",
            BELOW,
        ),
        (
            Map({"codes": Seq([None], None, [None])}),
            "RULE-103",
            "`codes` of a thing must be a list of texts; here is nothing",
            HERE,
        ),
        (Map({"any": 1}, THERE), "RULE-104", "a thing needs a key `name`", THERE),
        (Map({"any": 1}), "RULE-104", "a thing needs a key `name`", HERE),
    ],
)
def test_what_is_wrong_is_said_where_it_stands(node: Any, code: str, message: str, place: Position) -> None:
    """At the key or the item; where that has no place of its own, at that of the whole."""
    with pytest.raises(RuleError) as caught:
        strict.read(node, SHAPES, ["name"], "a thing", HERE)
    (found,) = caught.value.diagnostics
    assert (found.code, found.message, found.position) == (code, message, place)


def test_what_is_right_is_returned() -> None:
    """As it was read."""
    node = Map({"name": "a", "codes": Seq(["b"]), "any": None})
    assert strict.read(node, SHAPES, ["name"], "a thing", None) is node
