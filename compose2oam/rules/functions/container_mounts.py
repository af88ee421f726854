"""Mounts of a container."""

from __future__ import annotations

from typing import Any

from compose2oam.model.workload import Part
from compose2oam.rules.arrangement import arrange, mount_of
from compose2oam.rules.context import Context


def container_mounts(mounts: Any, context: Context) -> list[dict[str, Any]]:
    """Return ``containers[].volumeMounts`` for mounts."""
    return [Part(mount_of(mount), mount.path) for mount in arrange(mounts).mounts]
