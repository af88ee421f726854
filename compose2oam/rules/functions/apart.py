"""Replicas that keep away from one another."""

from __future__ import annotations

from typing import Any

from compose2oam.rules.context import Context
from compose2oam.rules.functions.services import SELECTOR


def apart(model: Any, context: Context) -> dict[str, Any] | None:
    """Return ``podAntiAffinity`` that keeps two replicas off one node, where that is asked for."""
    if not model.get("onePerNode"):
        return None
    selector = {"matchLabels": {SELECTOR: context.facts["name"]}}
    return {"required": [{"topologyKey": "kubernetes.io/hostname", "labelSelector": selector}]}
