"""Values of secrets that stand in an application: they are taken out before anything is written."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from compose2oam.model.oam import Component
from compose2oam.model.path import Path

Tree = dict[str, Any]


def is_secret(manifest: Any) -> bool:
    """Whether something is the manifest of a Secret."""
    return isinstance(manifest, Mapping) and manifest.get("kind") == "Secret"


def redacted(component: Component) -> Tree | None:
    """Return a component without Secrets; ``None`` if nothing else is in it.

    The ``storage`` trait then mounts its Secrets, and does not make them.
    """
    tree = copy.deepcopy(component.to_dict())
    objects = tree.get("properties", {}).get("objects")
    if isinstance(objects, list) and any(map(is_secret, objects)):
        kept = [item for item in objects if not is_secret(item)]
        if not kept:
            return None
        tree["properties"] = {**tree["properties"], "objects": kept}
    if "traits" in tree:
        tree["traits"] = list(map(redacted_trait, tree["traits"]))
    return tree


def redacted_trait(trait: Tree) -> Tree:
    """Return a trait without the values of Secrets."""
    properties = trait.get("properties", {})
    given = properties.get("secret")
    if trait.get("type") != "storage" or not isinstance(given, list):
        return trait
    return {**trait, "properties": {**properties, "secret": list(map(_mounted, given))}}


def _mounted(secret: Any) -> Any:
    """Return a Secret of a ``storage`` trait as one that is there already."""
    if not isinstance(secret, dict) or (secret.get("data"), secret.get("stringData")) == (None, None):
        return secret
    return {**{key: value for key, value in secret.items() if key not in ("data", "stringData")}, "mountOnly": True}


def secret_at(tree: Any, path: Path) -> bool:
    """Whether a place of a component is in a Secret, or is a value of one."""
    match path:
        case ("properties", "objects", int(index), *_):
            return is_secret(tree["properties"]["objects"][index])
        case ("traits", int(index), "properties", "secret", int(), "data" | "stringData", *_):
            return bool(tree["traits"][index].get("type") == "storage")
    return False
