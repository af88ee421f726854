"""Volumes of a pod that its first container does not mount."""

from __future__ import annotations

from typing import Any

from compose2oam.model.workload import Part
from compose2oam.rules.arrangement import volume_of
from compose2oam.rules.context import Context

# What makes volumes by the word of x-oam, among the properties of a component and among traits.
_PROPERTIES = ("volumeMounts", "volumes")
_TRAITS = ("storage", "volumes", "pvc", "configmap")


def further_volumes(model: Any, context: Context) -> list[dict[str, Any]]:
    """Return operations, with paths below the pod's spec, that add the ``volumes`` of a workload to the pod."""
    made = [Part(volume_of(mount), getattr(mount, "path", ())) for mount in model["volumes"]]
    if model.get("mounts") or _has_others(context.facts["extension"]):
        return [Part({"op": "add", "path": "volumes/-", "value": volume}, volume.path) for volume in made]
    # There is no list to append to.
    return [{"op": "add", "path": "volumes", "value": made}]


def _has_others(extension: Any) -> bool:
    given = {trait.get("type") for trait in extension.get("traits") or () if not trait.get("disable")}
    return any(key in (extension.get("properties") or {}) for key in _PROPERTIES) or not given.isdisjoint(_TRAITS)
