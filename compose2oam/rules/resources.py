"""Top-level volumes, configs and secrets: what they are called in the cluster."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compose2oam.rules.context import Context
from compose2oam.source.tree import mark_of


def is_external(tree: Mapping[str, Any]) -> bool:
    """Whether something else than this project makes it."""
    return bool(tree.get("external"))


def is_network(tree: Mapping[str, Any]) -> bool:
    """Whether a volume lies on a file server, which any number of nodes can mount."""
    return str((tree.get("driver_opts") or {}).get("type", "")).startswith("nfs")


def claim_name(context: Context, key: str, tree: Mapping[str, Any]) -> str:
    """Return the name of a volume's claim: what the user called it, without the project's name in front."""
    return _name(context, "PersistentVolumeClaim", key, key, tree)


def config_name(context: Context, section: str, key: str, tree: Mapping[str, Any]) -> str:
    """Return the name of the ConfigMap of a part of ``configs``, or of the Secret of a part of ``secrets``."""
    extension = tree.get("x-oam") or {}
    if extension.get("name"):
        return str(extension["name"])
    kind = "ConfigMap" if section == "configs" else "Secret"
    return _name(context, kind, key, f"{context.project.name}-{key}", tree)


def _name(context: Context, kind: str, key: str, wanted: str, tree: Mapping[str, Any]) -> str:
    register = context.facts["project"].register
    if _named(tree):
        # Two parts of the same name are one thing, in Docker as here.
        return str(register.name(kind, str(tree["name"]), f"name {tree['name']}"))
    return str(register.name(kind, wanted, f"key {key}"))


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
