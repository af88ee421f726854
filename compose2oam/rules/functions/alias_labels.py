"""Labels for aliases that several services share."""

from __future__ import annotations

from typing import Any

from compose2oam.rules.context import Context
from compose2oam.rules.names import component_name


def alias_labels(aliases: Any, context: Context) -> dict[str, str] | None:
    """Return the pod labels by which one Service selects all services that share an alias."""
    return {alias_label(component_name(alias)): "true" for alias in aliases} or None


def alias_label(name: str) -> str:
    """Return the pod label of a shared alias."""
    return f"compose2oam.io/alias-{name}"
