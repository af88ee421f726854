"""Ports of the node, as KubeVela's container-ports trait takes them."""

from __future__ import annotations

from typing import Any

from compose2oam.model.workload import Part
from compose2oam.rules.context import Context

_KEYS = ("containerPort", "protocol", "hostPort", "hostIP")


def host_ports(ports: Any, context: Context) -> list[dict[str, Any]] | None:
    """Return the ports that are opened on the node."""
    made: list[dict[str, Any]] = [_host_port(port) for port in ports if "hostPort" in port]
    return made or None


def _host_port(port: Any) -> Part:
    return Part({key: port[key] for key in _KEYS if key in port}, getattr(port, "path", ()))
