"""What ``x-oam`` must say so that a service becomes the component that it was written from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compose2oam.importer import comparison, mounts
from compose2oam.importer.rendered import KINDS
from compose2oam.model.dataclass import replace
from compose2oam.model.oam import Component, Trait

Keys = dict[str, Any]

_MERGE, _JSON = "json-merge-patch", "json-patch"


class NotSaid(Exception):
    """No addition to the translation gives the component; it must stand in its place."""


def addition(wanted: Component, made: Component) -> Keys:
    """Return the ``x-oam`` that turns what the conversion makes into what is wanted.

    Raises:
        NotSaid: there is none.
    """
    if wanted.type != made.type:
        # All else depends on the type.
        return {"type": wanted.type}
    keys: Keys = {}
    properties = difference(wanted.properties, made.properties)
    properties = {key: value for key, value in properties.items() if _matters(key, wanted, made)}
    (properties.get("annotations") or {}).pop("compose2oam.io/hash", None)
    if not properties.get("annotations", True):
        del properties["annotations"]
    if properties:
        keys["properties"] = properties
    traits = _traits(wanted, made)
    if traits:
        keys["traits"] = traits
    patch = _patch(wanted, made)
    if patch:
        keys["patch"] = patch
    needed = [name for name in wanted.depends_on if name not in made.depends_on]
    if needed:
        keys["dependsOn"] = needed
    if set(made.depends_on) - set(wanted.depends_on):
        raise NotSaid
    return keys


def _matters(key: str, wanted: Component, made: Component) -> bool:
    """Whether a property that is said in other words means something else."""
    if key not in wanted.properties or key not in made.properties:
        return True
    other = replace(made, properties={**made.properties, key: wanted.properties[key]})
    return not comparison.same(made, other)


def _traits(wanted: Component, made: Component) -> list[Keys]:
    present = {trait.type: trait.properties for trait in made.traits}
    listed: list[Keys] = []
    types = [trait.type for trait in wanted.traits]
    if len(set(types)) != len(types):
        raise NotSaid
    for trait in wanted.traits:
        if trait.type in (_MERGE, _JSON):
            continue
        properties = difference(_held(trait), present.get(trait.type, {}))
        if properties or trait.type not in present:
            listed.append({"type": trait.type, **({"properties": properties} if properties else {})})
    listed.extend({"type": name, "disable": True} for name in present if name not in types)
    return listed


def _held(trait: Trait) -> Keys:
    """Return the properties of a trait as ``x-oam`` holds them: the volumes of the project make its claims."""
    return mounts.mounting(trait.properties) if trait.type == "storage" else trait.properties


def _patch(wanted: Component, made: Component) -> Keys:
    merge = difference(_properties(wanted, _MERGE), _properties(made, _MERGE))
    after = list(_properties(wanted, _JSON).get("operations") or ())
    before = list(_properties(made, _JSON).get("operations") or ())
    if after and after[: len(before)] != before:
        raise NotSaid
    keys: Keys = {"merge": merge} if merge and _properties(wanted, _MERGE) else {}
    return {**keys, "json": after[len(before) :]} if after[len(before) :] else keys


def _properties(component: Component, kind: str) -> Mapping[str, Any]:
    return next((trait.properties for trait in component.traits if trait.type == kind), {})


def difference(wanted: Mapping[str, Any], present: Mapping[str, Any]) -> Keys:
    """Return what, laid over ``present`` (null removes), gives ``wanted``."""
    keys: Keys = {}
    for key, value in wanted.items():
        if key not in present:
            keys[key] = value
        elif value != present[key]:
            both = isinstance(value, Mapping) and isinstance(present[key], Mapping)
            keys[key] = difference(value, present[key]) if both else value
    keys.update({key: None for key in present if key not in wanted})
    return keys


def replacement(wanted: Component) -> Keys:
    """Return the ``x-oam`` that puts a component in the place of the translation, as it stands."""
    component: Keys = {"type": wanted.type}
    if wanted.properties:
        component["properties"] = dict(wanted.properties)
    keys: Keys = {"component": component}
    if wanted.traits:
        keys["traits"] = [replace(trait, properties=_held(trait)).to_dict() for trait in wanted.traits]
    for name, value in (
        ("dependsOn", list(wanted.depends_on)),
        ("inputs", [dict(item) for item in wanted.inputs]),
        ("outputs", [dict(item) for item in wanted.outputs]),
    ):
        if value:
            keys[name] = value
    return keys


def is_known(component: Component) -> bool:
    """Whether the conversion makes components of this type by itself."""
    return component.type in KINDS
