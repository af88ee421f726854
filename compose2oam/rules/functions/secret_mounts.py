"""Secrets of a service, as mounts of single files."""

from __future__ import annotations

from typing import Any

from compose2oam.model.workload import Part
from compose2oam.rules.context import Context
from compose2oam.rules.functions.config_mounts import file_mounts


def secret_mounts(references: Any, context: Context) -> list[Part]:
    """Return mounts for the ``secrets`` of a service; a relative target is below ``/run/secrets``."""
    return file_mounts(references, context, "secrets", "secret", "/run/secrets/")
