"""Top-level volumes, configs and secrets: what they are called in the cluster."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import Any

from compose2oam.model.outcome import Outcome
from compose2oam.model.path import Path
from compose2oam.rules.context import Context
from compose2oam.source.tree import mark_of


def is_external(tree: Mapping[str, Any]) -> bool:
    """Whether something else than this project makes it."""
    return bool(tree.get("external"))


def is_network(tree: Mapping[str, Any]) -> bool:
    """Whether a volume lies on a file server, which any number of nodes can mount."""
    return str((tree.get("driver_opts") or {}).get("type", "")).startswith("nfs")


def access_modes(context: Context, source: str, extension: Mapping[str, Any]) -> list[str]:
    """Return how the claim for a volume, or for a folder of the project, is mounted: by one node, or by many."""
    if extension.get("accessModes"):
        return list(extension["accessModes"])
    is_for_many = context.settings.shared_volumes == "rwx" and source in context.facts["project"].crowded
    return ["ReadWriteMany" if is_for_many else "ReadWriteOnce"]


def claim_spec(context: Context, source: str, size: str, extension: Mapping[str, Any]) -> dict[str, Any]:
    """Return the ``spec`` of a claim (PersistentVolumeClaimSpec, v1)."""
    spec: dict[str, Any] = {
        "accessModes": access_modes(context, source, extension),
        "resources": {"requests": {"storage": size}},
    }
    storage_class = extension.get("storageClass") or context.settings.storage_class
    if storage_class:
        spec["storageClassName"] = storage_class
    return spec


def secret_group(context: Context) -> str:
    """Return the group of Secrets; empty where they are in the cluster already."""
    return {"separate": "secrets", "inline": "inlined"}.get(str(context.settings.secrets), "")


def note_secret(context: Context, name: str, path: Path) -> None:
    """Say where a Secret goes that no part of ``secrets`` stands for, unless that is a file of its own."""
    if context.settings.secrets == "inline":
        say = f"the Secret `{name}` stands in the application for all its readers to see"
        context.note(Outcome.APPROXIMATED, say, path, "--secrets separate writes it to a file of its own")
    elif context.settings.secrets == "external":
        say = f"the Secret `{name}` is not written, as it is to be in the cluster already"
        context.note(Outcome.APPROXIMATED, say, path, f"make it in the namespace {context.facts['namespace']} before")


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
            return "hostPath", posixpath.normpath(str(options["device"]))
    return "pvc", ""


def _named(tree: Mapping[str, Any]) -> bool:
    """Whether the user, not the loader, wrote the name."""
    return bool(tree.get("name")) and (is_external(tree) or mark_of(tree, "name") is not None)
