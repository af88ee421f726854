"""Nodes that refuse pods unless these say that they tolerate it."""

from __future__ import annotations

from typing import Any

from compose2oam.rules.context import Context
from compose2oam.rules.functions.node_requirements import CONTROL_PLANE


def tolerations(requirements: Any, context: Context) -> list[dict[str, str]] | None:
    """Return the toleration that a pod needs to run on a control plane, where a constraint sends it there."""
    if any(item["key"] == CONTROL_PLANE and item["operator"] == "Exists" for item in requirements):
        return [{"key": CONTROL_PLANE, "operator": "Exists", "effect": "NoSchedule"}]
    return None
