"""Ports that the Service of a component cannot have."""

from __future__ import annotations

from typing import Any

from compose2oam.rules.context import Context
from compose2oam.rules.functions.services import SELECTOR, service_port


def protocol_service(ports: Any, context: Context) -> list[dict[str, Any]] | None:
    """Return a Service for the ports; its name is the component's where that has no Service of its own."""
    if not ports:
        return None
    name = context.facts["name"]
    is_alone = len(ports) == len(context.model["ports"])
    spec = {"selector": {SELECTOR: name}, "ports": [service_port(port) for port in ports]}
    metadata = {"name": name if is_alone else f"{name}-{ports[0]['protocol'].lower()}"}
    return [
        {"group": "network", "manifest": {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec}}
    ]
