"""Which nodes will do for a pod, and which other pods beside it."""

from __future__ import annotations

from typing import Any

from compose2oam.rules.context import Context
from compose2oam.rules.functions.apart import apart
from compose2oam.rules.functions.node_affinity import node_affinity

_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"


def affinity(model: Any, context: Context) -> dict[str, Any] | None:
    """Return ``spec.affinity`` (Affinity v1 core) of a pod, ``None`` where any node will do."""
    made: dict[str, Any] = {}
    if model.get("nodeRequirements"):
        made["nodeAffinity"] = node_affinity(model["nodeRequirements"], context)
    alone = apart(model, context)
    if alone:
        made["podAntiAffinity"] = {_REQUIRED: alone["required"]}
    return made or None
