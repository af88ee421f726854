"""Importing an application: write it as Compose, convert that back, and say in ``x-oam`` what came out otherwise.

The conversion itself is handed in, since a stage knows no other. What it gives for the Compose file is compared with
the application that was read, so a loss is not guessed at: it is what the conversion back does not give.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from compose2oam.errors import InputError
from compose2oam.importer import comparison, corrections
from compose2oam.importer.inventory import Inventory, Manifest, claims_of, objects_of, sort
from compose2oam.importer.redaction import is_secret, redacted
from compose2oam.importer.writer import Corrections, Draft, key_of, lay, misshapen, service_names, write
from compose2oam.model.oam import Application, Component

# Converts a Compose project back: its tree and its files in, an application out.
Back = Callable[[Draft], Application]

_ROUNDS = 6
# What x-oam says of the application itself; it takes only what a cluster takes.
_OF_METADATA = ("name", "namespace", "labels", "annotations")


@dataclass(slots=True)
class Brought:
    """An application as a Compose project.

    Attributes:
        inventory: the application, sorted.
        draft: the project.
        back: what the project converts to.
        said: the corrections that were needed.
        lost: the components that do not come back as they were.
        added: what comes back and was not there: names of policies, and of objects by kind.
    """

    inventory: Inventory
    draft: Draft
    back: Application
    said: Corrections
    lost: list[Component] = field(default_factory=list)
    added: list[tuple[str, str]] = field(default_factory=list)


def bring(application: Application, beside: Iterable[Manifest], back: Back, *, with_files: bool) -> Brought:
    """Import an application.

    Args:
        application: the application.
        beside: other manifests from the same files.
        back: the conversion.
        with_files: whether configuration may go to files beside the Compose file.

    Raises:
        InputError: the application cannot be said in a valid Compose file at all.
    """
    said = Corrections()
    manifests = list(beside)
    stage: dict[str, int] = {}
    for _ in range(_ROUNDS):
        inventory = sort(application, manifests, frozenset(said.stay))
        if not inventory.services and all(redacted(component) is None for component in inventory.kept):
            raise InputError("nothing of the application can run in Compose: it has no component that would")
        faulty = misshapen(inventory)
        if faulty:
            said.stay |= faulty
            continue
        draft = write(inventory, said, with_files=with_files)
        try:
            made = back(draft)
        except InputError as error:
            if not _set_aside(error, inventory, said):
                raise
            continue
        if not _correct(inventory, made, said, stage):
            break
    components = {component.name: component for component in made.components}
    present = _present(made)
    lost = [
        component
        for component in (*inventory.services, *inventory.kept)
        if not _comes_back(component, components.get(component.name), present)
    ]
    return Brought(inventory, draft, made, said, lost, _added(inventory, made))


def _comes_back(component: Component, other: Component | None, objects: Mapping[Any, Any]) -> bool:
    """Whether a component, or what it holds, comes back as it was, but for the Secrets in it."""
    tree = redacted(component)
    held = [item for item in objects_of(component) if not is_secret(item)]
    if held and all(objects.get(key_of(item)) == _content(item) for item in held) and not component.traits:
        return True
    if tree is None or other is None:
        return tree is None
    return comparison.same(component, other) or comparison.same(Component.from_dict(tree), other)


def _set_aside(error: InputError, inventory: Inventory, said: Corrections) -> bool:
    """Keep the components as they are whose services are no valid Compose; all, if it is not known which."""
    components = {service: name for name, service in service_names(inventory).items()}
    faulty = {
        components[str(found.path[1])]
        for found in error.diagnostics
        if len(found.path) > 1 and found.path[0] == "services" and str(found.path[1]) in components
    }
    unsaid = {
        str(found.path[1])
        for found in error.diagnostics
        if len(found.path) > 1 and found.path[0] == "x-oam" and found.path[1] in _OF_METADATA
    }
    if unsaid - said.unsaid:
        said.unsaid |= unsaid
        return True
    said.stay |= faulty or set(components.values())
    return bool(components)


def _correct(inventory: Inventory, made: Application, said: Corrections, stage: dict[str, int]) -> bool:
    """Note what to say otherwise; ``False`` if there is nothing, or nothing helps."""
    before = _state(said)
    _correct_root(inventory, made, said)
    _correct_helpers(inventory, made, said)
    _correct_kept(inventory, made, said)
    components = {component.name: component for component in made.components}
    for component in inventory.services:
        other = components.get(component.name)
        if other is not None and comparison.same(component, other):
            continue
        step = stage[component.name] = stage.get(component.name, 0) + 1
        if other is None:
            said.stay.add(component.name)
        elif component.name in said.replacements:
            if _is_verbatim_only(component):
                said.stay.add(component.name)
        elif step <= 3 and corrections.is_known(component):
            try:
                lay(said.additions.setdefault(component.name, {}), corrections.addition(component, other))
            except corrections.NotSaid:
                _replace(component, said)
        else:
            _replace(component, said)
    return before != _state(said)


def _state(said: Corrections) -> str:
    return repr((sorted(said.stay), sorted(said.replacements), said.additions, said.root, sorted(said.made)))


def _replace(component: Component, said: Corrections) -> None:
    said.additions.pop(component.name, None)
    said.replacements[component.name] = corrections.replacement(component)


def _is_verbatim_only(component: Component) -> bool:
    """Whether only the application's own part of ``x-oam`` can say a component."""
    types = [trait.type for trait in component.traits]
    return bool(component.scopes or component.external_revision) or len(types) != len(set(types))


