"""The tag of an image."""

from __future__ import annotations

from typing import Any

from compose2oam.rules.context import Context


def image_tag(image: Any, context: Context) -> str | None:
    """Return ``16`` of ``registry:5000/postgres:16@sha256:...``; nothing where an image has no tag."""
    last = str(image).partition("@")[0].rpartition("/")[2]
    return last.partition(":")[2] or None
