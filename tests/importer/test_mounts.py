"""Volumes, configuration and secrets of an application, as Compose mounts them."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from compose2oam.importer.comparison import same
from compose2oam.model.oam import Component
from compose2oam.model.path import render

if TYPE_CHECKING:
    from conftest import Bring

CASES = yaml.safe_load(pathlib.Path(__file__).with_name("mounts.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[case["title"] for case in CASES])
def test_a_mount_is_said_in_compose_or_kept_whole(case: dict[str, Any], application: Bring) -> None:
    """The service mounts it at the same place, the project makes what it is made of, and the rest is reported."""
    given = case.get("component", {})
    component = {"type": "worker", **given, "properties": {"image": "a", **given.get("properties", {})}}
    made = application(component, beside=case.get("beside", ()))
    service = dict(made.tree["services"]["web"])
    extension = service.get("x-oam") or {}
    if "volumes" in service or "configs" in service:
        # What keeps the kind of workload, since a volume alone makes another one.
        extension.pop("type", None)
    if not extension:
        service.pop("x-oam", None)
    assert service == {"image": "a", "restart": "unless-stopped", **case.get("service", {})}
    sections = {key: section for key, section in made.tree.items() if key in ("volumes", "configs", "secrets")}
    assert sections == case.get("sections", {})
    assert {path: content.decode() for path, (content, _) in made.files.items()} == case.get("files", {})
    assert same(Component.from_dict({"name": "web", **component}), made.application.components[-1])
    assert [render(item.path) for item in made.losses] == case.get("lost", [])


def claims(application: Any) -> list[Any]:
    """The claims among the objects of an application."""
    objects = [item for component in application.components for item in component.properties.get("objects", ())]
    return [item for item in objects if item["kind"] == "PersistentVolumeClaim"]


def test_the_claim_of_a_storage_trait_is_made_again(application: Bring) -> None:
    """A conversion makes the claim as the trait made it, and the import does not call it new."""
    stored = {"name": "data", "mountPath": "/data", "storageClassName": "fast"}
    worker = {"type": "worker", "properties": {"image": "a"}}
    made = application({**worker, "traits": [{"type": "storage", "properties": {"pvc": [stored]}}]})
    assert claims(made.application) == [
        {
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "metadata": {"name": "data"},
            "spec": {
                "accessModes": ["ReadWriteOnce"],
                "resources": {"requests": {"storage": "8Gi"}},
                "storageClassName": "fast",
            },
        }
    ]
    assert not [item for item in made.report.diagnostics if "PersistentVolumeClaim" in item.message]
    where = {entry.targets for entry in made.entries if entry.path[3:5] == ("traits", 0)}
    assert where == {(("services", "web", "volumes"),)}


def test_a_claim_has_one_maker(application: Bring) -> None:
    """Where the trait must stay, since a conversion mounts otherwise, it mounts what the project makes."""
    worker = {"type": "worker", "properties": {"image": "a"}}
    stored = {"name": "data", "mountPath": "/data"}
    made = application(
        {**worker, "traits": [{"type": "storage", "properties": {"pvc": [stored]}}]},
        {
            **worker,
            "name": "other",
            "traits": [{"type": "storage", "properties": {"pvc": [{**stored, "mountOnly": True}]}}],
        },
    )
    web, other = made.application.components[-2:]
    assert web.traits == other.traits
    assert web.traits[0].properties == {"pvc": [{**stored, "mountOnly": True}]}
    assert len(claims(made.application)) == 1
    assert made.tree["volumes"] == {"data": {"x-oam": {"size": "8Gi"}}}
    assert not made.losses


def test_claims_of_a_component_that_stays_are_its_own(application: Bring) -> None:
    """A storage trait of a type of others makes its claim itself, so for the project it is there."""
    storage = {"type": "storage", "properties": {"pvc": [{"name": "data", "mountPath": "/data"}]}}
    made = application({"type": "microservice", "properties": {"image": "a"}, "traits": [storage]})
    assert made.tree["volumes"] == {"data": {"name": "data", "external": True}}
    assert made.application.components[-1].traits[0].to_dict() == storage
    assert not claims(made.application)


@pytest.mark.parametrize(
    ("text", "value"),
    [("aHVudGVyMg==", "hunter2"), ("not base64!", "not base64!"), ("ä", "ä")],
)
def test_the_value_of_a_secret_comes_as_it_is_if_it_is_not_encoded(text: str, value: str, application: Bring) -> None:
    """An import is no check: what a cluster would refuse is handed on for the user to see."""
    mount = {"name": "secret-pw", "mountPath": "/run/secrets/pw", "subPath": "pw", "secretName": "demo-pw"}
    made = application(
        {"type": "webservice", "properties": {"image": "a", "volumeMounts": {"secret": [mount]}}},
        beside=[{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "demo-pw"}, "data": {"pw": text}}],
    )
    assert made.secrets == {"./secrets/pw": value}
