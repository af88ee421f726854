"""What of an application Compose has no place for: it stays in ``x-oam``, or the report says that it is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from compose2oam.errors import InputError
from compose2oam.importing import Imported
from compose2oam.model.outcome import Outcome
from compose2oam.model.path import render

if TYPE_CHECKING:
    from conftest import Bring, Import

WORKER: dict[str, Any] = {"type": "worker", "properties": {"image": "a"}}
SERVICE = {"image": "a", "restart": "unless-stopped"}
# What a conversion makes for the worker, so that others find it by its name.
NETWORK = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "web"},
    "spec": {
        "clusterIP": "None",
        "publishNotReadyAddresses": True,
        "selector": {"app.oam.dev/component": "web"},
    },
}
NAMESPACE = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "n"}}
# As read from a cluster, so none of the project's own.
SECRET = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s", "uid": "1"}, "stringData": {"k": "hunter2"}}


def objects(name: str, *items: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A component of objects."""
    return {"name": name, "type": "k8s-objects", "properties": {"objects": list(items)}, **more}


def lost(made: Imported) -> list[tuple[str, str]]:
    """The places that are lost, with the code of why."""
    return [(render(item.path), item.code) for item in made.losses]


def test_fields_that_no_application_has_are_lost(bring: Import) -> None:
    """A misspelt field has never had an effect; the report says so at its line."""
    made = bring(
        "apiVersion: core.oam.dev/v1beta1\n"
        "kind: Application\n"
        "metadata: {name: demo}\n"
        "spec:\n"
        "  components:\n"
        "  - {name: web, type: worker, properties: {image: a}, trait: [x]}\n"
        "  policies: [{name: p, type: topology, property: {a: 1}}]\n"
        "  polices: [x]\n"
        "Spec: {}\n"
        "other: 5\n"
    )
    assert [(str(item.position), render(item.path)) for item in made.losses] == [
        ("app.yaml:6:63", "spec.components[0].trait[0]"),
        ("app.yaml:7:51", "spec.policies[0].property.a"),
        ("app.yaml:8:13", "spec.polices[0]"),
        ("app.yaml:10:1", "other"),
    ]
    assert {item.code for item in made.losses} == {"IMP-011"}


@pytest.mark.parametrize("empty", [{"traits": []}, {"dependsOn": []}, {"scopes": {}}, {"inputs": None}])
def test_empty_parts_of_a_component_are_no_loss(empty: dict[str, Any], application: Bring) -> None:
    """Tools write them, and they say nothing."""
    made = application({**WORKER, **empty}, policies=[], workflow={})
    assert made.tree["services"] == {"web": SERVICE}
    assert not made.losses
    ends = {render(entry.path): (entry.outcome, entry.say) for entry in made.entries}
    key = next(iter(empty))
    for place in (f"spec.components[0].{key}", "spec.policies", "spec.workflow"):
        assert ends[place] == (Outcome.NOT_NEEDED, "it is empty, so it says nothing"), place


@pytest.mark.parametrize(
    ("metadata", "places"),
    [
        ({"namespace": "Bad_NS"}, ["metadata.namespace"]),
        ({"annotations": {"size": 5}, "labels": {"team": "a"}}, ["metadata.annotations.size"]),
        (
            {"annotations": {"size": 5, "unit": "m"}, "labels": {"big": None}},
            ["metadata.annotations.size", "metadata.labels.big"],
        ),
    ],
)
def test_metadata_that_a_cluster_refuses_is_left_out(
    metadata: dict[str, Any], places: list[str], application: Bring
) -> None:
    """The rest is imported all the same."""
    made = application(WORKER, metadata=metadata)
    assert lost(made) == [(place, "IMP-012") for place in places]
    assert made.tree["services"] == {"web": SERVICE}
    for key in ("labels", "annotations"):
        texts = {name: text for name, text in metadata.get(key, {}).items() if isinstance(text, str)}
        assert (made.tree.get("x-oam") or {}).get(key, {}) == texts, key


