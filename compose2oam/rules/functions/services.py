"""Services beside those that component types make themselves."""

from __future__ import annotations

from typing import Any

from compose2oam.model.outcome import Outcome
from compose2oam.model.workload import Part
from compose2oam.rules.context import Context
from compose2oam.rules.functions.alias_labels import alias_label

# KubeVela labels every pod of a component so, and its own Services select by it.
SELECTOR = "app.oam.dev/component"


def services(addresses: Any, context: Context) -> list[Part]:
    """Return the Services that give a workload its further names; without ports they are headless."""
    return [
        Part({"group": "network", "manifest": _service(address, context)}, getattr(address, "path", ()))
        for address in addresses
    ]


def has_own_service(context: Context) -> bool:
    """Whether a Service of the workload's own name is among its addresses, so that its component makes none."""
    name = context.facts["name"]
    return any(item["name"] == name and item["headless"] for item in context.model.get("addresses", ()))


def _service(address: Any, context: Context) -> dict[str, Any]:
    selector = {SELECTOR: context.facts["name"]}
    if address.get("shared"):
        selector = {alias_label(address["name"]): "true"}
    spec: dict[str, Any] = {"selector": selector}
    if address["headless"]:
        spec = {"clusterIP": "None", "publishNotReadyAddresses": True, **spec}
    if not address.get("shared") and context.model.get("ports"):
        spec["ports"] = [service_port(port) for port in context.model["ports"]]
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": address["name"]}, "spec": spec}


def service_port(port: Any) -> dict[str, Any]:
    """Return one entry of a Service's ``ports``, named so that several are told apart."""
    number, protocol = port["containerPort"], port["protocol"]
    suffix = "" if protocol == "TCP" else f"-{protocol.lower()}"
    entry = {
        "name": port.get("name") or f"port-{number}{suffix}",
        "port": number,
        "targetPort": number,
        "protocol": protocol,
    }
    return with_app_protocol(entry, port)


def with_app_protocol(entry: dict[str, Any], port: Any) -> dict[str, Any]:
    """Return an entry of a Service's ``ports`` with what the application behind it speaks, if that is known."""
    return {**entry, "appProtocol": port["appProtocol"]} if "appProtocol" in port else entry


def note_without_app_protocol(ports: Any, context: Context) -> None:
    """Say that the Service of a component does not tell what applications speak, where the runtime makes it."""
    for port in () if has_own_service(context) else ports:
        if "appProtocol" in port:
            say = "the Service that the runtime makes does not say what protocol the application speaks"
            context.note(Outcome.DROPPED, say, (*getattr(port, "path", ()), "app_protocol"))
