"""Top-level volumes, configs and secrets: what they are called in the cluster."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compose2oam.model.compose import Project
from compose2oam.rules.names import object_name
from compose2oam.source.tree import mark_of


def is_external(tree: Mapping[str, Any]) -> bool:
    """Whether something else than this project makes it."""
    return bool(tree.get("external"))


def claim_name(key: str, tree: Mapping[str, Any]) -> str:
    """Return the name of a volume's claim: what the user called it, without the project's name in front."""
    return object_name(str(tree["name"]) if _named(tree) else key)


def config_name(project: Project, key: str, tree: Mapping[str, Any]) -> str:
    """Return the name of the ConfigMap of a config, or of the Secret of a secret."""
    extension = tree.get("x-oam") or {}
    if extension.get("name"):
        return str(extension["name"])
    return object_name(str(tree["name"]) if _named(tree) else f"{project.name}-{key}")


def config_key(key: str, tree: Mapping[str, Any]) -> str:
    """Return the key of the one file that a config or a secret holds."""
    extension = tree.get("x-oam") or {}
    if extension.get("key"):
        return str(extension["key"])
    return str(tree["name"]) if is_external(tree) and _named(tree) else key


def volume_kind(tree: Mapping[str, Any]) -> tuple[str, str]:
    """Return what a named volume is made of: ``("pvc", "")``, ``("hostPath", path)`` or ``("emptyDir", "")``."""
    options = tree.get("driver_opts") or {}
    if tree.get("driver", "local") == "local" and not is_external(tree):
        if options.get("type") == "tmpfs":
            return "emptyDir", ""
        if "bind" in str(options.get("o", "")).split(",") and options.get("device"):
            return "hostPath", str(options["device"])
    return "pvc", ""


def _named(tree: Mapping[str, Any]) -> bool:
    """Whether the user, not the loader, wrote the name."""
    return bool(tree.get("name")) and (is_external(tree) or mark_of(tree, "name") is not None)
