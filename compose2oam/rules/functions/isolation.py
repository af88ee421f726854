"""``isolation``: networks that keep a service apart, as what policies of its own must say."""

from __future__ import annotations

from typing import Any

from compose2oam.rules.context import Context


def isolation(service: Any, context: Context) -> dict[str, Any] | None:
    """Return who may reach a service beside its networks, and the peers that it alone reaches; nothing for all."""
    if service.get("network_mode") == "none":
        return {"nothing": True}
    if not context.facts["isolated"]:
        return None
    known = context.facts["project"].networks
    own = [known[name] for name in service.get("networks") or ()]
    made: dict[str, Any] = {"published": True}
    if all(network.internal for network in own):
        made["reaches"] = [network.peer for network in own]
    return made