@pytest.mark.parametrize(("name", "project"), [("shop.example", "shop-example"), ("Shop", "shop")])
def test_a_name_that_a_conversion_does_not_give_is_lost(name: str, project: str, application: Bring) -> None:
    """The application would come back under another name, as another application; the report says so."""
    made = application(WORKER, metadata={"name": name, "labels": {"team": "a"}})
    assert made.application.name == project
    assert lost(made) == [("metadata.name", "IMP-012")]


def test_an_application_that_no_project_can_be_called_after_is_refused(application: Bring) -> None:
    """The message is the one of the Compose file that would be written."""
    with pytest.raises(InputError, match="project name must not be empty"):
        application(WORKER, metadata={"name": "-"})


def test_an_application_of_secrets_alone_is_refused(application: Bring) -> None:
    """There would be nothing in the Compose file."""
    with pytest.raises(InputError, match="nothing of the application can run in Compose"):
        application(objects("web", SECRET))


@pytest.mark.parametrize("text", ["{", "5", '{"web": '])
def test_a_damaged_note_of_the_services_names_is_overlooked(text: str, application: Bring) -> None:
    """Services are then called after their components."""
    made = application(WORKER, metadata={"annotations": {"compose2oam.io/services": text}})
    assert made.tree["services"] == {"web": SERVICE}


def test_scopes_and_revisions_of_a_service_are_lost(application: Bring) -> None:
    """The service runs all the same: KubeVela does nothing with scopes, and a revision is only a name."""
    made = application({**WORKER, "scopes": {"health": "h"}, "externalRevision": "web-v1"})
    assert made.tree["services"] == {"web": SERVICE}
    assert lost(made) == [
        ("spec.components[0].scopes.health", "IMP-012"),
        ("spec.components[0].externalRevision", "IMP-012"),
    ]


@pytest.mark.parametrize(
    "more",
    [{"scopes": {"health": "h"}}, {"externalRevision": "web-v1"}, {"traits": [{"type": "x"}, {"type": "x"}]}],
)
def test_a_component_of_others_that_a_service_cannot_say_stays_whole(more: dict[str, Any], application: Bring) -> None:
    """What its type makes of it is not known, so nothing of it is left out."""
    component = {"name": "web", "type": "microservice", "properties": {"image": "a"}, **more}
    made = application(component)
    assert made.tree["x-oam"]["components"] == [component]
    assert made.application.components[0].to_dict() == component
    assert not made.losses


def test_inputs_and_outputs_stand_in_x_oam(application: Bring) -> None:
    """They pass values between components, for which Compose has no word."""
    values = {"inputs": [{"from": "x", "parameterKey": "image"}], "outputs": [{"name": "y", "valueFrom": "output.z"}]}
    made = application({**WORKER, **values})
    assert made.tree["services"]["web"]["x-oam"] == values
    where = {entry.path[3:]: entry.targets for entry in made.entries if entry.path[3:4] in (("inputs",), ("outputs",))}
    assert where == {
        ("inputs", 0, "from"): (("services", "web", "x-oam", "inputs", 0, "from"),),
        ("inputs", 0, "parameterKey"): (("services", "web", "x-oam", "inputs", 0, "parameterKey"),),
        ("outputs", 0, "name"): (("services", "web", "x-oam", "outputs", 0, "name"),),
        ("outputs", 0, "valueFrom"): (("services", "web", "x-oam", "outputs", 0, "valueFrom"),),
    }
    assert not made.losses


def test_of_two_policies_of_a_name_one_is_lost(application: Bring) -> None:
    """A project has one of each name."""
    made = application(
        WORKER, policies=[{"name": "p", "type": "topology", "properties": {"clusters": [name]}} for name in "ab"]
    )
    assert [policy.properties for policy in made.application.policies if policy.name == "p"] == [{"clusters": ["b"]}]
    assert lost(made) == [
        ("spec.policies[0].name", "IMP-012"),
        ("spec.policies[0].type", "IMP-012"),
        ("spec.policies[0].properties.clusters[0]", "IMP-012"),
    ]


