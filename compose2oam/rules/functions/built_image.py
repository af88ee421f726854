"""The image of a service that is built."""

from __future__ import annotations

from typing import Any

from compose2oam.model.outcome import Outcome
from compose2oam.rules.context import Context


def built_image(build: Any, context: Context) -> str:
    """Return the image of a service with ``build`` and no ``image``: its first tag, or Docker Compose's name for it."""
    tags = build.get("tags") or ()
    image = str(tags[0]) if tags else f"{context.project.name}-{context.key}"
    if not tags:
        say = f"the service is built and names no image; the cluster is told to run `{image}`"
        hint = "push the image to a registry and name it with `image:`"
        context.note(Outcome.APPROXIMATED, say, ("build",), hint)
    return image