def _correct_root(inventory: Inventory, made: Application, said: Corrections) -> None:
    """Say what the application is called, where it goes, and its policies."""
    application = inventory.application
    if made.name != application.name:
        said.root["name"] = application.name
    if application.namespace and made.namespace != application.namespace:
        said.root["namespace"] = application.namespace
    written = said.root.get("policies", [])
    missing = [policy.to_dict() for policy in application.policies if policy not in made.policies]
    missing = [policy for policy in missing if policy not in written]
    if missing:
        said.root["policies"] = [*written, *missing]


def _correct_helpers(inventory: Inventory, made: Application, said: Corrections) -> None:
    """Keep the components of objects that the conversion does not make again."""
    present = _present(made)
    for component in inventory.helpers:
        for item in objects_of(component):
            if item["kind"] != "Secret" and present.get(key_of(item)) != _content(item):
                said.stay.add(component.name)


def _correct_kept(inventory: Inventory, made: Application, said: Corrections) -> None:
    """Part the components that stay from those of the same names that the conversion makes."""
    for component in inventory.kept:
        others = [item for item in made.components if item.name == component.name]
        if len(others) > 1 and objects_of(component):
            own = {key_of(item): _content(item) for item in objects_of(others[0])}
            same = {key_of(item) for item in objects_of(component) if own.get(key_of(item)) == _content(item)}
            said.made[component.name] = same


def _present(made: Application) -> dict[tuple[str, str], Mapping[str, Any]]:
    """Return what an application makes of objects, by kind and name."""
    return {key_of(item): _content(item) for component in made.components for item in objects_of(component)}


def _content(item: Manifest) -> Mapping[str, Any]:
    """Return an object for comparison: without what says where it is, or what a cluster takes for granted."""
    metadata = item.get("metadata")
    if not isinstance(metadata, Mapping):
        return item
    return {**item, "metadata": {key: value for key, value in metadata.items() if key != "namespace"}}


def _added(inventory: Inventory, made: Application) -> list[tuple[str, str]]:
    known = {policy.name for policy in inventory.application.policies}
    found = [("policy", policy.name) for policy in made.policies if policy.name not in known]
    components = inventory.application.components
    mine = {key_of(item) for component in components for item in (*objects_of(component), *claims_of(component))}
    found.extend(
        key
        for component in made.components
        for key in map(key_of, objects_of(component))
        if key not in mine and component.type == "k8s-objects"
    )
    return found
