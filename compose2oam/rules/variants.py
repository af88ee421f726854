"""An environment that an override file of Compose describes: what it changes, said as ``x-oam.environments`` says it.

The project is converted with the file and without it; what differs goes into the override policy of the environment.
The runtime merges mappings deeply and replaces all else, so an override can change and add, but not take a property
away.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from compose2oam.diagnostics import Diagnostic, Severity
from compose2oam.errors import ComposeError
from compose2oam.model.compose import Project
from compose2oam.model.dataclass import replace
from compose2oam.model.namedtuple import NamedTuple
from compose2oam.model.oam import Application, Component
from compose2oam.model.path import Path
from compose2oam.source.position import Position
from compose2oam.source.tree import Map

CODE = "C2O-004"
_KEY = "x-oam"
_SERVICES = "compose2oam.io/services"


class Variant(NamedTuple):
    """A project with the file of an environment.

    Attributes:
        name: the environment.
        file: the file, as a user named it.
        project: the project.
        application: what it becomes, without any environment.
    """

    name: str
    file: str
    project: Project
    application: Application


def lay(project: Project, base: Application, variant: Variant) -> Project:
    """Return a project that has an environment more, or one that changes more.

    Args:
        project: the project without the file.
        base: what it becomes, without any environment.
        variant: the same with the file.

    Raises:
        ComposeError: with everything that differs and that an override cannot say.
    """
    other = variant.application
    faults = list(_faults(variant, base))
    if faults:
        raise ComposeError.of(faults)
    services = {found: key for key, found in json.loads(base.annotations.get(_SERVICES, "{}")).items()}
    changes = Map()
    for component in base.components:
        found = other.component(component.name)
        change = _change(component, found) if found else {}
        if change:
            changes[services.get(component.name, component.name)] = _tree(change)
    tree = _copy(project.tree)
    node, given = tree, variant.project.tree
    for key in (_KEY, "environments", variant.name):
        # What the file itself says under `x-oam` of where the environment is holds as well.
        given = given.get(key) or Map()
        present = given if key == variant.name else node.get(key)
        node.put(key, _copy(present), node.marks.get(key) or given.mark)
        node = node[key]
    said = _copy(node.get("services"))
    for service, change in changes.items():
        said.put(service, _over(change, said.get(service) or Map()), said.marks.get(service))
    if said:
        node.put("services", said, node.marks.get("services"))
    return replace(project, tree=tree)


def _faults(variant: Variant, base: Application) -> Iterator[Diagnostic]:
    """Find what an override cannot say."""
    other = variant.application
    known = {component.name: component for component in base.components}
    found = {component.name: component for component in other.components}
    for gone in (key for key in known if key not in found):
        yield _fault(variant, f"leaves out the component `{gone}`", "a service can stay with `deploy: {replicas: 0}`")
    for new in (key for key in found if key not in known):
        yield _fault(
            variant,
            f"adds the component `{new}`",
            "declare it for all; a service can wait with `deploy: {replicas: 0}`",
        )
    for key in (key for key in known if key in found):
        one, two = known[key], found[key]
        if one.type != two.type:
            yield _fault(
                variant, f"makes `{key}` a {two.type}, which is a {one.type}", "say `x-oam: {type: ...}` for all"
            )
        elif one.depends_on != two.depends_on:
            yield _fault(variant, f"changes what `{key}` waits for", "say the same `depends_on` for all")
        for path in _removed(one.properties, two.properties):
            say = f"takes `{'.'.join(path)}` of `{key}` away, and can only change it"
            yield _fault(variant, say, "give it a value there, or leave it out for all and add it where it is wanted")
        for trait in one.traits:
            there = two.trait(trait.type)
            for path in _removed(trait.properties, there.properties) if there else ():
                say = f"takes `{'.'.join(path)}` of the trait {trait.type} of `{key}` away, and can only change it"
                yield _fault(variant, say, "give it a value there, or add it where it is wanted")
        if _objects(one) != _objects(two):
            yield _fault(
                variant, f"changes the objects in `{key}`", "say the same volumes, configs and networks for all"
            )
    if [policy.to_dict() for policy in base.policies] != [policy.to_dict() for policy in other.policies]:
        yield _fault(variant, "changes policies of the application", "say them for all")


def _fault(variant: Variant, say: str, hint: str) -> Diagnostic:
    path: Path = (_KEY, "environments", variant.name)
    say = f"the file of the environment `{variant.name}` {say}"
    return Diagnostic(CODE, Severity.ERROR, say, path, Position(variant.file, 1, 1), hint)


def _objects(component: Component) -> Any:
    return component.properties.get("objects") if component.type == "k8s-objects" else None


def _removed(one: Mapping[str, Any], two: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for key, value in one.items():
        if key not in two:
            yield (*path, key)
        elif isinstance(value, Mapping) and isinstance(two[key], Mapping):
            yield from _removed(value, two[key], (*path, key))


def _change(one: Component, two: Component) -> dict[str, Any]:
    """Return what is otherwise in the second: properties, and traits by their type."""
    properties = _added(one.properties, two.properties)
    traits: list[dict[str, Any]] = []
    for trait in one.traits:
        found = two.trait(trait.type)
        if found is None:
            traits.append({"type": trait.type, "disable": True})
        elif more := _added(trait.properties, found.properties):
            traits.append({"type": trait.type, "properties": more})
    traits += [trait.to_dict() for trait in two.traits if one.trait(trait.type) is None]
    return {**({"properties": properties} if properties else {}), **({"traits": traits} if traits else {})}


def _added(one: Mapping[str, Any], two: Mapping[str, Any]) -> dict[str, Any]:
    made = {}
    for key, value in two.items():
        if isinstance(value, Mapping) and isinstance(one.get(key), Mapping):
            below = _added(one[key], value)
            if below:
                made[key] = below
        elif key not in one or one[key] != value:
            made[key] = value
    return made


def _over(change: Map, said: Map) -> Map:
    """Return a change with what the Compose file itself says of the environment, which goes before it."""
    made = Map({**change, **said}, said.mark, dict(said.marks))
    if "properties" in change and "properties" in said:
        made["properties"] = Map({**change["properties"], **said["properties"]}, None, said["properties"].marks)
    if "traits" in change and "traits" in said:
        made["traits"] = [*change["traits"], *said["traits"]]
    return made


def _tree(node: Any) -> Any:
    if isinstance(node, Mapping):
        return Map({key: _tree(value) for key, value in node.items()})
    return [_tree(item) for item in node] if isinstance(node, list) else node


def _copy(node: Any) -> Map:
    return node.copied() if isinstance(node, Map) else Map()
