"""What the older runtime writes itself is not contended for by the next ``up``."""

from __future__ import annotations

from typing import Any

import pytest

from compose2oam.cluster.shares import as_written, fitted

NOTHING = {"apiVersion": "", "kind": "", "name": ""}
SCOPE: dict[str, Any] = {"kind": "HealthScope", "spec": {"probe-interval": 30, "workloadRefs": []}}


@pytest.mark.parametrize("live", [None, {}, {"spec": {}}, {"spec": {"workloadRefs": []}}])
def test_a_list_that_the_runtime_has_not_filled_is_sent(live: Any) -> None:
    """The kind asks for it, and it is ours as long as nobody else wrote it."""
    assert fitted(SCOPE, live) == SCOPE


def test_a_list_that_the_runtime_has_filled_is_left_to_it() -> None:
    """Sent empty, it would be a conflict, or all would be looked up anew."""
    live = {"spec": {"probe-interval": 60, "workloadRefs": [{"kind": "Deployment", "name": "web"}]}}
    assert fitted(SCOPE, live) == {"kind": "HealthScope", "spec": {"probe-interval": 30}}


def test_a_list_that_the_project_fills_is_sent() -> None:
    """Who names the workloads means them."""
    named = {"kind": "HealthScope", "spec": {"workloadRefs": [{"kind": "Job", "name": "own"}]}}
    assert fitted(named, {"spec": {"workloadRefs": [{"kind": "Deployment", "name": "web"}]}}) == named


def test_other_kinds_are_sent_as_they_are() -> None:
    """They have no such list."""
    other = {"kind": "Component", "spec": {"workloadRefs": []}}
    assert fitted(other, {"spec": {"workloadRefs": [1]}}) is other


def _configuration(*traits: dict[str, Any]) -> dict[str, Any]:
    entry = {"componentName": "web", **({"traits": [{"trait": trait} for trait in traits]} if traits else {})}
    return {"kind": "ApplicationConfiguration", "spec": {"components": [entry, {"componentName": "db"}]}}


def _scaler(count: int, **metadata: str) -> dict[str, Any]:
    return {"kind": "ManualScalerTrait", "metadata": metadata, "spec": {"replicaCount": count}}


def test_what_was_scaled_or_stopped_goes_back_to_one() -> None:
    """The runtime leaves the number as it is when the trait goes, so the trait stays and says the usual number."""
    there = _configuration(_scaler(0, name="web-1"))
    assert fitted(_configuration(), there) == _configuration(_scaler(1, name="web-1"))
    assert fitted(_configuration(), _configuration(_scaler(1))) == _configuration(_scaler(1))


@pytest.mark.parametrize("own", [_scaler(4), {"kind": "HorizontalPodAutoscaler", "spec": {}}])
def test_the_number_of_the_project_counts(own: dict[str, Any]) -> None:
    """Its own trait says how many, or what decides it."""
    assert fitted(_configuration(own), _configuration(_scaler(0))) == _configuration(own)


def test_nothing_is_added_where_nobody_scaled() -> None:
    """Not where there is nothing yet either."""
    assert fitted(_configuration(), _configuration()) == _configuration()
    assert fitted(_configuration(), None) == _configuration()


def test_a_configuration_reads_as_the_runtime_writes_it() -> None:
    """Inputs and outputs of components and of traits have their stores, and no lists without items."""
    given = {
        "kind": "ApplicationConfiguration",
        "spec": {
            "components": [
                {
                    "componentName": "web",
                    "dataInputs": [{"valueFrom": {"dataOutputName": "db-ready"}, "toFieldPaths": []}],
                    "traits": [{"trait": {"args": []}, "dataInputs": [{"toFieldPaths": ["spec.x"]}]}],
                },
                {"componentName": "db", "dataOutputs": [{"name": "db-ready", "fieldPath": "status.readyReplicas"}]},
                {"componentName": "cache"},
            ]
        },
    }
    assert as_written(given)["spec"]["components"] == [
        {
            "componentName": "web",
            "dataInputs": [{"inputStore": NOTHING, "valueFrom": {"dataOutputName": "db-ready"}}],
            "traits": [
                {"trait": {"args": []}, "dataInputs": [{"inputStore": NOTHING, "toFieldPaths": ["spec.x"]}]},
            ],
        },
        {
            "componentName": "db",
            "dataOutputs": [{"outputStore": NOTHING, "name": "db-ready", "fieldPath": "status.readyReplicas"}],
        },
        {"componentName": "cache"},
    ]
    assert "inputStore" not in given["spec"]["components"][0]["dataInputs"][0]


def test_a_store_that_the_project_names_stays() -> None:
    """It is what the runtime writes back."""
    store = {"apiVersion": "v1", "kind": "ConfigMap", "name": "found"}
    given = {"spec": {"components": [{"dataOutputs": [{"name": "x", "outputStore": store}]}]}}
    assert as_written(given)["spec"]["components"][0]["dataOutputs"][0]["outputStore"] == store
