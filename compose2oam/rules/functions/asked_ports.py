"""Ports that the project uses and nobody declares."""

from __future__ import annotations

from typing import Any

from compose2oam.diagnostics import Severity
from compose2oam.model.outcome import Outcome
from compose2oam.model.workload import Part
from compose2oam.rules.context import Context
from compose2oam.rules.functions.ports import MOST_PORTS


def asked_ports(uses: Any, context: Context) -> list[Part] | None:
    """Return container ports that neighbours use (``facts.usedPorts``), without those that the service declares."""
    declared = {port["containerPort"] for port in context.model["ports"]}
    name = context.facts["name"]
    path = ("ports",) if context.entity.get("ports") else ("expose",)
    made = []
    asked = [(use.port, use.service) for use in uses.values() if use.port not in declared]
    for port, user in asked[: max(0, MOST_PORTS - len(declared))]:
        made.append(Part({"containerPort": port, "protocol": "TCP"}, path))
        if user:
            who = "its own configuration" if user == context.key else f"`{user}`"
            say = f"{who} names {name}:{port}, which is not declared; its Service opens it, too"
        else:
            say = f"the image is known to open port {port}, which is not declared; its Service opens it, too"
        context.note(Outcome.INFERRED, say, path, f'`expose: ["{port}"]` declares it', Severity.INFO)
    return made or None
