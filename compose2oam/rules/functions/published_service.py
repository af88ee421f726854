"""Ports that are open to the outside."""

from __future__ import annotations

from typing import Any

from compose2oam.model.outcome import Outcome
from compose2oam.rules.context import Context
from compose2oam.rules.functions.services import SELECTOR, with_app_protocol

# The range from which a cluster gives out node ports unless it is told otherwise.
_NODE_PORTS = range(30000, 32768)


def published_service(model: Any, context: Context) -> list[dict[str, Any]]:
    """Return a Service ``<name>-published`` that opens the published side of every published port."""
    name, kind = context.facts["name"], model["publish"]
    entries = []
    for port in model["ports"]:
        number = str(port.get("published") or "")
        if number.isdigit():
            entries.append(_entry(int(number), port, kind, context))
    spec: dict[str, Any] = {"type": kind, "selector": {SELECTOR: name}, "ports": entries}
    if "externalTrafficPolicy" in model:
        spec["externalTrafficPolicy"] = model["externalTrafficPolicy"]
    metadata = {"name": f"{name}-published"}
    return [
        {"group": "network", "manifest": {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec}}
    ]


def _entry(number: int, port: Any, kind: str, context: Context) -> dict[str, Any]:
    target, protocol = port["containerPort"], port["protocol"]
    suffix = "" if protocol == "TCP" else f"-{protocol.lower()}"
    entry = {"name": f"port-{number}{suffix}", "port": number, "targetPort": target, "protocol": protocol}
    if kind == "NodePort":
        if "nodePort" in context.model:
            entry["nodePort"] = context.model["nodePort"]
        elif number in _NODE_PORTS:
            entry["nodePort"] = number
        else:
            say = f"a node port is between 30000 and 32767, so the cluster chooses another than {number}"
            context.note(Outcome.APPROXIMATED, say, getattr(port, "path", ()))
    return with_app_protocol(entry, port)
