"""Mounts in the order in which KubeVela's components render them, so that a patch can count to each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from compose2oam.model.namedtuple import NamedTuple
from compose2oam.model.workload import Part

KINDS = ("pvc", "configMap", "secret", "emptyDir", "hostPath", "image")
# What makes a volume; two mounts with the same of all these share one.
_OF_VOLUME = ("kind", "source", "mode", "items", "medium", "sizeLimit")


class Arranged(NamedTuple):
    """Mounts in rendered order, and the names of the volumes in theirs."""

    mounts: list[Part]
    volumes: list[str]


def arrange(mounts: Iterable[Any], known: dict[str, tuple[Any, ...]] | None = None) -> Arranged:
    """Order mounts by kind, and give volumes that differ different names.

    Args:
        mounts: the mounts of a container.
        known: the volumes that the pod has already, by name; those of the mounts are added.
    """
    made: list[Part] = []
    taken: set[str] = set()
    volumes = {} if known is None else known
    known_kinds = [mount for mount in mounts if mount["kind"] in KINDS]
    for mount in sorted(known_kinds, key=lambda mount: KINDS.index(mount["kind"])):
        # Kubernetes refuses two mounts at one place; the first of a kind stays.
        if mount["mountPath"] not in taken:
            taken.add(mount["mountPath"])
            made.append(Part({**mount, "volume": _name(mount, volumes)}, getattr(mount, "path", ())))
    return Arranged(made, list(volumes))


def _name(mount: Any, volumes: dict[str, tuple[Any, ...]]) -> str:
    content = tuple(mount.get(key) for key in _OF_VOLUME)
    name: str = mount["volume"]
    number = 1
    while volumes.setdefault(name, content) != content:
        number += 1
        name = f"{mount['volume'][:60]}-{number}"
    return name


def volume_of(mount: Any) -> dict[str, Any]:
    """Return the entry of ``spec.volumes`` (Volume v1 core) for a mount."""
    return {"name": mount["volume"], **_SOURCES[mount["kind"]](mount)}


def mount_of(mount: Any) -> dict[str, Any]:
    """Return the entry of ``containers[].volumeMounts`` (VolumeMount v1 core) for a mount."""
    made = {"name": mount["volume"], "mountPath": mount["mountPath"]}
    for key, field in (("subPath", "subPath"), ("readOnly", "readOnly"), ("propagation", "mountPropagation")):
        if mount.get(key):
            made[field] = mount[key]
    return made


def _files(mount: Any, name: str) -> dict[str, Any]:
    made = {name: mount["source"], "defaultMode": mount["mode"]}
    return {**made, "items": mount["items"]} if mount.get("items") else made


def _empty_dir(mount: Any) -> dict[str, Any]:
    return {key: mount[key] for key in ("medium", "sizeLimit") if mount.get(key)}


_SOURCES = {
    "pvc": lambda mount: {"persistentVolumeClaim": {"claimName": mount["source"]}},
    "configMap": lambda mount: {"configMap": _files(mount, "name")},
    "secret": lambda mount: {"secret": _files(mount, "secretName")},
    "emptyDir": lambda mount: {"emptyDir": _empty_dir(mount)},
    "hostPath": lambda mount: {"hostPath": {"path": mount["source"]}},
    "image": lambda mount: {"image": {"reference": mount["source"]}},
}
