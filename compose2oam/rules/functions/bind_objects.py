"""What bind mounts need in the cluster: configuration, secrets and claims."""

from __future__ import annotations

from typing import Any

from compose2oam.model.workload import Part
from compose2oam.rules import binds
from compose2oam.rules.context import Context


def bind_objects(volumes: Any, context: Context) -> list[Part]:
    """Return the objects to make for those of the ``volumes`` that are bind mounts of project files."""
    made = []
    for index, volume in enumerate(volumes):
        found = binds.classify(volume, context) if volume.get("type") == "bind" else None
        if found is not None and found.manifest is not None and found.group:
            item = {"group": found.group, "manifest": found.manifest}
            made.append(Part(item, (*context.place, "volumes", index)))
    return made
