"""The rights of a container, as Kubernetes writes them."""

from __future__ import annotations

from typing import Any

from compose2oam.rules.context import Context
from compose2oam.rules.functions.allow_escalation import allow_escalation


def container_security(model: Any, context: Context) -> dict[str, Any]:
    """Return ``securityContext`` (SecurityContext v1 core) of a container; what is not said stays the cluster's own."""
    security = dict(model["securityContext"])
    if "allowPrivilegeEscalation" in security:
        security["allowPrivilegeEscalation"] = allow_escalation(model, context)
    return security
