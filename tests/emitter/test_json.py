"""JSON that any reader takes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from compose2oam.emitter.json import dump
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
