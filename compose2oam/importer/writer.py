"""The Compose project of an application: services, what they share, and the application's own part in ``x-oam``."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from compose2oam.importer import services, writing
from compose2oam.importer.inventory import Inventory
from compose2oam.importer.process import Keys
from compose2oam.importer.redaction import is_secret, redacted, redacted_trait
from compose2oam.importer.storage import Storage
from compose2oam.model.oam import Component

OWN = "compose2oam.io/"
# What reading a part raises that is a list where it should be a mapping, or the like.
_MISSHAPEN = (AttributeError, IndexError, KeyError, TypeError, ValueError)
# What Compose takes for the name of a service.
_NAME = re.compile(r"[a-zA-Z0-9._-]+\Z")
# What a cluster and its tools write, not a user.
FOREIGN = ("kubectl.kubernetes.io/", "app.oam.dev/", "oam.dev/", "controller.oam.dev/")


@dataclass(slots=True)
class Corrections:
    """What an earlier comparison found: what the plain translation leaves unsaid.

    Attributes:
        additions: ``x-oam`` to add to the services of components.
        replacements: ``x-oam`` to write instead of any other for the services of components.
        stay: names of components that stay what they are.
        made: by component that stays, the objects (kind and name) that the conversion makes under the same name.
        root: ``x-oam`` of the project.
        unsaid: keys of the project's ``x-oam`` that it does not take as they are.
    """

    additions: dict[str, Keys] = field(default_factory=dict)
    replacements: dict[str, Keys] = field(default_factory=dict)
    stay: set[str] = field(default_factory=set)
    made: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    root: Keys = field(default_factory=dict)
    unsaid: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Draft:
    """A Compose project as data.

    Attributes:
        tree: the Compose file.
        files: the files beside it, by relative path, with whether they can be run.
        names: from components to services.
        secret_names: from the secrets of the project to the Secrets that they were.
    """

    tree: Keys
    files: Mapping[str, tuple[bytes, bool]]
    names: Mapping[str, str]
    secret_names: Mapping[str, str]


def write(inventory: Inventory, corrections: Corrections, *, with_files: bool) -> Draft:
    """Write an application as a Compose project."""
    application = inventory.application
    names = service_names(inventory)
    title = project_name(inventory)
    storage = Storage(inventory, title, with_files)
    made: dict[str, Keys] = {}
    guests: dict[str, Keys] = {}
    for component in inventory.services:
        name = names[component.name]
        made[name] = services.service(component, inventory, storage)
        if component.name not in corrections.replacements:
            guests.update(_guests(component, inventory, storage, names, guests))
        if writing.object_name(name) != component.name:
            services.join(made[name], {"x-oam": {"name": component.name}})
        elif name != component.name:
            # What the cluster calls it is what its neighbours' variables say by now.
            services.join(made[name], {"networks": {"default": {"aliases": [component.name]}}})
    for component in inventory.services:
        name = names[component.name]
        services.join(made[name], services.depends_on(component, inventory, names, made))
        _correct(made[name], component, corrections)
    made.update(guests)
    tree: Keys = {"name": title}
    root = copy.deepcopy(corrections.root)
    kept = [tree for tree in (_kept(component, corrections) for component in inventory.kept) if tree is not None]
    if kept:
        root["components"] = [*kept, *root.get("components", ())]
    for key, texts in (("labels", application.labels), ("annotations", application.annotations)):
        said = {name: text for name, text in texts.items() if _is_said(key, name, text)}
        if said:
            root[key] = said
    if application.workflow is not None:
        root["workflow"] = application.workflow.to_dict()
    for key in corrections.unsaid:
        root.pop(key, None)
    if root:
        tree["x-oam"] = root
    tree["services"] = {name: services.ordered(keys) for name, keys in made.items()}
    tree.update(storage.sections())
    return Draft(writing.escaped(copy.deepcopy(tree)), storage.files, names, storage.secret_names)


def _is_said(key: str, name: str, text: Any) -> bool:
    """Whether the project says a label or an annotation: a text of the user's own, as a cluster takes it."""
    others = FOREIGN if key == "labels" else (OWN, *FOREIGN)
    return isinstance(text, str) and not name.startswith(others)


