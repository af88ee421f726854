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
# What the `storage` trait says of a claim, and the size that it gives one of which it says none.
_OF_CLAIMS = {
    "name", "mountPath", "subPath", "mountOnly", "volumeMode", "accessModes", "storageClassName", "resources",
}  # fmt: skip
_SIZE = "8Gi"


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


def store(pod: dict[str, Any], given: Any) -> bool:
    """Write the ``storage`` trait into a pod; ``False`` if it makes or mounts what Compose has no word for."""
    if not _is_stored(given):
        return False
    for item in given.get("pvc") or ():
        _add(pod, item, {"persistentVolumeClaim": {"claimName": item["name"]}})
    for kind in ("emptyDir", "hostPath"):
        for item in given.get(kind) or ():
            _add(pod, item, _SOURCES[kind](item))
    return True


def _is_stored(given: Any) -> bool:
    return set(given) <= {"pvc", "emptyDir", "hostPath"} and all(map(_is_plain, given.get("pvc") or ()))


def _is_plain(item: Mapping[str, Any]) -> bool:
    """Whether a volume of Compose can say all that a ``storage`` trait says of a claim."""
    resources = item.get("resources") or {"requests": {"storage": _SIZE}}
    known = set(item) <= _OF_CLAIMS and item.get("volumeMode", "Filesystem") == "Filesystem"
    return known and set(resources) == {"requests"} and set(resources["requests"]) == {"storage"}


def claims_of(given: Any) -> list[dict[str, Any]]:
    """Return the claims that a ``storage`` trait makes; none of a trait that is not rendered."""
    try:
        made = given.get("pvc") or () if _is_stored(given) else ()
        return [_claim(item) for item in made if not item.get("mountOnly")]
    except (AttributeError, KeyError, TypeError):
        # It has not its shape; it stays as it was written.
        return []


def mounting(given: dict[str, Any]) -> dict[str, Any]:
    """Return the properties of a ``storage`` trait whose claims something else makes."""
    if not claims_of(given):
        return given
    return {**given, "pvc": [{**item, "mountOnly": True} for item in given["pvc"]]}


def _claim(item: Mapping[str, Any]) -> dict[str, Any]:
    spec = {
        "accessModes": item.get("accessModes") or ["ReadWriteOnce"],
        "resources": item.get("resources") or {"requests": {"storage": _SIZE}},
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
