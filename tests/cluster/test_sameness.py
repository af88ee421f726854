"""What need not be sent again: an object that holds exactly what was applied."""

from __future__ import annotations

from typing import Any

import pytest

from compose2oam.cluster.sameness import is_as_applied

MANIFEST: dict[str, Any] = {"apiVersion": "v1", "kind": "Thing", "metadata": {"name": "x"}}


def _there(spec: dict[str, Any], fields: dict[str, Any]) -> dict[str, Any]:
    entry = {"manager": "us", "operation": "Apply", "apiVersion": "v1", "fieldsV1": {"f:spec": fields}}
    return {**MANIFEST, "metadata": {"name": "x", "managedFields": [entry]}, "spec": spec}


@pytest.mark.parametrize("nothing", [0, "", False, []])
def test_a_value_that_says_nothing_is_stored_as_absent(nothing: object) -> None:
    """Go's `omitempty` leaves a zero out, such as a probe's delay, and the field is still ours."""
    there = _there({"image": "web:1"}, {"f:image": {}, "f:initialDelaySeconds": {}})
    wanted = {**MANIFEST, "spec": {"image": "web:1", "initialDelaySeconds": nothing}}
    assert is_as_applied(there, wanted, "us")


@pytest.mark.parametrize("something", [1, "x", True, [0], {}])
def test_any_other_value_that_is_absent_has_to_be_sent(something: object) -> None:
    """What the object has not is not as applied."""
    there = _there({"image": "web:1"}, {"f:image": {}, "f:more": {}})
    assert not is_as_applied(there, {**MANIFEST, "spec": {"image": "web:1", "more": something}}, "us")


def test_a_zero_that_is_not_ours_yet_has_to_be_sent() -> None:
    """It becomes our field by that."""
    there = _there({"image": "web:1"}, {"f:image": {}})
    assert not is_as_applied(there, {**MANIFEST, "spec": {"image": "web:1", "replicas": 0}}, "us")
