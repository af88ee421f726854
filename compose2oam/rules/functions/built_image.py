"""The image of a service that is built."""

from __future__ import annotations

from typing import Any

from compose2oam.model.outcome import Outcome
from compose2oam.rules.context import Context
from compose2oam.rules.images import built_name


def built_image(build: Any, context: Context) -> str:
    """Return the image of a service with ``build`` and no ``image``: its first tag, or Docker Compose's name."""
    image = built_name(context.project.name, context.key, build, context.settings)
    if build.get("tags"):
        return image
    if context.settings.registry:
        say = f"the service is built and names no image; the settings make it `{image}`"
        context.note(Outcome.INFERRED, say, ("build",), f"push it there: `docker build -t {image} ...`")
    else:
        say = f"the service is built and names no image; the cluster is told to run `{image}`"
        hint = "push the image to a registry and name it with `image:`, or name the registry with --registry"
        context.note(Outcome.APPROXIMATED, say, ("build",), hint)
    return image
