"""The user of a container."""

from __future__ import annotations

from typing import Any

from compose2oam.model.outcome import Outcome
from compose2oam.rules.context import Context

# The highest number of a user or a group (PodSecurityContext v1 core).
MOST = 2**31 - 1


def run_as(user: Any, context: Context) -> dict[str, int] | None:
    """Return ``runAsUser`` and ``runAsGroup`` for ``user`` (``1000:1000``); names are unknown to a cluster."""
    name, _, group = str(user).partition(":")
    made = {}
    for key, text, what in (("runAsUser", name, "user"), ("runAsGroup", group, "group")):
        if text == "root":
            made[key] = 0
        elif text.isdigit() and int(text) > MOST:
            say = f"Kubernetes takes no {what} above {MOST}, and {text} is above it"
            context.note(Outcome.REFUSED, say, ("user",), "give the files in the image to a lower number")
        elif text.isdigit():
            made[key] = int(text)
        elif text:
            say = f"Kubernetes takes numbers only, so the {what} `{text}` is left to the image"
            context.note(Outcome.DROPPED, say, ("user",), f"write the number of `{text}`")
    return made or None
