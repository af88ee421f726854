"""Names of cluster objects that a user refers to."""

from __future__ import annotations

from typing import Any

from compose2oam.rules.context import Context
from compose2oam.rules.names import object_name


def class_name(name: Any, context: Context) -> str:
    """Return the name as the cluster allows it."""
    return object_name(str(name))