def _guests(
    component: Component, inventory: Inventory, storage: Storage, names: Mapping[str, str], taken: Mapping[str, Keys]
) -> dict[str, Keys]:
    """Return the services of a component's further containers, those whose names are free."""
    made = services.guests(component, inventory, storage)
    before = renamed(inventory) if made else {}
    found: dict[str, Keys] = {}
    for container, keys in made.items():
        title = before.get(container, container)
        if title in taken or title in found or title in names.values() or container in names or not _NAME.match(title):
            continue
        host = f"{services.HOST}{names[component.name]}"
        found[title] = {**keys, "network_mode": host, **({"pid": host} if keys.get("pid") else {})}
    return found


def misshapen(inventory: Inventory) -> set[str]:
    """Return the names of components that have not the shape that their definitions ask for, and cannot be read."""
    faulty: set[str] = set()
    storage = Storage(inventory, "project", with_files=False)
    for component in inventory.services:
        try:
            services.service(component, inventory, storage)
            services.guests(component, inventory, storage)
        except _MISSHAPEN:
            faulty.add(component.name)
    return faulty


def _kept(component: Component, corrections: Corrections) -> Keys | None:
    """Return a component as it stays; what the conversion makes under its name is the conversion's."""
    tree = redacted(component)
    made = corrections.made.get(component.name)
    if tree is None or made is None:
        return tree
    objects = [item for item in tree["properties"]["objects"] if key_of(item) not in made]
    if not objects:
        return None
    return {**tree, "name": kept_name(component.name), "properties": {**tree["properties"], "objects": objects}}


def kept_name(name: str) -> str:
    """Return the name of the part of a component that the conversion does not make."""
    return f"{name}-kept"


def key_of(item: Mapping[str, Any]) -> tuple[str, str]:
    """Return the kind and the name of an object."""
    metadata = item.get("metadata")
    return str(item.get("kind")), str(metadata.get("name") if isinstance(metadata, Mapping) else None)


def _correct(keys: Keys, component: Component, corrections: Corrections) -> None:
    instead = corrections.replacements.get(component.name)
    if instead is not None:
        title = (keys.get("x-oam") or {}).get("name")
        keys["x-oam"] = {**({"name": title} if title else {}), **copy.deepcopy(instead)}
    more = corrections.additions.get(component.name)
    if more:
        lay(keys.setdefault("x-oam", {}), copy.deepcopy(more))
    extension = keys.get("x-oam") or {}
    if extension.get("traits"):
        extension["traits"] = list(map(redacted_trait, extension["traits"]))
    given = extension.get("component") or {}
    objects = (given.get("properties") or {}).get("objects")
    if isinstance(objects, list):
        kept = [item for item in objects if not is_secret(item)]
        extension["component"] = {**given, "properties": {**given["properties"], "objects": kept}}


def lay(extension: Keys, more: Keys) -> None:
    """Lay an ``x-oam`` over another: traits by type, other lists by appending, mappings deeply."""
    for key, value in more.items():
        present = extension.get(key)
        if key == "traits" and present:
            known = {trait["type"]: trait for trait in present}
            for trait in value:
                if trait["type"] in known:
                    lay(known[trait["type"]], trait)
                else:
                    present.append(trait)
        elif isinstance(present, dict) and isinstance(value, dict):
            lay(present, value)
        elif isinstance(present, list) and isinstance(value, list) and key in ("dependsOn", "json"):
            present.extend(value)
        else:
            extension[key] = value


def project_name(inventory: Inventory) -> str:
    """Return the name of the Compose project: what it was called before a conversion, else the application's."""
    application = inventory.application
    name = application.annotations.get("compose2oam.io/project") or application.name
    return writing.object_name(name) if "." in name else name


def service_names(inventory: Inventory) -> dict[str, str]:
    """Return the name of each component's service: what it was called before a conversion, else the component's."""
    before = renamed(inventory)
    return {component.name: before.get(component.name, component.name) for component in inventory.services}


def renamed(inventory: Inventory) -> dict[str, str]:
    """Return what components were called before a conversion, those that were called otherwise."""
    try:
        found = json.loads(inventory.application.annotations.get("compose2oam.io/services") or "{}")
    except ValueError:
        found = {}
    return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}
