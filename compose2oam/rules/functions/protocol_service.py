"""Ports of a component that makes no Service for them."""

from __future__ import annotations

from typing import Any

from compose2oam.rules.context import Context
from compose2oam.rules.functions.services import SELECTOR, has_own_service, service_port


def protocol_service(ports: Any, context: Context) -> list[dict[str, Any]]:
    """Return a Service of the component's name for the ports."""
    if has_own_service(context):
        return []
    name = context.facts["name"]
    spec = {"selector": {SELECTOR: name}, "ports": [service_port(port) for port in ports]}
    manifest = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": spec}
    return [{"group": "network", "manifest": manifest}]
