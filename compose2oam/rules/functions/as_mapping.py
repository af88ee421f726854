"""Mappings whose keys are values of the project."""

from __future__ import annotations

from typing import Any

from compose2oam.rules.context import Context


def as_mapping(pairs: Any, context: Context) -> dict[str, Any] | None:
    """Return ``[{name: a, value: b}]`` as ``{a: b}``, without what has no name or no value; nothing for no pair."""
    made = {str(pair["name"]): pair["value"] for pair in pairs if pair.get("name") and pair.get("value") is not None}
    return made or None
