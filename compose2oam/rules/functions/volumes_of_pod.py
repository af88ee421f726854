"""Volumes of a pod that its first container does not mount, where all of them can be written."""

from __future__ import annotations

from typing import Any

from compose2oam.model.workload import Part
from compose2oam.rules.arrangement import volume_of
from compose2oam.rules.context import Context


def volumes_of_pod(volumes: Any, context: Context) -> list[Part]:
    """Return ``spec.volumes`` (Volume v1 core) for the ``volumes`` of a workload, whose names are settled."""
    return [Part(volume_of(mount), getattr(mount, "path", ())) for mount in volumes]
