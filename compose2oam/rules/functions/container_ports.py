"""Ports of a container, as KubeVela's container-ports trait takes them."""

from __future__ import annotations

from typing import Any

from compose2oam.model.workload import Part
from compose2oam.rules.context import Context

_KEYS = ("containerPort", "protocol", "hostPort", "hostIP")


def container_ports(ports: Any, context: Context) -> list[Part]:
    """Return the ports, with those of the node that they are opened on."""
    return [Part({key: port[key] for key in _KEYS if key in port}, getattr(port, "path", ())) for port in ports]
