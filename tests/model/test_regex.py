"""A regular expression costs nothing before it is used, and then does what that of Python does."""

from __future__ import annotations

import re
from typing import Any

import pytest

from compose2oam.model.regex import regex


def test_nothing_is_compiled_before_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """To define one does not compile it, and to use it twice compiles it once."""
    compiled = []
    compile_really = re.compile

    def compile_and_note(text: Any, flags: Any = 0) -> Any:
        compiled.append(text)
        return compile_really(text, flags)

    monkeypatch.setattr(re, "compile", compile_and_note)
    words = regex("[a-z]+")
    assert not compiled
    assert words.findall("a b") == ["a", "b"]
    assert words.fullmatch("a b") is None
    assert compiled == ["[a-z]+"]


@pytest.mark.parametrize(
    "use",
    [
        lambda made: made.match("AB1").end(),
        lambda made: made.match("1ab", 1).span(),
        lambda made: made.search("1ab")["word"],
        lambda made: made.sub("-", "1ab2"),
        lambda made: made.split("1ab2"),
        lambda made: [found[0] for found in made.finditer("a1B")],
        lambda made: (made.pattern, made.flags, made.groupindex),
        lambda made: made.nothing_of_the_sort,
    ],
)
def test_it_does_what_that_of_python_does(use: Any) -> None:
    """With its flags, its groups, and its errors."""
    results = []
    for made in (re.compile("(?P<word>[a-z]+)", re.IGNORECASE), regex("(?P<word>[a-z]+)", re.IGNORECASE)):
        try:
            results.append(use(made))
        except AttributeError as error:
            results.append(type(error))
    assert results[0] == results[1]


def test_it_shows_what_it_is() -> None:
    """A message of a test or of a debugger shows the text, and that is no use."""
    assert repr(regex("[a-z]+")) == "regex('[a-z]+')"
