"""No text makes the reader crash, hang or fill the memory; it raises its own error or returns a tree."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compose2oam.diagnostics import Diagnostic
from compose2oam.errors import InputError
from compose2oam.source import events
from compose2oam.source.events import MAX_DEPTH
from compose2oam.source.reader import parse

LAUGHS = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)
)
MERGED_LAUGHS = "a0: &a0 {k: 1}\n" + "".join(
    f"a{n}: &a{n} {{x: *a{n - 1}, y: *a{n - 1}, <<: *a{n - 1}}}\n" for n in range(1, 40)
)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (LAUGHS, "aliases repeat too much"),
        (MERGED_LAUGHS, "repeat too much"),
        ("[" * 100_000, f"nested more than {MAX_DEPTH} levels deep"),
        ("{a: " * 100_000, f"nested more than {MAX_DEPTH} levels deep"),
        ("- " * 100_000, f"nested more than {MAX_DEPTH} levels deep"),
        ("a: &a " + "[" * 60 + "]" * 60 + "\nb: " + "[" * 60 + "*a" + "]" * 60, f"more than {MAX_DEPTH} levels deep"),
    ],
    ids=["billion laughs", "billion laughs by merge keys", "lists", "mappings", "items", "depth by aliases"],
)
def test_bounds(text: str, message: str) -> None:
    start = time.perf_counter()
    with pytest.raises(InputError, match=message) as caught:
        parse(text, "f")
    assert caught.value.diagnostics[0].code == "CF-105"
    assert time.perf_counter() - start < 20


def test_the_greatest_depth_is_allowed() -> None:
    assert len(parse("[" * MAX_DEPTH + "]" * MAX_DEPTH, "f")) == 1


def test_a_text_of_too_many_parts_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "MAX_EVENTS", 1000)
    with pytest.raises(InputError, match="too large"):
        parse("- [[x]]\n" * 2000, "f")


def findings(text: str) -> tuple[Diagnostic, ...]:
    """Read a text, and return what is wrong with it."""
    try:
        parse(text, "f", tags=("!reset",))
    except InputError as error:
        return error.diagnostics
    return ()


PIECES = [
    *"ab01:,-?[]{}&*!|>'\"%@`#~=<\\ \t\n",
    "\n  ",
    ": ",
    "- ",
    "<<: ",
    "*a",
    "&a ",
    "!!int ",
    "!reset ",
    "--- ",
    "é",
    "\0",
]


@pytest.mark.parametrize("seed", range(4))
def test_random_tokens_never_raise_another_error(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(400):
        text = "".join(chance.choice(PIECES) for _ in range(chance.randint(1, 30)))
        assert all(found.position and found.message for found in findings(text))


@given(st.text(max_size=60))
@settings(max_examples=200, deadline=None, database=None)
def test_random_text_never_raises_another_error(text: str) -> None:
    assert all(found.position for found in findings(text))
