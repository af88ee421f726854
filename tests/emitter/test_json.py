"""JSON that any reader takes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from compose2oam.emitter.json import dump, dump_rows
from compose2oam.errors import InputError, UsageError


def test_one_document_stands_by_itself_in_the_order_given() -> None:
    assert dump([{"b": 1, "a": ["é", None]}]) == '{\n  "b": 1,\n  "a": [\n    "é",\n    null\n  ]\n}\n'


@pytest.mark.parametrize("documents", [[], [{"kind": "A"}, {"kind": "B"}]])
def test_several_documents_are_one_kubernetes_list(documents: list[Any]) -> None:
    assert json.loads(dump(documents)) == {"apiVersion": "v1", "kind": "List", "items": documents}


@pytest.mark.parametrize(
    ("value", "error"),
    [(float("nan"), InputError), (float("inf"), InputError), ("\ud800", InputError), (b"", UsageError)],
)
def test_what_json_cannot_hold_is_refused(value: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        dump([{"a": value}])


def test_data_that_contains_itself_is_refused() -> None:
    tree: list[Any] = []
    tree.append(tree)
    with pytest.raises(InputError):
        dump([tree])


def test_rows_are_one_to_a_line_and_read_back_the_same() -> None:
    """A list of a thousand things is a thousand lines, and the document is the one that was given."""
    document = {"name": "é", "none": [], "rows": [{"a": [1, {"b": None}]}, "text"], "counts": {"x": 2}}
    text = dump_rows(document)
    assert json.loads(text) == document
    assert text.splitlines() == [
        "{",
        '  "name": "é",',
        '  "none": [],',
        '  "rows": [',
        '    {"a": [1, {"b": null}]},',
        '    "text"',
        "  ],",
        '  "counts": {"x": 2}',
        "}",
    ]


def test_what_is_no_json_is_refused_in_rows_too() -> None:
    """Half a surrogate pair is an error of the input, not of the program."""
    with pytest.raises(InputError):
        dump_rows({"rows": ["\ud800"]})
