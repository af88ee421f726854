"""Projects of services in one pod, and what is in that pod."""

from __future__ import annotations

from typing import Any

from entries import entry_at

from compose2oam.api import Conversion
from compose2oam.model.outcome import Outcome
from compose2oam.model.path import render

VPN = "{image: vpn:1, ports: ['9091:9091']}"


def behind(host: str = VPN, guest: str = "", more: str = "") -> str:
    """A project of a host `vpn` and a guest `app`, each with what a test wants to say of it."""
    return f"""
    services:
      vpn: {host}
      app: {{image: "app:1", network_mode: "service:vpn"{", " if guest else ""}{guest}}}
      {more}
    volumes: {{data: {{}}, conf: {{}}, ram: {{driver_opts: {{type: tmpfs, device: tmpfs}}}}}}
    """


def operations(conversion: Conversion, name: str = "vpn") -> list[dict[str, Any]]:
    """The JSON patch of a component."""
    (found,) = (item.to_dict() for item in conversion.application.components if item.name == name)
    traits = {trait["type"]: trait["properties"] for trait in found.get("traits", [])}
    made: list[dict[str, Any]] = traits.get("json-patch", {}).get("operations", [])
    return made


def containers(conversion: Conversion, name: str = "vpn") -> dict[str, dict[str, Any]]:
    """The containers that are patched into the pod of a component, by name."""
    ends = "/spec/containers/-"
    return {
        item["value"]["name"]: item["value"] for item in operations(conversion, name) if item["path"].endswith(ends)
    }


def volumes(conversion: Conversion, name: str = "vpn") -> list[Any]:
    """The volumes that are patched into the pod of a component."""
    made: list[Any] = []
    for item in operations(conversion, name):
        if item["path"].endswith("/spec/volumes/-"):
            made.append(item["value"])
        elif item["path"].endswith("/spec/volumes"):
            made.extend(item["value"])
    return made


def ends(conversion: Conversion, path: str) -> tuple[Outcome, str]:
    """How the line at a path ends, and what is said of it."""
    entry = entry_at(conversion, path)
    return entry.outcome, entry.say


def targets(conversion: Conversion, path: str) -> list[str]:
    """Where the line at a path went."""
    return [render(target) for target in entry_at(conversion, path).targets]
