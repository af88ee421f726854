"""What a later file makes of an earlier one, place by place, with the file that each entry points to.

``tests/parity`` puts such pairs before Docker Compose itself; these need nothing but Python.
"""

from __future__ import annotations

import json
import pathlib
from typing import Any

import pytest

from compose2oam.errors import ComposeError
from compose2oam.loader.merge import equal, merge
from compose2oam.source.reader import parse
from compose2oam.source.tree import Map, Seq, plain

FILE = pathlib.Path(__file__).parent / "merges.yaml"
CASES = parse(FILE.read_text(encoding="utf-8"), FILE.name)[0]
FILES = ("earlier", "later")


def text_of(value: Any) -> str:
    """Write a tree so that other types are other texts, and the order of keys does not count."""
    return json.dumps(plain(value), sort_keys=True)


def _marked(value: Any, file: str) -> Any:
    """Return a tree as if a file of that name held it."""
    if isinstance(value, Map):
        children = {key: _marked(child, file) for key, child in value.items()}
        return Map(children, value.mark, {key: mark._replace(file=file) for key, mark in value.marks.items()})
    if isinstance(value, Seq):
        marks = [mark and mark._replace(file=file) for mark in value.marks]
        return Seq((_marked(child, file) for child in value), value.mark, marks)
    return value


def _merged(case: Map) -> Any:
    """Merge the two mappings that hold the values of a case."""
    *way, last = case["at"].split(".")
    earlier, later = (
        Map({last: _marked(case[file], file)}, None, {last: case.marks[file]._replace(file=file)}) for file in FILES
    )
    return merge(earlier, later, tuple(way))


def _files(value: Any) -> Any:
    marks = value.marks
    if isinstance(value, Map):
        return {key: marks[key].file if key in marks else "nobody" for key in value}
    return [mark.file if mark else "nobody" for mark in marks]


@pytest.mark.parametrize("case", CASES, ids=[case["title"] for case in CASES])
def test_a_later_file_over_an_earlier_one(case: Map) -> None:
    """The result is as the specification says; each entry of it points to the file that says it."""
    if "refused" in case:
        with pytest.raises(ComposeError) as caught:
            _merged(case)
        (finding,) = caught.value.diagnostics
        assert finding.code == case.get("code", "CF-306")
        assert case["refused"] in finding.message
        assert finding.position is not None
        assert finding.position.file == "later"
        return
    merged = _merged(case)[case["at"].rpartition(".")[2]]
    assert text_of(merged) == text_of(case["merged"])
    if "from" in case:
        found = _files(merged)
        wanted = plain(case["from"])
        assert found == wanted if isinstance(wanted, list) else {key: found[key] for key in wanted} == wanted


@pytest.mark.parametrize("case", [case for case in CASES if "refused" not in case], ids=lambda case: case["title"])
def test_a_result_has_a_mark_for_each_item(case: Map) -> None:
    """A list and its marks stay of one length, which all that reports a place rests on."""
    merged = _merged(case)

    def check(value: Any) -> None:
        if isinstance(value, Seq):
            assert len(value) == len(value.marks)
        if isinstance(value, Map):
            assert set(value.marks) <= set(value)
        for child in value.values() if isinstance(value, Map) else value if isinstance(value, Seq) else ():
            check(child)

    check(merged)


@pytest.mark.parametrize(
    "case", [case for case in CASES if not {"refused", "again"} & set(case)], ids=lambda case: case["title"]
)
def test_merging_again_changes_nothing(case: Map) -> None:
    """What a file says is not said twice by saying it again."""
    once = _merged(case)
    last = case["at"].rpartition(".")[2]
    again = merge(_merged(case), Map({last: _marked(case["later"], "later")}), tuple(case["at"].split(".")[:-1]))
    assert text_of(again) == text_of(once)


@pytest.mark.parametrize(
    ("at", "earlier", "later"),
    [
        ("services.web.environment", {"A": "1"}, ["B=1"]),
        ("services.web.dns", ["1.1.1.1"], ["2.2.2.2"]),
        ("services.web.networks", ["a"], {"b": None}),
        ("services.web.ports", ["80"], ["81"]),
    ],
)
def test_a_list_that_both_have_begins_where_the_earlier_one_does(at: str, earlier: Any, later: Any) -> None:
    """Also where another syntax makes it anew: that is where an entry without a place of its own is told of."""
    case = parse(json.dumps({"at": at, "earlier": earlier, "later": later}), "case.yaml")[0]
    merged = _merged(case)[at.rpartition(".")[2]]
    assert merged.mark == case["earlier"].mark is not None


def test_a_conflict_without_a_later_place_points_to_the_earlier_one() -> None:
    """What was moved here from an old spelling has no line of its own."""
    earlier = parse("ports: ['80']", "earlier")[0]
    with pytest.raises(ComposeError) as caught:
        merge(earlier, Map({"ports": Map({"a": 1})}), ("services", "web"))
    assert caught.value.diagnostics[0].position == earlier.marks["ports"]


def test_equal_is_as_go_has_it() -> None:
    """Types count, order of keys does not."""
    same = [(1, 1), ("a", "a"), ({"a": 1, "b": [2]}, {"b": [2], "a": 1}), ([], [])]
    other = [(1, 1.0), (1, True), ("1", 1), ({"a": 1}, {"a": 2}), ({"a": 1}, {"b": 1}), ({"a": 1}, {"a": 1, "b": 1})]
    other += [([1, 2], [1, 3]), ([1], [1, 1]), ([1, 1], [1]), ([], {}), (None, False)]
    assert all(equal(one, two) is True for one, two in same)
    assert not any(equal(one, two) for one, two in other)
