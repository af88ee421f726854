"""What a rule reads: paths of keys with wildcards, each with everything below it."""

from __future__ import annotations

import pytest

from compose2oam.errors import RuleError
from compose2oam.rules.patterns import Patterns, parse_pattern
from compose2oam.source.position import Position

# pattern, path, whether it reads it.
CASES = [
    ("image", ("image",), True),
    ("image", ("images",), False),
    ("image", ("build", "image"), False),
    ("deploy", ("deploy", "resources", "limits", "cpus"), True),
    ("deploy.resources", ("deploy", "resources", "limits"), True),
    ("deploy.resources", ("deploy",), False),
    ("deploy.resources", ("deploy", "mode"), False),
    ("ports[]", ("ports", 0), True),
    ("ports[]", ("ports", 7, "target"), True),
    ("ports[]", ("ports", "0"), False),
    ("ports[].target", ("ports", 3, "target"), True),
    ("ports[].target", ("ports", 3, "published"), False),
    ("ports.target", ("ports", 3, "target"), False),
    ("a[][]", ("a", 0, 1), True),
    ("a[][]", ("a", 0), False),
    ("networks.*.aliases", ("networks", "front", "aliases", 0), True),
    ("networks.*.aliases", ("networks", "front"), False),
    ("networks.*.aliases", ("networks", "a", "b", "aliases"), False),
    ("*", ("anything",), True),
    ("*", (0,), False),
    ("x-*", ("x-oam",), True),
    ("x-*", ("x",), False),
    ("x-*", ("a", "x-oam"), False),
    ("x-oam.hpa", ("x-oam", "hpa", "min"), True),
    ("**.x-*", ("x-a",), True),
    ("**.x-*", ("deploy", "resources", "x-a", "b"), True),
    ("**.x-*", ("ports", 2, "x-a"), True),
    ("**.x-*", ("deploy", "resources"), False),
    ("deploy.**.x-*", ("deploy", "x-a"), True),
    ("deploy.**.x-*", ("deploy", "a", "b", "x-a"), True),
    ("deploy.**.x-*", ("build", "x-a"), False),
    ('labels."kompose.hpa.cpu"', ("labels", "kompose.hpa.cpu"), True),
    ('labels."kompose.hpa.cpu"', ("labels", "kompose.hpa.memory"), False),
    ('labels."kompose.*"', ("labels", "kompose.hpa.memory"), True),
    ('labels."kompose.*"', ("labels", "composer"), False),
    ('labels."X.a"', ("labels", "X.a"), True),
]


@pytest.mark.parametrize(("pattern", "path", "reads"), CASES)
def test_a_pattern_reads_its_place_and_everything_below(pattern: str, path: tuple[str | int, ...], reads: bool) -> None:
    """``*`` is one key, ``x-*`` one extension, ``[]`` one item, ``**`` any number of steps."""
    patterns = Patterns([("A", parse_pattern(pattern, None))])
    assert list(patterns.match(path)) == (["A"] if reads else [])
    assert list(patterns.match(path)) == (["A"] if reads else []), "asked twice, it answers alike"


def test_every_rule_that_reads_a_place_is_named_once() -> None:
    """A leaf knows all its readers: of its own place, of a part above, and by a wildcard."""
    rules = {"A": "deploy", "B": "deploy.mode", "C": "*.mode", "D": "**.mode", "E": "labels"}
    patterns = Patterns((code, parse_pattern(text, None)) for code, text in rules.items())
    assert sorted(patterns.match(("deploy", "mode"))) == ["A", "B", "C", "D"]


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("image", ("image",)),
        ("deploy.placement.constraints[]", ("deploy", "placement", "constraints", "[]")),
        ("ports[].target", ("ports", "[]", "target")),
        ("networks.*.aliases", ("networks", "*", "aliases")),
        ("**.x-*", ("**", "x-*")),
        ("x-oam.hpa", ("x-oam", "hpa")),
        ('deploy.labels."a.b/c"', ("deploy", "labels", "a.b/c")),
    ],
)
def test_a_pattern_is_split_into_steps(text: str, steps: tuple[str, ...]) -> None:
    """One step for each key, and one for each ``[]``."""
    assert parse_pattern(text, None) == steps


def test_each_reader_is_known_with_how_much_of_a_path_it_names() -> None:
    """The rule that names a line most exactly is the one that is told of it."""
    rules = {"A": "deploy", "B": "deploy.mode", "C": "*.mode", "D": "**.mode", "E": "ports[].target"}
    patterns = Patterns((code, parse_pattern(text, None)) for code, text in rules.items())
    assert patterns.match(("deploy", "mode", "more")) == {"A": 1, "B": 2, "C": 2, "D": 2}
    assert patterns.match(("ports", 3, "target")) == {"E": 3}


def test_what_is_no_path_is_an_error() -> None:
    """With its code and its place."""
    with pytest.raises(RuleError, match="`a b` is not a path") as caught:
        parse_pattern("a b", Position("rule.yaml", 3, 7))
    (found,) = caught.value.diagnostics
    assert (found.code, str(found.position)) == ("RULE-114", "rule.yaml:3:7")


def test_what_users_call_things_does_not_fill_the_memory() -> None:
    """Keys that no pattern names lead to one place, and only some of them are kept."""
    patterns = Patterns([("A", parse_pattern("labels.*", None))])
    places = {id(patterns.start.below["labels"].below[f"key{number}"]) for number in range(5000)}
    assert len(places) == 1
    assert len(patterns.start.below["labels"].below) < 1000
