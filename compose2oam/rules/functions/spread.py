"""Placement preferences of Swarm."""

from __future__ import annotations

from typing import Any

from compose2oam.rules.context import Context

_KEYS = {"node.hostname": "kubernetes.io/hostname", "node.id": "kubernetes.io/hostname"}


def spread(preferences: Any, context: Context) -> list[str] | None:
    """Return the node labels over which replicas spread (``{spread: node.labels.zone}``)."""
    made = []
    for preference in preferences:
        key = str(preference.get("spread") or "")
        label = _KEYS.get(key) or (key.split(".", 2)[2] if key.count(".") >= 2 else key)
        if label and label not in made:
            made.append(label)
    return made or None
