"""Volumes and their mounts: from KubeVela's properties and its ``storage`` trait to the pod, in the pod's order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compose2oam.model.namedtuple import NamedTuple

# The order in which KubeVela renders the kinds of ``volumeMounts``.
_KINDS = ("pvc", "configMap", "secret", "emptyDir", "hostPath")
_COMMON = {"name", "mountPath", "subPath"}
_KEYS = {
    "pvc": {*_COMMON, "claimName"},
    "configMap": {*_COMMON, "cmName", "defaultMode", "items"},
    "secret": {*_COMMON, "secretName", "defaultMode", "items"},
    "emptyDir": {*_COMMON, "medium"},
    "hostPath": {*_COMMON, "path"},
}
_MODE = 0o644


class Mount(NamedTuple):
    """One mount of a container, with its volume.

    Attributes:
        kind: the key of the volume's source: ``persistentVolumeClaim``, ``configMap``...
        volume: the name of the volume in the pod.
        source: what the volume is made of.
        path: where it is mounted.
        options: the further fields of the mount.
    """

    kind: str
    volume: str
    source: Mapping[str, Any]
    path: str
    options: Mapping[str, Any]


def render(pod: dict[str, Any], given: Any) -> bool:
    """Write the ``volumeMounts`` property into a pod; ``False`` if it says more than KubeVela renders."""
    known = set(given) <= set(_KINDS)
    for kind in _KINDS:
        for item in given.get(kind) or ():
            _add(pod, item, _SOURCES[kind](item))
            known = known and set(item) <= _KEYS[kind]
    return known


def render_list(pod: dict[str, Any], given: Any) -> bool:
    """Write the older ``volumes`` property into a pod: mounts in one list, each with its type."""
    kinds = {"pvc", "configMap", "secret", "emptyDir"}
    if not all(item.get("type") in kinds for item in given):
        return False
    known = True
    for item in given:
        kind = item["type"]
        _add(pod, item, _SOURCES[kind](item))
        known = known and set(item) <= {*_KEYS[kind], "type"}
    return known


def _add(pod: dict[str, Any], item: Mapping[str, Any], source: dict[str, Any]) -> None:
    volumes = pod.setdefault("volumes", [])
    if item["name"] not in [volume["name"] for volume in volumes]:
        volumes.append({"name": item["name"], **source})
    mount = {"name": item["name"], "mountPath": item["mountPath"]}
    if item.get("subPath"):
        mount["subPath"] = item["subPath"]
    pod["containers"][0].setdefault("volumeMounts", []).append(mount)


def _files(item: Mapping[str, Any], field: str, name: str) -> dict[str, Any]:
    made = {field: item[name], "defaultMode": item.get("defaultMode", _MODE)}
    return {**made, "items": item["items"]} if item.get("items") else made


_SOURCES: dict[str, Any] = {
    "pvc": lambda item: {"persistentVolumeClaim": {"claimName": item["claimName"]}},
    "configMap": lambda item: {"configMap": _files(item, "name", "cmName")},
    "secret": lambda item: {"secret": _files(item, "secretName", "secretName")},
    "emptyDir": lambda item: {"emptyDir": {"medium": item["medium"]} if item.get("medium") else {}},
    "hostPath": lambda item: {"hostPath": {"path": item["path"]}},
}


def store(pod: dict[str, Any], given: Mapping[str, Any], objects: list[dict[str, Any]]) -> bool:
    """Write the ``storage`` trait into a pod, and the claims that it makes into ``objects``; ``False`` for the rest."""
    if not set(given) <= {"pvc", "emptyDir", "hostPath"}:
        return False
    for item in given.get("pvc") or ():
        if item.get("volumeMode", "Filesystem") != "Filesystem" or "volumeName" in item or "selector" in item:
            return False
        if not item.get("mountOnly"):
            objects.append(_claim(item))
        _add(pod, item, {"persistentVolumeClaim": {"claimName": item["name"]}})
    for kind in ("emptyDir", "hostPath"):
        for item in given.get(kind) or ():
            _add(pod, item, _SOURCES[kind](item))
    return True


def _claim(item: Mapping[str, Any]) -> dict[str, Any]:
    spec = {
        "accessModes": item.get("accessModes") or ["ReadWriteOnce"],
        "resources": item.get("resources") or {"requests": {"storage": "8Gi"}},
    }
    if item.get("storageClassName"):
        spec["storageClassName"] = item["storageClassName"]
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": item["name"]}, "spec": spec}


def mounts_of(pod: Mapping[str, Any]) -> list[Mount]:
    """Return the mounts of a pod's first container, each with what its volume is made of."""
    volumes = {volume["name"]: volume for volume in pod.get("volumes") or ()}
    made = []
    for mount in pod["containers"][0].get("volumeMounts") or ():
        volume = volumes.get(mount["name"], {})
        kind = next((key for key in volume if key != "name"), "")
        options = {key: value for key, value in mount.items() if key not in ("name", "mountPath")}
        made.append(Mount(kind, mount["name"], volume.get(kind) or {}, mount["mountPath"], options))
    return made
