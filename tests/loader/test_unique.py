"""Which entries of a list stay where several are about the same thing."""

from __future__ import annotations

import pathlib

import pytest

from compose2oam.loader.merge import equal
from compose2oam.loader.unique import deduplicate
from compose2oam.source.position import Position
from compose2oam.source.reader import parse
from compose2oam.source.tree import Map, Seq, mark_of, plain

FILE = pathlib.Path(__file__).parent / "uniques.yaml"
CASES = parse(FILE.read_text(encoding="utf-8"), FILE.name)[0]


@pytest.mark.parametrize("case", CASES, ids=[case["title"] for case in CASES])
def test_the_last_of_those_that_are_about_the_same_stays(case: Map) -> None:
    """It stands where the first did, and points to its own line; what cannot be compared is reported."""
    *way, last = case["at"].split(".")
    given = case["list"]
    before = list(given)
    holder = tree = Map()
    for step in way:
        holder[step] = Map()
        holder = holder[step]
    holder[last] = given
    findings = deduplicate(tree)
    if "refused" in case:
        (finding,) = findings
        index = len(given) - 1
        assert finding.code == "CF-307"
        assert finding.message == f"{case['at']}[{index}] {case['refused']}"
        assert finding.path == (*way, last, index)
        assert finding.position == given.marks[index]
        assert list(holder[last]) == before
        return
    assert findings == []
    kept = holder[last]
    assert equal(kept, case["kept"]), plain(kept)
    # Each item that stays is the very one that was given, under the mark that it was given with.
    own = [mark_of(given, [item is one for one in before].index(True)) for item in kept if isinstance(item, Map)]
    assert own == [mark for item, mark in zip(kept, kept.marks, strict=True) if isinstance(item, Map)]


@pytest.mark.parametrize(
    ("at", "items"),
    [("environment", ["A=1", "B=2", "A=3"]), ("volumes", ["va:/x", "vb:/y", "vc:/x"]), ("expose", ["80", "81", 80])],
)
def test_an_entry_keeps_its_own_line(at: str, items: list[object]) -> None:
    """The mark moves with the entry, to the place of the one that it replaces."""
    marks = [Position("a", line, 1) for line in range(1, 4)]
    tree = Map({"services": Map({"web": Map({at: Seq(items, None, marks)})})})
    assert deduplicate(tree) == []
    kept = tree["services"]["web"][at]
    assert (list(kept), kept.marks) == ([items[2], items[1]], [marks[2], marks[1]])


def test_an_entry_without_a_line_is_told_of_where_its_list_begins() -> None:
    """As one that another syntax made."""
    mark = Position("a", 7, 3)
    tree = Map({"services": Map({"web": Map({"expose": Seq([True], mark, [None])})})})
    assert [finding.position for finding in deduplicate(tree)] == [mark]


def test_all_that_cannot_be_compared_is_reported() -> None:
    """One finding for each entry, in every list."""
    (tree,) = parse("services:\n  a:\n    ports:\n    - {}\n    - '80'\n    - {}\n    expose: [true]\n", "c.yaml")
    lines = [(finding.path, finding.position and finding.position.line) for finding in deduplicate(tree)]
    assert lines == [
        (("services", "a", "ports", 0), 4),
        (("services", "a", "ports", 2), 6),
        (("services", "a", "expose", 0), 7),
    ]
