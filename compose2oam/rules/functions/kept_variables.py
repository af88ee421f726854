"""``kept_variables``: the Secrets and ConfigMaps that variables of a service are kept in."""

from __future__ import annotations

from typing import Any

from compose2oam.model.workload import Part
from compose2oam.rules.context import Context
from compose2oam.rules.variables import Kept, object_with


def kept_variables(_: Any, context: Context) -> list[Part]:
    """Return one object for each variable that is kept in one; the same object as often as it is asked for."""
    kept: dict[str, Kept] = context.memo.get("kept variables", {})
    made = []
    for name, place in kept.items():
        found = object_with(place, context)
        if found["group"]:
            made.append(Part(found, (*context.place, "environment", name)))
    return made
