"""Ports of the node, as KubeVela's container-ports trait takes them."""

from __future__ import annotations

from typing import Any

from compose2oam.model.workload import Part
from compose2oam.rules.context import Context
from compose2oam.rules.functions.container_ports import container_ports, host_port


def host_ports(ports: Any, context: Context) -> list[Part] | None:
    """Return the ports that are opened on the node."""
    return container_ports([port for port in ports if host_port(port, context)], context) or None
