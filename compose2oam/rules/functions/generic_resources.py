"""Resources that an administrator of a Swarm has named, where the name is one that clusters have."""

from __future__ import annotations

import re
from typing import Any

from compose2oam.model.outcome import Outcome
from compose2oam.rules.context import Context

# An extended resource is a name in a domain, and not in Kubernetes' own (ResourceRequirements v1 core).
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]*/[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?\Z")


def generic_resources(items: Any, context: Context) -> dict[str, Any] | None:
    """Return ``resources`` for ``generic_resources``: limits, which are requests too for what is counted."""
    known = context.model.get("resources", {}).get("limits", {})
    made: dict[str, str] = {}
    for index, item in enumerate(items):
        spec = item.get("discrete_resource_spec") or {}
        kind = str(spec.get("kind") or "")
        if not _NAME.match(kind) or kind in known or kind in made:
            path = ("deploy", "resources", "reservations", "generic_resources", index)
            say = f"the cluster does not know `{kind}` under that name"
            context.note(Outcome.DROPPED, say, path, "name it as the cluster does: vendor.example.com/device")
        else:
            made[kind] = str(int(spec.get("value") or 1))
    return {"limits": made} if made else None
