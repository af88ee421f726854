"""How what several rules give to one place comes together."""

from __future__ import annotations

from typing import Any

import pytest

from compose2oam.rules.contributions import Conflict, combine, override, own

COMBINED = {
    "a new key": ({"a": 1}, {"b": 2}, {"a": 1, "b": 2}),
    "mappings meet": ({"a": {"b": 1}}, {"a": {"c": 2}}, {"a": {"b": 1, "c": 2}}),
    "lists grow": ({"a": [1]}, {"a": [2]}, {"a": [1, 2]}),
    "the same value twice": ({"a": {"b": 1}}, {"a": {"b": 1}}, {"a": {"b": 1}}),
    "several new keys": ({"c": 1}, {"a": 1, "b": 2, "c": 1, "d": 3}, {"c": 1, "a": 1, "b": 2, "d": 3}),
    "deep": ({"a": {"b": {"c": [1]}}}, {"a": {"b": {"c": [2], "d": 3}}}, {"a": {"b": {"c": [1, 2], "d": 3}}}),
}
OVERRIDDEN = {
    "a new key": ({"a": 1}, {"b": 2}, {"a": 1, "b": 2}),
    "mappings meet": ({"a": {"b": 1}}, {"a": {"c": 2}}, {"a": {"b": 1, "c": 2}}),
    "lists are replaced": ({"a": [1]}, {"a": [2]}, {"a": [2]}),
    "values are replaced": ({"a": 1}, {"a": 2}, {"a": 2}),
    "a mapping is replaced by a value": ({"a": {"b": 1}}, {"a": 2}, {"a": 2}),
    "null takes a key away": ({"a": 1, "b": 2}, {"a": None}, {"b": 2}),
    "null takes a deep key away": ({"a": {"b": 1, "c": 2}}, {"a": {"b": None}}, {"a": {"c": 2}}),
    "null for what is not there": ({"a": 1}, {"b": None}, {"a": 1}),
}


@pytest.mark.parametrize("title", COMBINED)
def test_rules_combine(title: str) -> None:
    """Rules add to one another, and never overwrite."""
    target, addition, expected = COMBINED[title]
    combine(target, addition)
    assert target == expected


@pytest.mark.parametrize("title", OVERRIDDEN)
def test_users_override(title: str) -> None:
    """What a user says is laid over what the rules made; null takes away."""
    target, addition, expected = OVERRIDDEN[title]
    override(target, addition)
    assert target == expected


@pytest.mark.parametrize(
    ("target", "addition", "path"),
    [
        ({"a": 1}, {"a": 2}, ("a",)),
        ({"a": {"b": {"c": 1}}}, {"a": {"b": {"c": 2}}}, ("a", "b", "c")),
        ({"a": {"b": 1}}, {"a": 2}, ("a",)),
        ({"a": [1]}, {"a": {"b": 1}}, ("a",)),
    ],
)
def test_two_values_for_one_place_are_a_conflict(target: Any, addition: Any, path: tuple[str, ...]) -> None:
    """It names the place."""
    with pytest.raises(Conflict) as caught:
        combine(target, addition)
    assert caught.value.path == path
    assert str(caught.value) == ".".join(path)


@pytest.mark.parametrize("merge", [combine, override])
def test_what_was_given_is_not_reached_into(merge: Any) -> None:
    """A later addition does not change what an earlier one brought, however deep."""
    given = {"a": {"b": [1], "c": {"d": 1}}}
    target: dict[str, Any] = {}
    merge(target, given)
    merge(target, {"a": {"b": [2], "c": {"e": 2}}})
    assert given == {"a": {"b": [1], "c": {"d": 1}}}
    assert target["a"]["c"] == {"d": 1, "e": 2}


def test_lists_are_taken_over_with_what_is_in_them() -> None:
    """What two services got of one rule are two things, item by item."""
    given = [{"a": [1]}, [{"b": 2}], "c"]
    taken = own(given)
    assert taken == given
    taken[0]["a"].append(2)
    taken[1][0]["b"] = 3
    assert given == [{"a": [1]}, [{"b": 2}], "c"]
