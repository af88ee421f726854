"""Comments that are indented with tabs are read where Docker Compose reads them: below another comment."""

from __future__ import annotations

import pytest

from compose2oam.errors import ComposeError
from compose2oam.source.reader import parse
from compose2oam.source.tree import plain

READ = {
    "commented out": "a:\n  # b:\n\t#   - c\n  d: e\n",
    "with an empty line between": "a:\n  d: e\n  # b\n\n\t# c\n",
    "with tabs alone between": "a:\n  d: e\n  # b\n\t\n \t# c\n",
    "in a list": "a:\n  - b\n  # c\n\t# d\n  - e\n",
    "at the top": "# a\n\t# b\na: b\n",
    "several": "a:\n  # b\n\t# c\n\t\t# d\n  e: f\n  # g\n\t# h\n  i: j\n",
    "with the line ends of Windows": "a:\r\n  # b\r\n\t# c\r\n  d: e\r\n",
}


@pytest.mark.parametrize("title", READ)
def test_comments_below_a_comment_may_have_tabs(title: str) -> None:
    """What is read is what the text says without them, each thing at its place."""
    text = READ[title]
    bare = text.replace("\t", " ")
    ours, same = parse(text, "f"), parse(bare, "f")
    assert plain(ours[0]) == plain(same[0])
    assert ours[0].marks == same[0].marks


@pytest.mark.parametrize(
    "text",
    [
        "a:\n  d: 'e'\n\t# c\n  f: g\n",
        "a:\n  d: e # b\n\t# c\n",
        "a:\n  # b\n\td: e\n",
        "a:\n  d: 'e'\n\tf: g\n",
        "a:\n  # b\n\t\n  d: e\n",
    ],
    ids=["below a value", "below a comment at a value", "a key below a comment", "a key", "alone below a comment"],
)
def test_other_tabs_are_refused(text: str) -> None:
    with pytest.raises(ComposeError) as caught:
        parse(text, "f")
    assert caught.value.diagnostics[0].message == "a tab is used for indentation"


def test_a_text_of_nothing_but_such_comments_is_refused_in_time() -> None:
    """Reading anew has an end."""
    with pytest.raises(ComposeError):
        parse("a:\n" + "  # b\n\t# c\n  - d\n" * 2000, "f")
