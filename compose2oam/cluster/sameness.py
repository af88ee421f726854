"""Whether an object holds what was applied to it before, and nothing else of ours: then it need not be sent again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

# What names an object; nobody owns it.
_NAMES = ("apiVersion", "kind")


def is_as_applied(there: Mapping[str, Any], manifest: Mapping[str, Any], manager: str) -> bool:
    """Whether applying a manifest again would change nothing.

    That is so if the manager owns exactly the fields of the manifest (Kubernetes, "Server-Side Apply", field
    management) and the object has their values. A value that the server writes otherwise than we do is no such one.

    Args:
        there: the object as the cluster has it.
        manifest: what would be applied.
        manager: the field manager that would apply it.
    """
    for entry in there["metadata"].get("managedFields") or ():
        if entry.get("manager") == manager and entry.get("operation") == "Apply" and not entry.get("subresource"):
            wanted = {key: value for key, value in manifest.items() if key not in _NAMES}
            metadata = manifest["metadata"].items()
            wanted["metadata"] = {key: value for key, value in metadata if key not in {"name", "namespace"} and value}
            if not wanted["metadata"]:
                del wanted["metadata"]
            fields = entry.get("fieldsV1")
            return entry.get("apiVersion") == manifest["apiVersion"] and bool(fields) and _same(wanted, there, fields)
    return False


def _same(wanted: Any, there: Any, fields: Mapping[str, Any]) -> bool:
    names = {key[2:] for key in fields if key.startswith("f:")}
    if names:
        if not isinstance(wanted, Mapping) or not isinstance(there, Mapping) or names != set(wanted):
            return False
        return all(
            _same(value, there[key], fields[f"f:{key}"]) if key in there else _is_left_out(value)
            for key, value in wanted.items()
        )
    keys = [key for key in fields if key.startswith("k:")]
    if keys:
        return isinstance(wanted, list) and isinstance(there, list) and _same_items(wanted, there, fields, keys)
    # A set of values (``v:``), a list that is one value, or a value; an order of our own counts in all of them.
    return bool(wanted == there)


def _is_left_out(value: Any) -> bool:
    """Whether the server may keep a value by leaving it out (``omitempty`` of Go), though the manager owns it."""
    return not isinstance(value, Mapping) and not value


def _same_items(wanted: list[Any], there: list[Any], fields: Mapping[str, Any], keys: list[str]) -> bool:
    if len(wanted) != len(keys):
        return False
    known = [(json.loads(key[2:]), fields[key]) for key in keys]
    last = -1
    for item in wanted:
        found = next((one for one in known if _has(item, one[0])), None)
        if found is None:
            return False
        place = next((number for number, other in enumerate(there) if _has(other, found[0])), -1)
        if place <= last or not _same(item, there[place], found[1]):
            return False
        last = place
    return True


def _has(item: Any, key: Mapping[str, Any]) -> bool:
    return isinstance(item, Mapping) and all(item.get(name) == value for name, value in key.items())
