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


# A pod as the API server keeps it: items of lists by key, in the fields of their owner.
_PORT: dict[str, Any] = {"containerPort": 80, "protocol": "TCP"}
_PORT_OF_OURS = {".": {}, "f:containerPort": {}, "f:protocol": {}}
_CONTAINERS: dict[str, Any] = {
    "f:containers": {
        'k:{"name":"web"}': {
            ".": {},
            "f:name": {},
            "f:image": {},
            "f:ports": {'k:{"containerPort":80,"protocol":"TCP"}': _PORT_OF_OURS},
        },
        'k:{"name":"side"}': {".": {}, "f:name": {}, "f:image": {}},
    }
}


def _web(**more: Any) -> dict[str, Any]:
    return {"name": "web", "image": "web:1", "ports": [_PORT], **more}


_SIDE: dict[str, Any] = {"name": "side", "image": "side:1"}


@pytest.mark.parametrize(
    ("there", "wanted", "same"),
    [
        ([_web(), _SIDE], [_web(), _SIDE], True),
        ([_web(imagePullPolicy="Always"), _SIDE], [_web(), _SIDE], True),
        ([_web(), {"name": "injected", "image": "mesh:1"}, _SIDE], [_web(), _SIDE], True),
        ([{"name": "injected", "image": "mesh:1"}, _web(), _SIDE], [_web(), _SIDE], True),
        ([_web(image="web:2"), _SIDE], [_web(), _SIDE], False),
        ([_web(), _SIDE], [_web(), {**_SIDE, "image": "side:2"}], False),
        ([_web(), _SIDE], [_SIDE, _web()], False),
        ([_web(), _SIDE], [_web()], False),
        ([_web(), _SIDE], [_web(), _SIDE, {"name": "third", "image": "c"}], False),
        ([_web(), _SIDE], [_web(), {"name": "other", "image": "side:1"}], False),
        ([_web()], [_web(), _SIDE], False),
        ([_web(ports=[{"containerPort": 80, "protocol": "UDP"}]), _SIDE], [_web(), _SIDE], False),
        ([_web(), _SIDE], [_web(ports=[{"containerPort": 81, "protocol": "TCP"}]), _SIDE], False),
        ([_web(), _SIDE], [_web(ports=80), _SIDE], False),
        ([_web(), _SIDE], ["web", "side"], False),
        ({"web": _web()}, [_web(), _SIDE], False),
    ],
    ids=[
        "the same",
        "the server fills in more of an item",
        "somebody else put an item between",
        "somebody else put an item before",
        "somebody changed an item",
        "we change an item",
        "we change the order",
        "we take an item away",
        "we add an item",
        "we rename an item",
        "somebody took an item away",
        "somebody changed the key of an item of an item",
        "we change the key of an item of an item",
        "we make a list a value",
        "we make the items values",
        "the server has no list",
    ],
)
def test_lists_by_key_are_compared_item_by_item(there: Any, wanted: Any, same: bool) -> None:
    """Containers, ports and variables: our items have to be there, as we say them and in our order; others may be."""
    stored = _there({"containers": there}, _CONTAINERS)
    assert is_as_applied(stored, {**MANIFEST, "spec": {"containers": wanted}}, "us") is same


@pytest.mark.parametrize(
    ("there", "same"), [(["a", "b"], True), (["b", "a"], False), (["a"], False), (["a", "b", "c"], False)]
)
def test_a_set_of_values_is_the_same_only_as_a_whole(there: list[str], same: bool) -> None:
    """Finalizers are one; an order of our own counts."""
    stored = _there({"finalizers": there}, {"f:finalizers": {'v:"a"': {}, 'v:"b"': {}}})
    assert is_as_applied(stored, {**MANIFEST, "spec": {"finalizers": ["a", "b"]}}, "us") is same


@pytest.mark.parametrize(
    ("entry", "same"),
    [
        ({}, True),
        ({"manager": "kubectl"}, False),
        ({"operation": "Update"}, False),
        ({"subresource": "status"}, False),
        ({"apiVersion": "v1beta1"}, False),
        ({"fieldsV1": None}, False),
        ({"fieldsV1": {"f:spec": {"f:image": {}}, "f:data": {}}}, False),
        ({"fieldsV1": {"f:spec": {"f:image": {}}, "f:metadata": {"f:labels": {"f:a": {}}}}}, False),
    ],
    ids=[
        "ours",
        "of another manager",
        "not applied",
        "of its status",
        "of another version",
        "unknown",
        "more than we say",
        "a label that we no longer say",
    ],
)
def test_only_what_we_applied_is_known_to_be_ours(entry: dict[str, Any], same: bool) -> None:
    """Whatever else an object says of its fields, it is sent again."""
    stored = _there({"image": "web:1"}, {"f:image": {}})
    (own,) = stored["metadata"]["managedFields"]
    stored["metadata"]["managedFields"] = [{**own, **entry}]
    assert is_as_applied(stored, {**MANIFEST, "spec": {"image": "web:1"}}, "us") is same


def test_labels_are_compared_as_all_else() -> None:
    """The name and the namespace say where an object is, and are no fields of anybody."""
    stored = _there({"image": "web:1"}, {"f:image": {}})
    (own,) = stored["metadata"]["managedFields"]
    own["fieldsV1"]["f:metadata"] = {"f:labels": {"f:team": {}}}
    stored["metadata"]["labels"] = {"team": "a", "theirs": "b"}
    metadata = {"name": "x", "namespace": "demo", "annotations": {}}
    for team, same in (("a", True), ("b", False)):
        wanted = {**MANIFEST, "metadata": {**metadata, "labels": {"team": team}}, "spec": {"image": "web:1"}}
        assert is_as_applied(stored, wanted, "us") is same
