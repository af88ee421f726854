"""Whether a program may gain rights."""

from __future__ import annotations

from typing import Any

from compose2oam.model.outcome import Outcome
from compose2oam.rules.context import Context


def allow_escalation(model: Any, context: Context) -> bool:
    """Return ``allowPrivilegeEscalation``: what is said, else Docker's own; false beside all rights is refused."""
    security = model["securityContext"]
    added = (security.get("capabilities") or {}).get("add") or ()
    if security.get("privileged") or "SYS_ADMIN" in added:
        for index, option in enumerate(context.entity.get("security_opt") or ()):
            if str(option).startswith("no-new-privileges") and security.get("allowPrivilegeEscalation") is False:
                say = "Kubernetes does not take no-new-privileges beside SYS_ADMIN or all rights"
                context.note(Outcome.DROPPED, say, ("security_opt", index), "drop the one or the other")
        return True
    return bool(security.get("allowPrivilegeEscalation", True))
