"""What the server keeps about who set which field (Kubernetes, "Server-Side Apply", managed fields)."""

from __future__ import annotations

from typing import Any

import pytest

from compose2oam.cluster.ownership import owned, setter

OURS = {
    "manager": "compose2oam", "operation": "Apply", "time": "2026-01-01T00:00:00Z",
    "fieldsV1": {
        "f:metadata": {"f:labels": {"f:app": {}}},
        "f:spec": {
            "f:replicas": {},
            "f:template": {"f:spec": {"f:containers": {'k:{"name":"web"}': {".": {}, "f:name": {}, "f:image": {}}}}},
        },
    },
}  # fmt: skip
THEIRS = {
    "manager": "kubectl-scale", "operation": "Update", "time": "2026-02-02T00:00:00Z",
    "fieldsV1": {"f:spec": {"f:replicas": {}, "f:paused": {}}},
}  # fmt: skip
STATUS = {
    "manager": "kube-controller-manager", "operation": "Update", "subresource": "status",
    "fieldsV1": {"f:spec": {"f:paused": {}}},
}  # fmt: skip
CONTAINERS = [{"name": "web", "image": "web:1", "imagePullPolicy": "Always"}, {"name": "proxy", "image": "envoy"}]


@pytest.fixture
def there() -> dict[str, Any]:
    """A Deployment that three programs wrote to."""
    return {
        "metadata": {"labels": {"app": "web", "team": "a"}, "managedFields": [OURS, THEIRS, STATUS]},
        "spec": {"replicas": 5, "paused": True, "template": {"spec": {"containers": CONTAINERS}}},
    }


@pytest.mark.parametrize(
    ("path", "manager"),
    [
        (("spec", "replicas"), "kubectl-scale"),
        (("spec", "paused"), "kubectl-scale"),
        (("spec", "template", "spec", "containers", "web", "image"), ""),
        (("spec", "template", "spec", "containers", "proxy", "image"), ""),
        (("metadata", "labels", "team"), ""),
    ],
)
def test_the_last_who_is_not_us(there: dict[str, Any], path: tuple[str, ...], manager: str) -> None:
    """What we set is nobody's news, and neither is what nobody is known to have set."""
    assert setter(there, path) == (manager, "2026-02-02T00:00:00Z" if manager else "")


def test_a_list_that_is_one_value_is_its_last_writers() -> None:
    """Whoever changed a part of a list without keys owns all of it."""
    entry = {**THEIRS, "fieldsV1": {"f:spec": {"f:components": {}}}}
    there = {"metadata": {"managedFields": [entry]}}
    assert setter(there, ("spec", "components", "web", "properties", "image"))[0] == "kubectl-scale"


def test_our_part_of_an_object(there: dict[str, Any]) -> None:
    """What we have to apply again to keep it: our fields, with the keys of the items that they are in."""
    assert owned(there) == {
        "metadata": {"labels": {"app": "web"}},
        "spec": {"replicas": 5, "template": {"spec": {"containers": [{"name": "web", "image": "web:1"}]}}},
    }


def test_of_what_somebody_else_made_no_part_is_ours() -> None:
    """An object without our fields gives nothing."""
    assert owned({"metadata": {"managedFields": [THEIRS]}}) == {}
    assert owned({"metadata": {}}) == {}


def test_finalizers_are_values_of_a_list() -> None:
    """Lists of values are owned value by value."""
    fields = {"f:metadata": {"f:finalizers": {".": {}, 'v:"ours"': {}}}}
    there = {"metadata": {"finalizers": ["ours", "theirs"], "managedFields": [{**OURS, "fieldsV1": fields}]}}
    assert owned(there) == {"metadata": {"finalizers": ["ours"]}}
