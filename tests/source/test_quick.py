"""Usual YAML is read the quick way, and as libyaml reads it; all other is left to libyaml."""

from __future__ import annotations

import pathlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compose2oam.errors import ComposeError
from compose2oam.source import events, quick
from compose2oam.source.tree import Map, Seq

ROOT = pathlib.Path(__file__).parents[2]
PLACES = ("samples", "mappings", "tests", "docs", "../shared/corpus/public")
FILES = sorted(file for place in PLACES for file in (ROOT / place).glob("**/*.y*ml") if file.is_file())


def by_events(text: str) -> list[Any]:
    return events.parse(text, "f", frozenset(), False, ComposeError)


def shown(node: Any) -> Any:
    """Return a tree with all that tells it from another one."""
    if isinstance(node, Map):
        return node.mark, list(node.marks.items()), [(key, shown(value)) for key, value in node.items()]
    if isinstance(node, Seq):
        return node.mark, node.marks, [shown(value) for value in node]
    return type(node), repr(node)


def is_quick(text: str) -> bool:
    """Tell whether a text is read the quick way, and fail if that gives something else than libyaml does."""
    read = quick.read(text, "f")
    if read is None:
        return False
    (document,) = by_events(text)
    assert shown(read) == shown(document)
    return True


USUAL = [
    "a: b",
    "a: b\r\nc: d\r\n",
    "# c\n\n---\n# c\na: 1\n",
    "  a: 1\n  b: 2\n",
    "a:\nb: # c\n  # c\n   - x\n # c\n   - y\n",
    "a:\n- 1\n- 2\nb:\n  - 3\n",
    "- a\n- b: 1\n  c: 2\n-   d:\n    - e\n",
    "- a:\n  - b:\n    - c\n  d: e\n- f\n",
    "a: x#y # c\nb: http://h:80/p?q=r&s#t\nc: -1\nd: --x\ne: a - b\nf: \\d\n",
    "a: 1.10\nb: ~\nc: true\nd: 0o17\ne: 2001-12-14\nf: 22:22\ng: .inf\nh: yes\n",
    "a: ''\nb: \"\"\nc: 'x: y # z'  # c\nd: \"it's\"\n\"e f\": g\n'true': h\n",
    "a: []\nb: {}  # c\nc: [ a,'b', \"c: d\" , 1, a=b, x  -y z, --v, = ]\nd: {a: b, \"c\": 'd', e.f: 1.5}\n",
    "a: ${A:-b}\nb: ${B:?no}\nc: $$x\n",
    "'ключ': 1\nk: значение 🎉\n",
    "traefik.http.routers.x.rule: Host(`a`)\nx-y: z\nA_B/c: d\n",
    "a:\n  b:\n\n    c:\n  d:\n",
]

UNUSUAL = [
    "",
    "# only\n",
    "a",
    "a: &x b",
    "a: *x",
    "a: !reset b",
    "a: |\n  b\n",
    "a: >-\n  b\n",
    'a: "\\n"',
    "a: 'it''s'",
    "a: 'b\n  c'",
    "a: b\n  c",
    "a:\n  b",
    "a: b: c",
    "a: b:",
    "a:\tb",
    "a: b\rc: d",
    "a: b\u2028",
    "\ufeffa: b",
    "a: \x07",
    "a: @b",
    "a: %b",
    "a: `b`",
    "a: ,b",
    "? a",
    "a b: c",
    "1: a",
    "true: a",
    "2001-12-14: a",
    "~: a",
    "<<: {a: b}",
    "a: 1\na: 2",
    "a: 1\n'a': 2",
    "a: {b: 1, b: 2}",
    "a: {1: 2}",
    "a: [b\n, c]",
    "a: [[b]]",
    "a: [b,]",
    "a: [b] c",
    "a: [b: c]",
    "a: [- b]",
    "a: [-]",
    "a: [b #c]",
    "a: {b:1}",
    "a: {b}",
    'a: "b"c',
    'a: "b"#c',
    '"a" : b',
    '"a":b',
    "- - a",
    "-",
    "- # c",
    "a: -",
    "a: - b",
    "a:\n  - b\n c: d",
    "a:\n    b: 1\n  c: 2",
    "a: 1\n  b: 2",
    "a: 1\n- b",
    "- a\nb: 1",
    "- a\n  b: 1",
    "---\na: 1\n---\nb: 2",
    "a: 1\n---\n",
    "a: 1\n...\n",
    "%YAML 1.2\n---\na: 1\n",
    f"{'a' * 202}: b",
]


@pytest.mark.parametrize("text", USUAL)
def test_usual_texts_are_read_the_quick_way(text: str) -> None:
    assert is_quick(text)


@pytest.mark.parametrize("text", UNUSUAL)
def test_all_other_texts_are_left_to_libyaml(text: str) -> None:
    assert quick.read(text, "f") is None


@pytest.mark.parametrize(("depth", "is_usual"), [(quick.DEPTH, True), (quick.DEPTH + 1, False)])
def test_what_is_nested_deeply_is_left_to_libyaml(depth: int, is_usual: bool) -> None:
    assert is_quick("".join(f"{' ' * number}a:\n" for number in range(depth))) is is_usual


def test_what_is_too_long_is_left_to_libyaml(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quick, "LINES", 10)
    assert is_quick("a: [1, 2, 3]\n" + "# c\n" * 7)
    assert not is_quick("a: [1, 2, 3]\n" + "# c\n" * 8)


def test_files_are_read_alike() -> None:
    read = [is_quick(file.read_bytes().decode("utf-8", "replace")) for file in FILES]
    assert sum(read) > 20


LINES = [line for file in FILES if "samples" in file.parts for line in file.read_text("utf-8").split("\n")]
PIECES = (
    *" -:#'\"[]{},&*!|>%@`?\\\t\n~1a=$é\r\x85\xa0\u2028\ufeff",
    *(
        "\n  ",
        "\n- ",
        "- ",
        ": ",
        ":\n",
        " #",
        "''",
        "<<: ",
        "---\n",
        "...",
        "null",
        "1.5",
        "{}",
        "[]",
        "a: b",
        "[a, b]",
    ),
)


@st.composite
def lines(draw: st.DrawFn) -> str:
    """Some lines of samples, indented as they may be."""
    indents = draw(st.lists(st.sampled_from((0, 0, 2, 2, 4, 6)), min_size=1, max_size=8))
    return "\n".join(" " * indent + draw(st.sampled_from(LINES)).strip() for indent in indents)


@st.composite
def broken(draw: st.DrawFn) -> str:
    """Some lines of a sample in which something is put in the place of something else."""
    start = draw(st.integers(0, len(LINES)))
    text = "\n".join(LINES[start : start + draw(st.integers(1, 12))])
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(text)))
        text = text[:place] + draw(st.sampled_from(PIECES)) + text[place + draw(st.integers(0, 3)) :]
    return text


@given(st.one_of(lines(), broken(), st.lists(st.sampled_from(PIECES), max_size=20).map("".join)))
@settings(max_examples=600)
def test_no_text_is_read_in_another_way(text: str) -> None:
    is_quick(text)
