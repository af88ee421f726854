"""Secrets of a function of OpenFaaS, the only thing that it mounts."""

from __future__ import annotations

from typing import Any

from compose2oam.model.outcome import Outcome
from compose2oam.rules.context import Context


def function_secrets(mounts: Any, context: Context) -> list[str]:
    """Return ``spec.secrets`` (Function v1 openfaas.com): names; what else is mounted is told as dropped."""
    names: dict[str, None] = {}
    for mount in mounts:
        path = getattr(mount, "path", ())
        if mount["kind"] == "secret":
            names[mount["source"]] = None
            say = f"a function finds it in /var/openfaas/secrets/{mount.get('subPath', '')}"
            context.note(Outcome.APPROXIMATED, say, path)
        else:
            context.note(Outcome.DROPPED, "a function mounts nothing but secrets", path, "put it into the image")
    return list(names)
