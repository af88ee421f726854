"""The one port of a container, where a system takes no more."""

from __future__ import annotations

from typing import Any

from compose2oam.model.outcome import Outcome
from compose2oam.model.workload import Part
from compose2oam.rules.context import Context


def one_port(ports: Any, context: Context) -> list[Part]:
    """Return ``ports`` of a container with the first TCP port alone; the others are told as dropped."""
    first = next((port for port in ports if port.get("protocol", "TCP") == "TCP"), None)
    for port in ports:
        if port is not first:
            path = getattr(port, "path", ())
            context.note(Outcome.DROPPED, "it has one port alone, which speaks HTTP", path)
    if first is not None and first["containerPort"] != 80:
        say = f"others reach it at http://{context.facts['name']}, whatever the port of its container"
        context.note(Outcome.APPROXIMATED, say, getattr(first, "path", ()))
    return [] if first is None else [Part({"containerPort": first["containerPort"]}, getattr(first, "path", ()))]
