"""YAML text becomes trees with positions."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from compose2oam.errors import ComposeError, RuleError
from compose2oam.source import events
from compose2oam.source.position import Position
from compose2oam.source.reader import parse
from compose2oam.source.tree import Map, Seq, Tagged, locate, mark_of

TAGS = ("!reset", "!override")


def value(text: str) -> Any:
    (document,) = parse(text, "f")
    return document


def faults(text: str, **options: Any) -> list[str]:
    with pytest.raises(ComposeError) as caught:
        parse(text, "f", **options)
    return [str(found) for found in caught.value.diagnostics]


def test_every_key_and_item_knows_its_place() -> None:
    tree = value("services:\n  web:\n    ports:\n    - 80\n    -  target: 81\n       mode: host\n    image: 'é'  # c\n")
    web = tree["services"]["web"]
    assert tree.marks == {"services": Position("f", 1, 1)}
    assert mark_of(tree["services"], "web") == Position("f", 2, 3)
    assert web.mark == Position("f", 3, 5)
    assert web.marks == {"ports": Position("f", 3, 5), "image": Position("f", 7, 5)}
    assert web["ports"].marks == [Position("f", 4, 7), Position("f", 5, 8)]
    assert web["ports"][1].marks["mode"] == Position("f", 6, 8)
    assert locate(tree, ("services", "web", "ports", 1, "mode")) == Position("f", 6, 8)


def test_columns_count_characters_not_bytes() -> None:
    assert value("éé: {ü: 1, b: 2}\n")["éé"].marks["b"] == Position("f", 1, 12)


def test_collections_are_ours() -> None:
    tree = value("a: [1, {b: c}]")
    assert (type(tree), type(tree["a"]), type(tree["a"][1])) == (Map, Seq, Map)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1.10", {"a": 1.1}),
        ("a: '1.10'", {"a": "1.10"}),
        ('a: "x\\ty"', {"a": "x\ty"}),
        ("a: yes", {"a": "yes"}),
        ("a: |\n  1\n", {"a": "1\n"}),
        ("a: >-\n  b\n  c\n", {"a": "b c"}),
        ("a: b\n  c", {"a": "b c"}),
        ("a:", {"a": None}),
        ("a: !!str 12", {"a": "12"}),
        ("a: !!int '12'", {"a": 12}),
        ("a: !mine 12", {"a": "12"}),
        ("a: ! 12", {"a": "12"}),
        ("a: !mine {b: 1}", {"a": {"b": 1}}),
        ("a: !!set {b, c}", {"a": {"b": None, "c": None}}),
        ("{a: 1, b}", {"a": 1, "b": None}),
        ("{a:1}", {"a:1": None}),
        ("[a b: c]", [{"a b": "c"}]),
        ("? a\n: 1", {"a": 1}),
        ("!!str 1: a", {"1": "a"}),
        ("!mine 1: a", {"1": "a"}),
        ("a: &x [1]\nb: *x", {"a": [1], "b": [1]}),
        ("a: &x 1\nb: &x 2\nc: *x", {"a": 1, "b": 2, "c": 2}),
        ("a: &x k\n*x : 1", {"a": "k", "k": 1}),
        ("a: &x {b: &x 1}\nc: *x", {"a": {"b": 1}, "c": 1}),
        ("12", 12),
        ("\ufeffa: 1", {"a": 1}),
        ("a: 1\r\nb: 2\r\n", {"a": 1, "b": 2}),
    ],
)
def test_values(text: str, expected: Any) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "count"), [("", 0), ("# only this\n", 0), ("---\n", 1), ("a: 1\n---\nb: 2\n", 2), ("a: 1\n...\n", 1)]
)
def test_a_text_holds_any_number_of_documents(text: str, count: int) -> None:
    assert len(parse(text, "f")) == count


def test_an_anchor_reaches_into_the_next_document_as_in_docker_compose() -> None:
    assert parse("a: &x 1\n---\nb: *x\n", "f") == [{"a": 1}, {"b": 1}]


@pytest.mark.parametrize(
    ("text", "merged"),
    [
        ("<<: *b\nk: 3", {"k": 3, "j": 2}),
        ("k: 3\n<<: *b", {"k": 3, "j": 2}),
        ("<<: [*b, *c]", {"k": 1, "j": 2, "l": 9}),
        ("<<: [*c, *b]", {"k": 8, "l": 9, "j": 2}),
        ("<<: *list", {"k": 1, "m": 7}),
        ("<<: []\nk: 3", {"k": 3}),
        ("<<: {x: 1}", {"x": 1}),
        ("<<: *nested", {"z": 1, "k": 1, "j": 2}),
        ('"<<": {x: 1}', {"<<": {"x": 1}}),
        ("!!merge <<: {x: 1}", {"x": 1}),
    ],
)
def test_merge_keys(text: str, merged: dict[str, Any]) -> None:
    anchors = (
        "b: &b {k: 1, j: 2}\nc: &c {k: 8, l: 9}\nlist: &list [{k: 1}, {k: 2, m: 7}]\nnested: &nested {<<: *b, z: 1}\n"
    )
    tree = value(anchors + "a:\n" + "".join(f"  {line}\n" for line in text.split("\n")))
    assert tree["a"] == merged


def test_a_merged_key_keeps_the_place_where_it_was_written() -> None:
    tree = value("x: &x\n  k: 1\na:\n  <<: *x\n  j: 2\n")
    assert tree["a"].marks == {"k": Position("f", 2, 3), "j": Position("f", 5, 3)}


def test_no_two_places_share_a_node() -> None:
    tree = value("a: &x {b: [1]}\nc: *x\nd: {<<: *x}\n")
    tree["c"]["b"].put(2, None)
    assert (tree["a"], tree["d"]) == ({"b": [1]}, {"b": [1]})
    assert tree["c"]["b"].marks == [Position("f", 1, 12), None]


def test_asked_for_tags_are_kept() -> None:
    (tree,) = parse(
        "a: !reset null\nb: !override {c: !reset 1}\nd: [!override [2]]\ne: &e !reset 1\nf: *e", "f", tags=TAGS
    )
    found = {key: tree[key] for key in "abef"} | {"d": tree["d"][0]}
    assert all(isinstance(item, Tagged) for item in found.values())
    assert {key: (item.tag, item.value) for key, item in found.items()} == {
        "a": ("!reset", "null"),
        "b": ("!override", {"c": "1"}),
        "d": ("!override", [2]),
        "e": ("!reset", "1"),
        "f": ("!reset", "1"),
    }


def test_a_tagged_entry_tells_what_a_merge_key_holds_for_it() -> None:
    (tree,) = parse("x: &x {k: 1}\na: {<<: *x, k: !reset null}", "f", tags=TAGS)
    assert tree["a"]["k"].merged == 1


def test_strict_reading_refuses_tags() -> None:
    assert faults("a: !reset 1\nb: !x {c: 1}\nd: !!str 1", strict=True) == [
        "f:1:4: error: the tag !reset is not allowed here [CF-108] (a)",
        "f:2:4: error: the tag !x is not allowed here [CF-108] (b)",
    ]


def test_the_caller_chooses_the_error() -> None:
    with pytest.raises(RuleError):
        parse("a: [", "f", error=RuleError)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a: 1\nb: 2\na: 3", 'f:3:1: error: mapping key "a" already defined at line 1 [CF-103] (a)'),
        ('s: {"a": 1, a: 2}', 'f:1:13: error: mapping key "a" already defined at line 1 [CF-103] (s.a)'),
        ("a:\n  <<: {}\n  <<: {}", 'f:3:3: error: mapping key "<<" is there twice [CF-103] (a["<<"])'),
        ("s:\n- 1: a", "f:2:3: error: non-string key: 1 [CF-104] (s[0])"),
        ("true: a", "f:1:1: error: non-string key: true [CF-104]"),
        ("~: a", "f:1:1: error: non-string key: null [CF-104]"),
        ("1.5: a", "f:1:1: error: non-string key: 1.5 [CF-104]"),
        ("2001-01-01: a", "f:1:1: error: non-string key: 2001-01-01 00:00:00 +0000 UTC [CF-104]"),
        ("? [a]\n: b", "f:1:3: error: non-string key: a list [CF-104]"),
        ("{{a: 1}: 2}", "f:1:2: error: non-string key: a mapping [CF-104]"),
        ("a: *x", "f:1:4: error: unknown anchor 'x' referenced [CF-109] (a)"),
        ("*x : a", "f:1:1: error: unknown anchor 'x' referenced [CF-109]"),
        ("a: &x [*x]", "f:1:8: error: anchor 'x' value contains itself [CF-109] (a[0])"),
        ("a: &x {<<: *x}", "f:1:12: error: anchor 'x' value contains itself [CF-109] (a[\"<<\"])"),
        ("a: {<<: 1}", 'f:1:9: error: map merge requires map or sequence of maps as the value [CF-110] (a["<<"])'),
        ("a: {<<: }", 'f:1:9: error: map merge requires map or sequence of maps as the value [CF-110] (a["<<"])'),
        ("a: {<<: [[{}]]}", 'f:1:9: error: map merge requires map or sequence of maps as the value [CF-110] (a["<<"])'),
        ("a: !!int x", "f:1:4: error: 'x' is not a valid int [CF-108] (a)"),
    ],
)
def test_what_is_refused(text: str, fault: str) -> None:
    assert faults(text) == [fault]


def test_all_faults_are_reported_at_once() -> None:
    assert len(faults("a: 1\na: 2\n1: x\nb: *c\nd: {<<: 3}")) == 4


def test_reading_stops_after_many_faults() -> None:
    assert len(faults("".join(f"{number}: x\n" for number in range(1000)))) == events.MAX_FAULTS


def test_every_fault_has_a_hint() -> None:
    with pytest.raises(ComposeError) as caught:
        parse("a: 1\na: 2\n1: x\nb: *c\nd: {<<: 3}\ne: !!int x\nf: &f [*f]", "f")
    assert all(found.hint for found in caught.value.diagnostics)


@pytest.mark.parametrize(
    "text",
    ["a: [1, &x {b: c, <<: {d: !!str 1}}]\ne: *x\nf: |\n  g\n", "---\na: ! 12\n---\n- 'b'\n", "a: @", "\x01", "a: *b"],
)
def test_without_libyaml_the_result_is_the_same(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def outcome() -> Any:
        try:
            return parse(text, "f")
        except ComposeError as error:
            return [found.position for found in error.diagnostics]

    fast = outcome()
    monkeypatch.setattr(events, "_parser", yaml.SafeLoader)
    assert outcome() == fast


@pytest.mark.parametrize(
    ("text", "tagged"),
    [
        ("a: b", False),
        ("a: &b {c: d}\ne: *b", False),
        ("a: !other b", False),
        ("a: '!reset'", False),
        ("a: !reset b", True),
        ("a: [b]\n---\na: !reset [b]", True),
        ("a: [!reset b]", True),
    ],
)
def test_documents_know_whether_a_tag_was_kept(text: str, tagged: bool) -> None:
    """Who takes tags off need not look for them."""
    assert parse(text, "f", tags=("!reset",)).tagged is tagged
