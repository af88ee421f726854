"""Ports of a container, as KubeVela's container-ports trait takes them."""

from __future__ import annotations

from typing import Any

from compose2oam.model.workload import Part
from compose2oam.rules.context import Context

_KEYS = ("containerPort", "protocol", "hostIP")


def container_ports(ports: Any, context: Context) -> list[Part]:
    """Return the ports, with those of the node that they are opened on."""
    made = []
    for port in ports:
        entry = {key: port[key] for key in _KEYS if key in port}
        opened = host_port(port, context)
        made.append(Part({**entry, "hostPort": opened} if opened else entry, getattr(port, "path", ())))
    return made


def host_port(port: Any, context: Context) -> int | None:
    """Return the port of the node on which a port of the container is opened, ``None`` where it is not."""
    published = str(port.get("published") or "")
    if "hostPort" in port:
        return int(port["hostPort"])
    return int(published) if context.model.get("hostPorts") and published.isdigit() else None
