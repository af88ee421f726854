"""Ports, as KubeVela's components take them."""

from __future__ import annotations

from typing import Any

from compose2oam.model.workload import Part
from compose2oam.rules.context import Context
from compose2oam.rules.functions.services import has_own_service, note_without_app_protocol


def port_properties(ports: Any, context: Context) -> list[Part] | None:
    """Return the ``ports`` property; each port is in the Service of the component, unless one of ours is."""
    made = []
    exposed = {} if has_own_service(context) else {"expose": True}
    note_without_app_protocol(ports, context)
    for port in ports:
        entry = {key: port[known] for key, known in (("port", "containerPort"), ("name", "name")) if known in port}
        if port["protocol"] != "TCP":
            entry["protocol"] = port["protocol"]
        made.append(Part({**entry, **exposed}, getattr(port, "path", ())))
    return made or None