@pytest.mark.parametrize("first", [(), (NETWORK,)])
def test_objects_under_the_name_of_a_component_that_a_conversion_makes_get_another(
    first: tuple[dict[str, Any], ...], application: Bring
) -> None:
    """What the conversion makes is left to it, and no name is there twice."""
    made = application(WORKER, objects("demo-network", *first, NAMESPACE))
    assert made.tree["x-oam"]["components"] == [objects("demo-network-kept", NAMESPACE)]
    assert {part.name: part.properties.get("objects") for part in made.application.components} == {
        "demo-network": [NETWORK],
        "web": None,
        "demo-network-kept": [NAMESPACE],
    }
    assert not made.losses
    ends = {entry.path[5]: entry for entry in made.entries if entry.path[3:5] == ("properties", "objects")}
    assert ends[len(first)].targets == (("x-oam", "components", 0),)
    assert not first or ends[0].outcome is Outcome.INFERRED


def test_of_made_objects_and_a_secret_only_the_secret_is_reported(application: Bring) -> None:
    """The Service is made again, and nothing of the component is left to keep."""
    made = application(WORKER, objects("demo-network", NETWORK, SECRET))
    assert "x-oam" not in made.tree
    assert "hunter2" not in str(made.tree)
    assert {(item.path[:6], item.code) for item in made.losses} == {
        (("spec", "components", 1, "properties", "objects", 1), "IMP-005")
    }
    assert made.secret_manifests == (SECRET,)


def test_a_component_of_secrets_alone_is_reported(application: Bring) -> None:
    """It is not in the project at all; --with-secrets writes what was in it."""
    made = application(WORKER, objects("own", SECRET))
    assert "x-oam" not in made.tree
    assert {item.code for item in made.losses} == {"IMP-005"}
    assert made.secret_manifests == (SECRET,)


def test_traits_of_objects_come_back_with_them(application: Bring) -> None:
    """A component with a trait is more than the objects that a conversion would make."""
    component = objects("own", NETWORK, traits=[{"type": "labels", "properties": {"a": "b"}}])
    made = application(WORKER, component)
    assert made.tree["x-oam"]["components"] == [component]
    assert component in [part.to_dict() for part in made.application.components]
    assert not made.losses


def test_a_trait_of_objects_that_a_conversion_makes_is_reported(application: Bring) -> None:
    """The component is the conversion's, which gives it no trait."""
    made = application(WORKER, objects("demo-network", NETWORK, traits=[{"type": "labels", "properties": {"a": "b"}}]))
    assert lost(made) == [
        ("spec.components[1].traits[0].type", "IMP-012"),
        ("spec.components[1].traits[0].properties.a", "IMP-012"),
    ]


@pytest.mark.parametrize(
    "properties", [{"image": "a", "hostAliases": [5]}, {"image": "a", "imagePullSecrets": [{"name": []}], "count": []}]
)
def test_a_component_that_cannot_be_read_stays_whole(properties: dict[str, Any], application: Bring) -> None:
    """The others become services."""
    component = {"name": "odd", "type": "webservice", "properties": properties}
    made = application(component, WORKER)
    assert made.tree["x-oam"]["components"] == [component]
    assert made.tree["services"] == {"web": SERVICE}
    assert not made.losses


def test_a_trait_that_a_conversion_would_not_add_stands_beside_those_it_does_not_know(application: Bring) -> None:
    """x-oam of the service lists both."""
    recreate = {"type": "k8s-update-strategy", "properties": {"strategy": {"type": "Recreate"}}}
    canary = {"type": "canary", "properties": {"weight": 5}}
    mounts = {"pvc": [{"name": "d", "mountPath": "/d", "claimName": "d"}]}
    made = application(
        {
            "type": "webservice",
            "properties": {"image": "a", "volumeMounts": mounts},
            "traits": [canary, recreate],
        }
    )
    assert made.tree["services"]["web"]["x-oam"]["traits"] == [canary, recreate]
    assert not made.losses
