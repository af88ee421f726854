"""Functions that take a value apart or put one together, for rules of users more than for ours."""

from __future__ import annotations

from typing import Any

import pytest

from compose2oam.rules.functions.as_mapping import as_mapping
from compose2oam.rules.functions.image_tag import image_tag

NO_CONTEXT: Any = None


@pytest.mark.parametrize(
    ("image", "tag"),
    [
        ("postgres:16", "16"),
        ("registry:5000/team/postgres:16.4-alpine", "16.4-alpine"),
        ("postgres:16@sha256:0123", "16"),
        ("postgres", None),
        ("registry:5000/postgres", None),
        ("postgres@sha256:0123", None),
    ],
)
def test_the_tag_of_an_image(image: str, tag: str | None) -> None:
    """The port of a registry is no tag, and neither is a digest."""
    assert image_tag(image, NO_CONTEXT) == tag


@pytest.mark.parametrize(
    ("pairs", "mapping"),
    [
        ([{"name": "a", "value": 1}, {"name": "b", "value": []}], {"a": 1, "b": []}),
        ([{"name": "a", "value": None}, {"value": 1}, {"name": "", "value": 1}], None),
        ([], None),
    ],
)
def test_pairs_become_a_mapping(pairs: list[dict[str, Any]], mapping: dict[str, Any] | None) -> None:
    """What has no name or no value is left out, and nothing is made of nothing."""
    assert as_mapping(pairs, NO_CONTEXT) == mapping
