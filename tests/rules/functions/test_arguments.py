"""Dollars: Kubernetes expands ``$(NAME)`` and halves ``$$`` where Docker does neither."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compose2oam.rules.functions.arguments import escaped


def expanded(text: str) -> str:
    """What Kubernetes makes of a text, by its own description: ``$$`` is a dollar, ``$(NAME)`` a variable's value."""
    made, index = "", 0
    while index < len(text):
        rest = text[index + 1 :]
        if text[index] != "$" or not rest:
            made, index = made + text[index], index + 1
        elif rest[0] == "$":
            made, index = made + "$", index + 2
        elif rest[0] == "(" and ")" in rest:
            made, index = made + "<value>", index + 2 + rest.index(")")
        else:
            made, index = made + text[index : index + 2], index + 2
    return made


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("$HOME ${HOME}", "$HOME ${HOME}"),
        ("$(date)", "$$(date)"),
        ("echo $$", "echo $$$$"),
        ("$$(date)", "$$$$(date)"),
        ("100$", "100$"),
        ("a$$$b", "a$$$$$$b"),
    ],
)
def test_dollars_are_doubled_where_kubernetes_would_halve_them(text: str, expected: str) -> None:
    """And left alone where it would not."""
    assert escaped(text) == expected


@given(st.text(alphabet="$()a{}", max_size=12))
def test_kubernetes_reads_back_what_docker_would_have_run(text: str) -> None:
    """Whatever the text."""
    assert expanded(escaped(text)) == text
