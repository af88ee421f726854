"""Ports of a daemon that its properties cannot say."""

from __future__ import annotations

from typing import Any

from compose2oam.rules.context import Context
from compose2oam.rules.functions.host_ports import host_ports


def daemon_ports(ports: Any, context: Context) -> list[dict[str, Any]] | None:
    """Return the ports that are opened on the node, and those of another protocol than TCP."""
    others = [
        {"containerPort": port["containerPort"], "protocol": port["protocol"]}
        for port in ports
        if port["protocol"] != "TCP" and "hostPort" not in port
    ]
    return [*(host_ports(ports, context) or ()), *others] or None
