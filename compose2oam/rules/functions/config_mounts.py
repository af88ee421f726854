"""Configs of a service, as mounts of single files."""

from __future__ import annotations

from typing import Any

from compose2oam.model.outcome import Outcome
from compose2oam.model.workload import Part
from compose2oam.rules.context import Context
from compose2oam.rules.names import object_name
from compose2oam.rules.resources import config_key, config_name

# Octal 0444, what the Compose specification gives to configs and secrets alike.
_MODE = 0o444


def config_mounts(references: Any, context: Context) -> list[Part]:
    """Return mounts for the ``configs`` of a service; the file of a config without a target is ``/<name>``."""
    return file_mounts(references, context, "configs", "configMap", "/")


def file_mounts(references: Any, context: Context, section: str, kind: str, base: str) -> list[Part]:
    """Return mounts of single files below ``base``, from ConfigMaps or from Secrets."""
    made = []
    for index, reference in enumerate(references):
        source = reference["source"]
        declared = context.project.section(section).get(source) or {}
        target = str(reference.get("target") or source)
        path = (section, index)
        name = config_name(context, section, source, declared)
        mount = {
            "kind": kind,
            "volume": object_name(f"{section[:-1]}-{source}"),
            "source": name,
            "subPath": config_key(source, declared),
            "mountPath": target if target.startswith("/") else base + target,
            "mode": file_mode(reference.get("mode")),
        }
        for key in ("uid", "gid"):
            if str(reference.get(key) or "0") != "0":
                say = f"the file belongs to root, not to {key} {reference[key]}"
                context.note(Outcome.DROPPED, say, (*path, key), "its mode lets everybody read it, if it says so")
        made.append(Part(mount, path))
    return made


def file_mode(mode: Any) -> int:
    """Return a Compose file mode (octal text, or a number) as the number that Kubernetes takes."""
    if mode is None:
        return _MODE
    return mode if isinstance(mode, int) else int(str(mode), 8)
