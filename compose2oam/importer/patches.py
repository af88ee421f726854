"""Patches of a workload: a merge patch (RFC 7396) and a JSON patch (RFC 6902)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class PatchError(Exception):
    """A patch asks for a place that is not there."""


def merge(target: dict[str, Any], patch: Mapping[str, Any]) -> None:
    """Lay a merge patch over a mapping: mappings deeply, null removes, everything else replaces."""
    for key, value in patch.items():
        if value is None:
            target.pop(key, None)
        elif isinstance(value, Mapping):
            if not isinstance(target.get(key), dict):
                target[key] = {}
            merge(target[key], value)
        else:
            target[key] = value


def operate(document: Any, operation: Mapping[str, Any]) -> None:
    """Carry out one operation of a JSON patch: ``add``, ``replace`` or ``remove``.

    Raises:
        PatchError: it is another operation, or its place is not there.
    """
    *parents, last = [part.replace("~1", "/").replace("~0", "~") for part in operation["path"].split("/")[1:]]
    node = document
    for part in parents:
        try:
            node = node[int(part)] if isinstance(node, list) else node[part]
        except (KeyError, IndexError, ValueError, TypeError):
            raise PatchError(operation["path"]) from None
    kind = operation.get("op")
    if isinstance(node, list):
        _of_list(node, last, kind, operation)
    elif not isinstance(node, dict) or not (kind == "add" or (kind in ("replace", "remove") and last in node)):
        raise PatchError(operation["path"])
    elif kind == "remove":
        del node[last]
    else:
        node[last] = operation["value"]


def _of_list(node: list[Any], last: str, kind: Any, operation: Mapping[str, Any]) -> None:
    if last == "-" and kind == "add":
        node.append(operation["value"])
        return
    if not last.isdigit() or int(last) >= len(node) + (kind == "add"):
        raise PatchError(operation["path"])
    if kind == "add":
        node.insert(int(last), operation["value"])
    elif kind == "replace":
        node[int(last)] = operation["value"]
    elif kind == "remove":
        del node[int(last)]
    else:
        raise PatchError(operation["path"])
