"""Ports that other services may reach."""

from __future__ import annotations

from typing import Any

from compose2oam.model.outcome import Outcome
from compose2oam.model.workload import Part
from compose2oam.rules.context import Context
from compose2oam.rules.functions.ports import MOST_PORTS


def exposed_ports(exposed: Any, context: Context) -> list[Part]:
    """Return container ports for Compose ``expose`` (``3000``, ``4000-4001/udp``), without those that ``ports`` has."""
    known = {(port["containerPort"], port["protocol"]) for port in context.model.get("ports", ())}
    made = []
    for index, text in enumerate(exposed):
        numbers, _, protocol = str(text).partition("/")
        first, _, last = numbers.partition("-")
        numbers_of_range = range(int(first), int(last or first) + 1)
        if len(numbers_of_range) > MOST_PORTS:
            say = f"{len(numbers_of_range)} ports are more than a Service can have; the first {MOST_PORTS} are kept"
            context.note(Outcome.DROPPED, say, ("expose", index))
        for port in numbers_of_range[:MOST_PORTS]:
            key = (port, (protocol or "tcp").upper())
            if key not in known:
                known.add(key)
                made.append(Part({"containerPort": port, "protocol": key[1]}, ("expose", index)))
    return made
