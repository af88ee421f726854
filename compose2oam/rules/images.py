"""What an image is called that a service builds and does not name: the same for who converts and for who builds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compose2oam.rules.settings import Settings


def built_name(project: str, service: str, build: Mapping[str, Any], settings: Settings) -> str:
    """Return the name of an image that ``build`` makes (Compose Build Specification).

    Args:
        project: the project's name.
        service: the service's name.
        build: its ``build``.
        settings: the choices that hold; ``registry`` and ``tag`` count.

    Returns:
        the first of ``build.tags``, or else Docker Compose's name for it, in the registry of the settings.
    """
    tags = build.get("tags") or ()
    if tags:
        return str(tags[0])
    image = f"{project}-{service}"
    if settings.registry:
        image = f"{settings.registry}/{image}"
    return f"{image}:{settings.tag}" if settings.tag else image
