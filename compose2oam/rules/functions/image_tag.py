"""The tag of an image."""

from __future__ import annotations

from typing import Any

from compose2oam.rules.context import Context
from compose2oam.rules.images import image_of


def image_tag(image: Any, context: Context) -> str | None:
    """Return ``16`` of ``registry:5000/postgres:16@sha256:...``; nothing where an image has no tag."""
    return image_of(image).tag or None
