"""Ports, as KubeVela's components take them."""

from __future__ import annotations

from typing import Any

from compose2oam.model.workload import Part
from compose2oam.rules.context import Context


def port_properties(ports: Any, context: Context) -> list[Part] | None:
    """Return the ``ports`` property; each port is in the Service of the component."""
    made = []
    for port in ports:
        entry = {"port": port["containerPort"]}
        if port["protocol"] != "TCP":
            entry["protocol"] = port["protocol"]
        made.append(Part({**entry, "expose": True}, getattr(port, "path", ())))
    return made or None
