"""Replicas that spread over nodes."""

from __future__ import annotations

from typing import Any

from compose2oam.rules.context import Context
from compose2oam.rules.functions.services import SELECTOR


def spread_constraints(keys: Any, context: Context) -> list[dict[str, Any]]:
    """Return topology spread constraints that give way where they cannot be met."""
    selector = {"matchLabels": {SELECTOR: context.facts["name"]}}
    return [
        {"maxSkew": 1, "topologyKey": key, "whenUnsatisfiable": "ScheduleAnyway", "labelSelector": selector}
        for key in keys
    ]
