"""Mounts, as KubeVela's components take them."""

from __future__ import annotations

from typing import Any

from compose2oam.model.outcome import Outcome
from compose2oam.model.workload import Part
from compose2oam.rules.arrangement import arrange
from compose2oam.rules.context import Context

# Their parameters lack it, and what parameters lack a runtime may drop without a word.
WITHOUT_SUB_PATH = ("daemon", "worker")

_SOURCES = {"pvc": "claimName", "configMap": "cmName", "secret": "secretName", "hostPath": "path"}


def volume_mounts(mounts: Any, context: Context) -> dict[str, Any] | None:
    """Return the ``volumeMounts`` property: mounts by their kind."""
    made: dict[str, list[Part]] = {}
    arranged = arrange(mounts).mounts
    note_hidden(mounts, arranged, context)
    for mount in arranged:
        kind = mount["kind"]
        if kind == "image":
            continue
        entry = {"name": mount["volume"], "mountPath": mount["mountPath"]}
        if mount.get("subPath") and context.facts["component"] not in WITHOUT_SUB_PATH:
            entry["subPath"] = mount["subPath"]
        if kind in _SOURCES:
            entry[_SOURCES[kind]] = mount["source"]
        if kind in ("configMap", "secret"):
            entry["defaultMode"] = mount["mode"]
            if mount.get("items"):
                entry["items"] = mount["items"]
        if mount.get("medium"):
            entry["medium"] = mount["medium"]
        made.setdefault(kind, []).append(Part(entry, mount.path))
    return made or None


def note_hidden(mounts: Any, arranged: list[Part], context: Context) -> None:
    """Say of each mount that is left out that another stands at its place."""
    kept = {mount.path for mount in arranged}
    for mount in mounts:
        if getattr(mount, "path", ()) not in kept:
            say = f"something else is mounted at {mount['mountPath']} already"
            context.note(Outcome.DROPPED, say, getattr(mount, "path", ()), "choose another target")
