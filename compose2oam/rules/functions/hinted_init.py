"""Init containers that labels of kompose ask for."""

from __future__ import annotations

from typing import Any

from compose2oam.model.outcome import Outcome
from compose2oam.rules.context import Context
from compose2oam.rules.functions.arguments import arguments
from compose2oam.rules.names import object_name


def hinted_init(hint: Any, context: Context) -> list[dict[str, Any]] | None:
    """Return the init container, with the words of its command as Kubernetes takes them."""
    if "image" not in hint:
        say = "an init container needs an image"
        context.note(Outcome.DROPPED, say, hint="name it with `kompose.init.containers.image`")
        return None
    container: dict[str, Any] = {"name": object_name(hint.get("name", "init-service")), "image": hint["image"]}
    if hint.get("command"):
        container["command"] = arguments(hint["command"], context)
    return [container]
