"""What a later file takes away, and how far services may extend one another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from compose2oam.errors import ComposeError
from compose2oam.loader.tags import remove
from compose2oam.source.reader import parse
from compose2oam.source.tree import plain

if TYPE_CHECKING:
    from conftest import Loading


def chain(length: int) -> str:
    """A project in which so many services extend one another in a row."""
    services = [f"  s{n}: {{extends: s{n + 1}}}" for n in range(length)]
    return "services:\n" + "\n".join([*services, f"  s{length}: {{image: a}}"]) + "\n"


def test_a_long_chain_is_followed_to_its_end(loading: Loading) -> None:
    """As long as anybody writes one."""
    assert loading(chain(200)).tree["services"]["s0"]["image"] == "a"


def test_a_chain_without_end_is_refused_once(loading: Loading) -> None:
    """Where it gets too long, and not again for each service of it."""
    with pytest.raises(ComposeError) as caught:
        loading(chain(205))
    (finding,) = caught.value.diagnostics
    assert finding.code == "CF-304"
    assert str(finding.position) == "compose.yaml:202:10"
    assert "more than 200 services" in finding.message
    assert finding.hint


def test_what_is_taken_away_is_accounted_for(loading: Loading) -> None:
    """Each line that does it is known, with a code and a word, and so is what it took an item from."""
    project = loading(
        "services:\n  web:\n    image: a\n    hostname: !reset h\n    ports:\n    - '80'\n    - !reset '81'\n"
    )
    found = {item.path: (item.position.line, item.code, item.say) for item in project.resolved}
    assert found == {
        ("services", "web", "hostname"): (4, "CF-308", "it takes away what earlier files say"),
        ("services", "web", "ports", 1): (7, "CF-308", "it takes away what earlier files say"),
    }
    ports = project.tree["services"]["web"]["ports"]
    assert [mark and mark.line for mark in ports.marks] == [6]


def test_extends_is_accounted_for(loading: Loading) -> None:
    """The line is no longer in the model, and is remembered; the merged service keeps the place of its own."""
    project = loading("services:\n  web:\n    extends: base\n  base:\n    image: a\n")
    (item,) = [item for item in project.resolved if item.path == ("services", "web", "extends")]
    assert (item.position.line, item.value) == (3, "base")
    services = project.tree["services"]
    assert (services.marks["web"].line, services["web"].marks["image"].line) == (2, 5)


@pytest.mark.parametrize(
    ("places", "path", "left"),
    [
        ([("a", "b")], (), {"a": {"c": [{"d": 1}]}}),
        ([("a",)], (), {}),
        ([("x", "y"), ("a", "b")], (), {"a": {"c": [{"d": 1}]}}),
        ([("a", "c", 0)], (), {"a": {"b": 1, "c": [{"d": 1}]}}),
        ([("a", "c", 0, "d")], (), {"a": {"b": 1, "c": [{"d": 1}]}}),
        ([("a", "b", "z")], (), {"a": {"b": 1, "c": [{"d": 1}]}}),
        ([("s", "a", "b")], ("s",), {"a": {"c": [{"d": 1}]}}),
        ([("s",), ("t", "a"), ("s", "a", "b")], ("s",), {"a": {"c": [{"d": 1}]}}),
    ],
)
def test_only_entries_of_mappings_below_a_place_are_removed(
    places: list[tuple[str | int, ...]], path: tuple[str, ...], left: object
) -> None:
    """With their marks; what is not there, or in a list, changes nothing."""
    (tree,) = parse("a: {b: 1, c: [{d: 1}]}", "c.yaml")
    remove(tree, places, path)
    assert plain(tree) == left
    assert set(tree.marks) == set(tree)
