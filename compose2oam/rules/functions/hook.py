"""Hooks of a container."""

from __future__ import annotations

import shlex
from typing import Any

from compose2oam.model.outcome import Outcome
from compose2oam.rules.context import Context


def hook(hooks: Any, context: Context) -> dict[str, Any] | None:
    """Return one lifecycle handler for ``post_start`` or ``pre_stop``; several, or one with settings, need a shell."""
    section = "post_start" if hooks is context.entity.get("post_start") else "pre_stop"
    for index, item in enumerate(hooks):
        for key in ("user", "privileged"):
            if item.get(key):
                say = "a hook runs as the user of its container"
                context.note(Outcome.DROPPED, say, (section, index, key))
    if not hooks:
        return None
    if len(hooks) == 1 and not hooks[0].get("working_dir") and not hooks[0].get("environment"):
        return {"exec": {"command": [str(word) for word in hooks[0]["command"]]}}
    return {"exec": {"command": ["/bin/sh", "-c", " && ".join(_line(item) for item in hooks)]}}


def _line(item: Any) -> str:
    line = shlex.join(str(word) for word in item["command"])
    settings = [f"{name}={shlex.quote(str(value or ''))}" for name, value in (item.get("environment") or {}).items()]
    if settings:
        line = f"env {' '.join(settings)} {line}"
    return f"cd {shlex.quote(item['working_dir'])} && {line}" if item.get("working_dir") else line
