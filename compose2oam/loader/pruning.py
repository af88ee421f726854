"""Pruning: what no enabled service uses is no part of the project."""

from __future__ import annotations

from typing import Final

from compose2oam.diagnostics import Diagnostic
from compose2oam.loader.codes import note
from compose2oam.loader.scope import Scope
from compose2oam.loader.trees import drop, section
from compose2oam.model.path import Path
from compose2oam.source.tree import Map

_SECTIONS: Final = ("networks", "volumes", "secrets", "configs", "models")


def prune(tree: Map, scope: Scope) -> list[Diagnostic]:
    """Remove the networks, volumes, secrets, configs and models that no service uses, and say which a user wrote."""
    findings: list[Diagnostic] = []
    used = _used(tree)
    for part in _SECTIONS:
        resources = section(tree, part)
        for name in [name for name in resources if name not in used[part]]:
            if name in resources.marks:
                path: Path = (part, name)
                message = f"no enabled service uses the {part.removesuffix('s')} `{name}`, so it is left out"
                findings.append(note("CF-507", message, path, resources.marks[name]))
            scope.take_out(resources, name, (part,), "CF-507", f"no enabled service uses this {part.removesuffix('s')}")
        if part in tree and not resources:
            drop(tree, part)
    return findings


def _used(tree: Map) -> dict[str, set[str]]:
    used: dict[str, set[str]] = {part: set() for part in _SECTIONS}
    for service in section(tree, "services").values():
        used["networks"].update(service.get("networks") or ())
        used["models"].update(service.get("models") or ())
        for mount in service.get("volumes") or ():
            if mount.get("type") == "volume" and mount.get("source"):
                used["volumes"].add(mount["source"])
        for secret in (*(service.get("secrets") or ()), *(section(service, "build").get("secrets") or ())):
            used["secrets"].add(secret.get("source", ""))
        for config in service.get("configs") or ():
            used["configs"].add(config.get("source", ""))
    return used
