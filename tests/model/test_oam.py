"""The application model: plain data out, the same model back in."""

from __future__ import annotations

import pytest

from compose2oam.errors import InputError
from compose2oam.model.oam import Application, Component, Policy, Trait, Workflow, WorkflowStep

FULL = Application(
    name="shop",
    namespace="prod",
    labels={"team": "blue"},
    annotations={"a/b": "c"},
    components=(
        Component(
            name="db",
            type="statefulset",
            properties={"image": "postgres:17"},
            outputs=({"name": "host", "valueFrom": "output.metadata.name"},),
        ),
        Component(
            name="web",
            type="webservice",
            properties={"image": "web", "ports": [{"port": 80}]},
            depends_on=("db",),
            inputs=({"from": "host", "parameterKey": "env[0].value"},),
            traits=(Trait("scaler", {"replicas": 2}), Trait("gateway")),
            external_revision="web-1",
            scopes={"healthscopes.core.oam.dev": "all"},
        ),
    ),
    policies=(Policy("here", "topology", {"clusters": ["local"]}),),
    workflow=Workflow(
        steps=(
            WorkflowStep("go", "deploy", {"policies": ["here"]}, condition="always", timeout="5m", alias="Go"),
            WorkflowStep("all", "step-group", mode="DAG", sub_steps=(WorkflowStep("wait", "suspend"),)),
        ),
        steps_mode="DAG",
        sub_steps_mode="StepByStep",
    ),
)


def test_a_full_application_survives_the_way_through_its_manifest() -> None:
    assert Application.from_dict(FULL.to_dict()) == FULL


def test_the_keys_of_a_manifest_stand_in_one_order() -> None:
    manifest = FULL.to_dict()
    assert list(manifest) == ["apiVersion", "kind", "metadata", "spec"]
    assert list(manifest["metadata"]) == ["name", "namespace", "labels", "annotations"]
    assert list(manifest["spec"]) == ["components", "policies", "workflow"]
    assert list(manifest["spec"]["components"][1]) == [
        "name", "type", "externalRevision", "dependsOn", "inputs", "properties", "traits", "scopes",
    ]  # fmt: skip


def test_empty_parts_are_left_out() -> None:
    assert Application("x", components=(Component("a", "worker", traits=(Trait("labels"),)),)).to_dict() == {
        "apiVersion": "core.oam.dev/v1beta1",
        "kind": "Application",
        "metadata": {"name": "x"},
        "spec": {"components": [{"name": "a", "type": "worker", "traits": [{"type": "labels"}]}]},
    }


def test_what_a_cluster_adds_is_not_read() -> None:
    manifest = FULL.to_dict()
    manifest["metadata"] |= {"uid": "1", "managedFields": []}
    manifest["status"] = {"status": "running"}
    assert Application.from_dict(manifest) == FULL


@pytest.mark.parametrize(
    ("manifest", "message"),
    [
        ({"apiVersion": "apps/v1", "kind": "Deployment"}, "found apps/v1 Deployment"),
        ({}, "found None None"),
        ({"spec": {"components": {}}}, "components must be a list, found dict"),
        ({"spec": {"components": ["web"]}}, "expected a mapping, found str"),
        ({"spec": {"components": [{"name": "a"}]}}, "type must be a string, found nothing"),
        ({"spec": {"components": [{"name": "a", "type": "b", "properties": []}]}}, "properties must be a mapping"),
        ({"metadata": {"name": 3}}, "name must be a string, found int"),
    ],
)
def test_a_manifest_of_another_shape_is_refused(manifest: dict[str, object], message: str) -> None:
    if "apiVersion" not in manifest and manifest:
        manifest = {"apiVersion": "core.oam.dev/v1beta1", "kind": "Application", **manifest}
    with pytest.raises(InputError, match=message):
        Application.from_dict(manifest)
