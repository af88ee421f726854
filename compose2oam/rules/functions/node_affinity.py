"""Requirements on nodes, as a pod takes them."""

from __future__ import annotations

from typing import Any

from compose2oam.rules.context import Context
from compose2oam.rules.functions.node_choice import node_terms


def node_affinity(requirements: Any, context: Context) -> dict[str, Any]:
    """Return ``spec.affinity.nodeAffinity`` (NodeAffinity v1 core)."""
    return {"requiredDuringSchedulingIgnoredDuringExecution": node_terms(requirements)}
