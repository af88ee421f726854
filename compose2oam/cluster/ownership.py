"""Who set which field of an object: what the server keeps of it in ``metadata.managedFields``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from compose2oam.cluster.objects import MANAGER
from compose2oam.model.path import Path


def setter(there: Mapping[str, Any], path: Path) -> tuple[str, str]:
    """Return the manager that set a place of an object, and when; two empty texts if it is us, or nobody knows.

    Args:
        there: the object as the server has it.
        path: the place; an item of a list by its name.
    """
    found: list[tuple[int, bool, str, str]] = []
    for entry in there["metadata"].get("managedFields") or ():
        depth = -1 if entry.get("subresource") else _depth(entry.get("fieldsV1") or {}, path)
        if depth >= 0:
            ours = entry.get("manager") == MANAGER and entry.get("operation") == "Apply"
            found.append((depth, not ours, str(entry.get("time") or ""), str(entry.get("manager") or "")))
    if not found:
        return "", ""
    # Of several that set the same value, the one that is not us is the news.
    _, other, since, manager = max(found)
    return (manager, since) if other else ("", "")


def _depth(fields: Mapping[str, Any], path: Path) -> int:
    """Return how deep a set of fields reaches towards a place, -1 if it does not hold it."""
    node = fields
    for depth, step in enumerate(path):
        below = node.get(f"f:{step}")
        if below is None:
            below = next((item for key, item in node.items() if _is_item(key, step)), None)
        if below is None:
            return depth if depth and not node else -1
        node = below
    return len(path)


def _is_item(key: str, step: Any) -> bool:
    """Whether a key of a set of fields (``k:{"name":"web"}``) stands for the item of a list."""
    if not key.startswith("k:"):
        return False
    try:
        return step in json.loads(key[2:]).values()
    except (AttributeError, ValueError):
        return False


def owned(there: Mapping[str, Any], manager: str = MANAGER) -> dict[str, Any]:
    """Return the part of an object that a manager applied: what it has to apply again to keep it.

    Items of lists that have keys are there with their keys; lists that are one value are there as a whole.
    """
    for entry in there["metadata"].get("managedFields") or ():
        if entry.get("manager") == manager and entry.get("operation") == "Apply" and not entry.get("subresource"):
            found = _part(there, entry.get("fieldsV1") or {})
            return found if isinstance(found, dict) else {}
    return {}


def _part(value: Any, fields: Mapping[str, Any]) -> Any:
    if isinstance(value, Mapping) and any(key != "." for key in fields):
        names = [key[2:] for key in fields if key.startswith("f:")]
        return {name: _part(value[name], fields[f"f:{name}"]) for name in names if name in value}
    if isinstance(value, list) and any(key.startswith("k:") for key in fields):
        found = []
        for key, below in fields.items():
            wanted = json.loads(key[2:]) if key.startswith("k:") else {}
            for item in value:
                if wanted and all(item.get(name) == text for name, text in wanted.items()):
                    found.append({**wanted, **_part(item, below)})
        return found
    if isinstance(value, list) and any(key.startswith("v:") for key in fields):
        kept = [json.loads(key[2:]) for key in fields if key.startswith("v:")]
        return [item for item in value if item in kept]
    return value
