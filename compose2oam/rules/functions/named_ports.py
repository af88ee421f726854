"""Ports of a container of the older runtime, each with a name."""

from __future__ import annotations

import re
from typing import Any

from compose2oam.model.workload import Part
from compose2oam.rules.context import Context
from compose2oam.rules.functions.services import note_without_app_protocol

# What the definition of a ContainerizedWorkload takes as a name.
_NAME = re.compile(r"[a-z]{1,15}\Z")


def named_ports(ports: Any, context: Context) -> list[Part]:
    """Return ``containers[].ports`` of a ContainerizedWorkload, where a port needs a name of letters alone."""
    made = []
    note_without_app_protocol(ports, context)
    for port in ports:
        name = str(port.get("name") or "")
        entry = {"name": name if _NAME.match(name) else port["protocol"].lower()}
        entry.update({key: port[key] for key in ("containerPort", "protocol")})
        made.append(Part(entry, getattr(port, "path", ())))
    return made
