"""Requirements on nodes, as the affinity trait takes them."""

from __future__ import annotations

from typing import Any

from compose2oam.rules.context import Context


def node_choice(requirements: Any, context: Context) -> dict[str, Any]:
    """Return ``nodeAffinity`` of the trait: what a node must have."""
    return {"required": node_terms(requirements)}


def node_terms(requirements: Any) -> dict[str, Any]:
    """Return node selector terms: one, so that all requirements must be met."""
    return {"nodeSelectorTerms": [{"matchExpressions": list(requirements)}]}
