"""What is no YAML is explained: where, what, and what to do."""

from __future__ import annotations

import pytest

from compose2oam.errors import ComposeError
from compose2oam.source.reader import parse

CASES = [
    ("a:\n\tb: 1", "2:1", "a tab is used for indentation", "indent with spaces"),
    ('a: "b\nc: d\n', "1:4", "the quote is never closed", "close it"),
    ("a: 'b", "1:4", "the quote is never closed", "close it"),
    ("a: b: c", "1:5", "a mapping cannot begin here", "in quotes"),
    ("a: - b", "1:4", "a list cannot begin here", "a line of its own"),
    ("a: 1\nb\nc: 2\n", "2:1", "a key without ':' after it", "write 'key: value'"),
    ("a:\n  b: 1\n c: 2", "3:2", "this line does not fit the mapping around it", "indentation"),
    ("a:\n  - b\n  c: d\n", "3:3", "this line does not fit the list around it", "the same column"),
    ("a: [1, 2\nb: 3\n", "2:2", "the list is never closed (it begins at line 1)", "']'"),
    ("a: {b: 1\nc: 3\n", "2:2", "the mapping is never closed (it begins at line 1)", "'}'"),
    ("a: [1,,2]", "1:7", "a value is missing here", "close"),
    ("a: @b", "1:4", "a value cannot begin with '@'", "quotes"),
    ("a: `b`", "1:4", "a value cannot begin with '`'", "quotes"),
    ("a: %b", "1:4", "a value cannot begin with '%'", "quotes"),
    ('a: "C:\\windows"', "1:7", "an unknown escape after '\\'", "single quotes"),
    ("a: !x!y 1", "1:4", "found undefined tag handle", ""),
    ("a: b\n<<<<<<< HEAD\nc: d\n", "2:1", "a merge conflict is left in the file", "resolve it"),
    ("a: b\nc: \x01\n", "2:4", "a control character (code 0x1) is not allowed", "the right file"),
    ("a: \ud800", "1:4", "a control character (code 0xd800) is not allowed", ""),
]


@pytest.mark.parametrize(("text", "place", "message", "hint"), CASES)
def test_a_syntax_error_is_explained(text: str, place: str, message: str, hint: str) -> None:
    with pytest.raises(ComposeError) as caught:
        parse(text, "f")
    (found,) = caught.value.diagnostics
    assert str(found.position) == f"f:{place}"
    assert found.code == "CF-101"
    assert message in found.message
    assert hint in found.hint
