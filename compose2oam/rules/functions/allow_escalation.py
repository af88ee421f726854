"""Whether a program may gain rights."""

from __future__ import annotations

from typing import Any

from compose2oam.rules.context import Context


def allow_escalation(model: Any, context: Context) -> bool:
    """Return ``allowPrivilegeEscalation``: what is said, else Docker's own; false beside all rights is refused."""
    security = model["securityContext"]
    added = (security.get("capabilities") or {}).get("add") or ()
    if security.get("privileged") or "SYS_ADMIN" in added:
        return True
    return bool(security.get("allowPrivilegeEscalation", True))
