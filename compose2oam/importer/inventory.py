"""What stands in an Application and beside it, sorted into what Compose has a place for and what it has not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from compose2oam.importer import mounts
from compose2oam.importer.rendered import KINDS
from compose2oam.model.oam import Application, Component

SELECTOR = "app.oam.dev/component"
ALIAS = "compose2oam.io/alias-"
_WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob")

Manifest = Mapping[str, Any]


@dataclass(slots=True)
class Inventory:
    """An Application, sorted.

    Attributes:
        application: the application.
        services: the components that become services.
        helpers: the components of objects that become volumes, configs, or names of services.
        kept: the components that stay what they are.
        claims: the claims that become volumes, by name.
        persistent: the volumes on file servers, by name, that claims are bound to.
        configs: the ConfigMaps that become configs, by name.
        secrets: the Secrets, by name; their values never go into a Compose file.
        addresses: the Services that give components further names.
    """

    application: Application
    services: list[Component] = field(default_factory=list)
    helpers: list[Component] = field(default_factory=list)
    kept: list[Component] = field(default_factory=list)
    claims: dict[str, Manifest] = field(default_factory=dict)
    persistent: dict[str, Manifest] = field(default_factory=dict)
    configs: dict[str, Manifest] = field(default_factory=dict)
    secrets: dict[str, Manifest] = field(default_factory=dict)
    addresses: list[Manifest] = field(default_factory=list)

    @property
    def names(self) -> set[str]:
        """The names of the components that become services."""
        return {component.name for component in self.services}


def sort(application: Application, beside: Iterable[Manifest], stay: frozenset[str] = frozenset()) -> Inventory:
    """Sort an application and the manifests beside it.

    Args:
        application: the application.
        beside: manifests of other kinds from the same files.
        stay: names of components that must stay what they are.
    """
    made = Inventory(application)
    for component in application.components:
        if component.name not in stay and _is_service(component):
            made.services.append(component)
    for component in application.components:
        if component in made.services:
            continue
        objects = objects_of(component)
        # A trait is about its component, which a conversion makes without it.
        is_free = component.name not in stay and not component.traits
        if is_free and objects and all(_is_known(item, made) for item in objects):
            made.helpers.append(component)
            _take(objects, made)
        else:
            made.kept.append(component)
    _take([item for item in beside if _is_known(item, made)], made)
    _take([claim for component in made.services for claim in claims_of(component)], made)
    return made


def objects_of(component: Component) -> list[Manifest]:
    """Return the objects that a component holds as they are."""
    found = component.properties.get("objects") if component.type == "k8s-objects" else None
    return [item for item in found or () if isinstance(item, Mapping)]


def claims_of(component: Component) -> list[Manifest]:
    """Return the claims that the ``storage`` traits of a component make, if its type is one that is rendered."""
    traits = [trait for trait in component.traits if trait.type == "storage"] if component.type in KINDS else []
    return [claim for trait in traits for claim in mounts.claims_of(trait.properties)]


def workload_of(component: Component) -> Manifest | None:
    """Return the one workload among the objects of a component, if it is one."""
    found = [item for item in objects_of(component) if item.get("kind") in _WORKLOADS]
    return found[0] if len(found) == 1 else None


def _is_service(component: Component) -> bool:
    """Whether a component says what image it runs, as a service of Compose must."""
    if component.type in KINDS or workload_of(component) is not None:
        return component.type not in KINDS or bool(component.properties.get("image"))
    return isinstance(component.properties.get("image"), str) and bool(component.properties["image"])


def _is_known(item: Manifest, made: Inventory) -> bool:
    """Whether Compose has a place for an object."""
    kind, spec, metadata = item.get("kind"), item.get("spec") or {}, item.get("metadata") or {}
    if not isinstance(spec, Mapping) or not isinstance(metadata, Mapping):
        return False
    name = metadata.get("name")
    if not isinstance(name, str) or not set(metadata) <= {"name", "namespace", "labels", "annotations"}:
        return False
    if kind == "PersistentVolume":
        return "nfs" in spec
    if kind == "Service":
        selector = spec.get("selector") or {}
        return (
            isinstance(selector, Mapping)
            and len(selector) == 1
            and (selector.get(SELECTOR) in made.names or str(next(iter(selector))).startswith(ALIAS))
        )
    return kind in ("PersistentVolumeClaim", "ConfigMap", "Secret")


def _take(objects: Iterable[Manifest], made: Inventory) -> None:
    places: dict[str, dict[str, Manifest]] = {
        "PersistentVolumeClaim": made.claims,
        "PersistentVolume": made.persistent,
        "ConfigMap": made.configs,
        "Secret": made.secrets,
    }
    for item in objects:
        if item["kind"] == "Service":
            made.addresses.append(item)
        else:
            places[item["kind"]].setdefault(item["metadata"]["name"], item)
