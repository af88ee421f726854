"""Ports that labels of Katenary name, for services that say none."""

from __future__ import annotations

from typing import Any

from compose2oam.model.outcome import Outcome
from compose2oam.model.workload import Part
from compose2oam.rules.context import Context

_PATH = ("labels", "katenary.v3/ports")


def hinted_ports(numbers: Any, context: Context) -> list[Part]:
    """Return container ports for the numbers, without those that ``ports`` has."""
    known = {port["containerPort"] for port in context.model.get("ports", ()) if port["protocol"] == "TCP"}
    made = []
    for number in numbers:
        if isinstance(number, bool) or not str(number).isdigit() or not 0 < int(number) < 65536:
            context.note(Outcome.DROPPED, f"`{number}` is not a port", _PATH, "write a number from 1 to 65535")
        elif int(number) not in known:
            known.add(int(number))
            made.append(Part({"containerPort": int(number), "protocol": "TCP"}, _PATH))
    return made
