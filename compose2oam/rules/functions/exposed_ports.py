"""Ports that other services may reach."""

from __future__ import annotations

from typing import Any

from compose2oam.model.workload import Part
from compose2oam.rules.context import Context


def exposed_ports(exposed: Any, context: Context) -> list[Part]:
    """Return container ports for Compose ``expose`` (``3000``, ``4000-4001/udp``), without those that ``ports`` has."""
    known = {(port["containerPort"], port["protocol"]) for port in context.model.get("ports", ())}
    made = []
    for index, text in enumerate(exposed):
        numbers, _, protocol = str(text).partition("/")
        first, _, last = numbers.partition("-")
        for port in range(int(first), int(last or first) + 1):
            key = (port, (protocol or "tcp").upper())
            if key not in known:
                known.add(key)
                made.append(Part({"containerPort": port, "protocol": key[1]}, ("expose", index)))
    return made
