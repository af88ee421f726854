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
        tree["properties"]["objects"] = kept = [item for item in objects if not is_secret(item)]
        if not kept:
            return None
    for trait in tree.get("traits") or ():
        redact_trait(trait)
    return tree


def redact_trait(trait: Tree) -> None:
    """Take the values of Secrets out of a trait."""
    given = trait.get("properties", {}).get("secret")
    if trait.get("type") != "storage" or not isinstance(given, list):
        return
    for item in given:
        if isinstance(item, dict) and (item.pop("data", None), item.pop("stringData", None)) != (None, None):
            item["mountOnly"] = True


def secret_at(tree: Any, path: Path) -> bool:
    """Whether a place of a component is in a Secret, or is a value of one."""
    match path:
        case ("properties", "objects", int(index), *_):
            return is_secret(tree["properties"]["objects"][index])
        case ("traits", int(index), "properties", "secret", int(), "data" | "stringData", *_):
            return bool(tree["traits"][index].get("type") == "storage")
    return False
