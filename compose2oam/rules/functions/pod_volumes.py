"""Volumes of a pod."""

from __future__ import annotations

from typing import Any

from compose2oam.rules.arrangement import arrange, volume_of
from compose2oam.rules.context import Context


def pod_volumes(mounts: Any, context: Context) -> list[dict[str, Any]]:
    """Return ``spec.volumes`` for mounts, each volume once."""
    made = {mount["volume"]: volume_of(mount) for mount in arrange(mounts).mounts}
    return list(made.values())
