"""Volumes of a pod."""

from __future__ import annotations

from typing import Any

from compose2oam.rules.arrangement import arrange, volume_of
from compose2oam.rules.context import Context
from compose2oam.rules.functions.volume_mounts import note_hidden


def pod_volumes(mounts: Any, context: Context) -> list[dict[str, Any]]:
    """Return ``spec.volumes`` for mounts, each volume once."""
    arranged = arrange(mounts).mounts
    note_hidden(mounts, arranged, context)
    made = {mount["volume"]: volume_of(mount) for mount in arranged}
    return list(made.values())
