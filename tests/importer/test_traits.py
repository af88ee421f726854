"""Traits of an application, as keys of a service or in ``x-oam``."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from compose2oam.importer.comparison import same
from compose2oam.model.oam import Component

if TYPE_CHECKING:
    from conftest import Bring

HERE = pathlib.Path(__file__).parent
TRAITS = yaml.safe_load((HERE / "traits.yaml").read_text(encoding="utf-8"))
PATCHES = yaml.safe_load((HERE / "patches.yaml").read_text(encoding="utf-8"))
CONTAINER = "/spec/template/spec/containers/0"


@pytest.mark.parametrize("case", TRAITS, ids=[case["title"] for case in TRAITS])
def test_a_trait_is_said_in_compose_or_kept_whole(case: dict[str, Any], application: Bring) -> None:
    """What Compose has a word for is said so, the rest stands in x-oam, and both come back."""
    component = {"type": "worker", "properties": {"image": "a", **case.get("properties", {})}, "traits": case["traits"]}
    made = application(component)
    assert made.tree["services"] == {"web": {"image": "a", "restart": "unless-stopped", **case["service"]}}
    assert same(Component.from_dict({"name": "web", **component}), made.application.components[-1])
    assert not made.losses


@pytest.mark.parametrize("case", PATCHES, ids=[case["title"] for case in PATCHES])
def test_a_json_patch_is_carried_out_or_kept_whole(case: dict[str, Any], application: Bring) -> None:
    """A patch of which one operation does not fit changes nothing, as on the cluster, and stays as it was written."""
    operations = [
        {**item, **{key: CONTAINER + item[key] for key in ("path", "from") if key in item}}
        for item in case["operations"]
    ]
    patch = {"type": "json-patch", "properties": {"operations": operations}}
    made = application({"type": "worker", "properties": {"image": "a", "cmd": ["x", "y"]}, "traits": [patch]})
    service = made.tree["services"]["web"]
    assert service["entrypoint"] == case.get("entrypoint", ["x", "y"])
    assert service.get("x-oam") == (None if "entrypoint" in case else {"traits": [patch]})
    assert not made.losses


def test_a_further_container_brings_its_checks_and_volumes(application: Bring) -> None:
    """It is a service with a health check of its own, and mounts what its pod has."""
    check = {"exec": {"command": ["up"]}, "periodSeconds": 30, "timeoutSeconds": 30}
    sidecar = {
        "name": "log",
        "image": "b",
        "livenessProbe": check,
        "readinessProbe": check,
        "volumes": [{"name": "data", "path": "/in"}],
    }
    mounts = {"pvc": [{"name": "data", "mountPath": "/out", "claimName": "data"}]}
    made = application(
        {
            "type": "statefulset",
            "properties": {"image": "a", "volumeMounts": mounts},
            "traits": [{"type": "sidecar", "properties": sidecar}],
        }
    )
    assert made.tree["services"]["log"] == {
        "image": "b",
        "restart": "unless-stopped",
        "volumes": ["data:/in"],
        "network_mode": "service:web",
        "healthcheck": {"test": ["CMD", "up"]},
        "x-oam": {"liveness": True},
    }
    assert not made.losses


def test_a_further_container_whose_name_is_taken_is_no_service(application: Bring) -> None:
    """The service of that name is the component; the container stays in x-oam."""
    sidecar = {"type": "sidecar", "properties": {"name": "db", "image": "b"}}
    worker = {"type": "worker", "properties": {"image": "a"}}
    made = application({**worker, "traits": [sidecar]}, {**worker, "name": "db"})
    assert made.tree["services"]["db"]["image"] == "a"
    assert made.tree["services"]["web"]["x-oam"] == {"traits": [sidecar]}
    assert not made.losses


def test_traits_of_others_may_come_back_in_another_order(application: Bring) -> None:
    """A conversion puts the traits that it knows into the order in which they work, and the report says so."""
    traits = [{"type": "expose", "properties": {"port": [80]}}, {"type": "init-container", "properties": {"name": "i"}}]
    made = application({"type": "worker", "properties": {"image": "a"}, "traits": traits})
    assert [trait.type for trait in made.application.components[-1].traits] == ["init-container", "expose"]
    assert {(item.path[-3:], item.message) for item in made.warnings} == {
        (("traits", index, "type"), "its traits come back in another order") for index in (0, 1)
    }
    assert not made.losses


def test_a_component_with_two_traits_of_a_type_stays_what_it_is(application: Bring) -> None:
    """x-oam of a service has one of each type, so the project holds the component as a whole."""
    traits = [{"type": "canary", "properties": {"weight": weight}} for weight in (5, 50)]
    component = {"name": "web", "type": "worker", "properties": {"image": "a"}, "traits": traits}
    made = application(component)
    assert made.tree["x-oam"]["components"] == [component]
    assert made.application.components == (Component.from_dict(component),)
    assert not made.losses
