"""Ports that other services may reach."""

from __future__ import annotations

from typing import Any

from compose2oam.model.outcome import Outcome
from compose2oam.model.regex import regex
from compose2oam.model.workload import Part
from compose2oam.rules.context import Context
from compose2oam.rules.functions.ports import MOST_PORTS, misfit

# As Docker reads it: a port or a range, and a protocol.
_EXPOSED = regex(r"(\d{1,5})(?:-(\d{1,5}))?(?:/([a-zA-Z]+))?\Z")


def exposed_ports(exposed: Any, context: Context) -> list[Part] | None:
    """Return container ports for Compose ``expose`` (``3000``, ``4000-4001/udp``), without those that ``ports`` has."""
    known = {(port["containerPort"], port["protocol"]) for port in context.model.get("ports", ())}
    made = []
    for index, text in enumerate(exposed):
        path = ("expose", index)
        found = _EXPOSED.match(str(text).strip())
        if not found or int(found[2] or found[1]) < int(found[1]):
            # Compose takes any text; often it is a variable that has no value.
            say = f"`{text}` is no port" if text else "a port without a number opens nothing"
            context.note(Outcome.DROPPED, say, path, "write a number, such as `3000`, or a range")
            continue
        first, last, protocol = int(found[1]), int(found[2] or found[1]), (found[3] or "tcp").upper()
        if wrong := misfit(first, protocol) or misfit(last, protocol):
            context.note(Outcome.DROPPED, wrong, path)
            continue
        numbers = range(first, last + 1)
        if len(numbers) > MOST_PORTS:
            say = f"{len(numbers)} ports are more than a Service can have; the first {MOST_PORTS} are kept"
            context.note(Outcome.DROPPED, say, path)
        for port in numbers[:MOST_PORTS]:
            if (port, protocol) not in known:
                known.add((port, protocol))
                made.append(Part({"containerPort": port, "protocol": protocol}, path))
    return made or None
