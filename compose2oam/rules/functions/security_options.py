"""``security_opt``: what a container may do beyond the usual, as a container's securityContext."""

from __future__ import annotations

import re
from typing import Any

from compose2oam.model.outcome import Outcome
from compose2oam.rules.context import Context

_LABELS = {"user": "user", "role": "role", "type": "type", "level": "level"}


def security_options(options: Any, context: Context) -> dict[str, Any] | None:
    """Return the fields of ``securityContext`` (Container v1 core) that the options stand for."""
    made: dict[str, Any] = {}
    for index, text in enumerate(options):
        name, value = [*re.split("[:=]", str(text), maxsplit=1), ""][:2]
        addition = _one(name, value)
        if addition is None:
            context.note(Outcome.DROPPED, f"`{text}` has no counterpart", ("security_opt", index))
            continue
        if name in ("seccomp", "apparmor") and value not in ("unconfined", "runtime/default", "docker-default"):
            say = f"the {name} profile `{value}` must be on every node"
            context.note(Outcome.APPROXIMATED, say, ("security_opt", index))
        for key, part in addition.items():
            made[key] = {**made.get(key, {}), **part} if isinstance(part, dict) else part
    return made or None


def _one(name: str, value: str) -> dict[str, Any] | None:
    if name == "no-new-privileges":
        return {"allowPrivilegeEscalation": value == "false"}
    if name in ("seccomp", "apparmor"):
        return {f"{'seccomp' if name == 'seccomp' else 'appArmor'}Profile": _profile(value)}
    if name == "systempaths" and value == "unconfined":
        return {"procMount": "Unmasked"}
    if name == "label" and value == "disable":
        return {"seLinuxOptions": {"type": "spc_t"}}
    if name == "label":
        kind, _, setting = value.partition(":")
        return {"seLinuxOptions": {_LABELS[kind]: setting}} if kind in _LABELS else None
    return None


def _profile(value: str) -> dict[str, str]:
    if value == "unconfined":
        return {"type": "Unconfined"}
    if value in ("runtime/default", "docker-default", "builtin"):
        return {"type": "RuntimeDefault"}
    return {"type": "Localhost", "localhostProfile": value}
