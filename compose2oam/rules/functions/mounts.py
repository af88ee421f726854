"""Volumes of a service, as mounts."""

from __future__ import annotations

from typing import Any

from compose2oam.model.outcome import Outcome
from compose2oam.model.path import Path
from compose2oam.model.workload import Part
from compose2oam.rules import binds
from compose2oam.rules.context import Context
from compose2oam.rules.facts import has_copies
from compose2oam.rules.functions.claim import size_of
from compose2oam.rules.functions.memory import quantity
from compose2oam.rules.names import object_name
from compose2oam.rules.resources import access_modes, claim_name, is_external, is_network, note_secret, volume_kind

# The folder of a volume in which a program finds the emptiness that it wants.
NESTED = "data"

_PROPAGATION = {
    "rshared": "Bidirectional",
    "shared": "Bidirectional",
    "rslave": "HostToContainer",
    "slave": "HostToContainer",
}


def mounts(volumes: Any, context: Context) -> list[Part]:
    """Return mounts for Compose ``volumes``: claims, configuration, node paths, or scratch space."""
    made = []
    for index, volume in enumerate(volumes):
        path: Path = ("volumes", index)
        maker = _MAKERS.get(volume.get("type"))
        if maker is None:
            say = f"a mount of type `{volume.get('type')}` has no counterpart on a cluster"
            context.note(Outcome.REFUSED, say, path)
            continue
        if not str(volume["target"]).startswith("/") or ":" in volume["target"]:
            say = f"`{volume['target']}` is not a place where a pod can mount something"
            context.note(Outcome.REFUSED, say, path, "a place begins with `/` and has no colon")
            continue
        mount = maker(volume, path, context)
        if mount is None:
            continue
        mount["mountPath"] = volume["target"]
        is_claim = mount["kind"] == "pvc"
        below = context.facts["hints"].get("volume", {}).get("subPath")
        if below and is_claim:
            mount["subPath"] = below.strip("/")
        if is_claim and volume.get("source") in context.facts["nestedVolumes"]:
            mount["subPath"] = f"{NESTED}/{mount['subPath']}" if mount.get("subPath") else NESTED
        if volume.get("read_only"):
            mount["readOnly"] = True
        if is_claim and _is_shared(volume["source"], path, context):
            mount["shared"] = True
        made.append(Part(mount, path))
    return made


def _is_shared(source: str, path: Path, context: Context) -> bool:
    """Whether other services mount a volume as well; say what several pods with it come to."""
    is_shared = source in context.facts["sharedVolumes"]
    who = "several services share" if is_shared else _copies(context.entity)
    if who and not context.once(("is for many", source), lambda: _is_for_many(source, context)):
        say = f"{who} this volume, which one node can mount: their pods must run on that node"
        hint = "--shared-volumes rwx, or `x-oam: {accessModes: [ReadWriteMany]}`, if the storage class can do it"
        context.note(Outcome.APPROXIMATED, say, path, hint)
    return is_shared


def _is_for_many(source: str, context: Context) -> bool:
    """Whether many nodes can mount a volume."""
    declared = context.project.section("volumes").get(source) or {}
    modes = access_modes(context, source, declared.get("x-oam") or {})
    return "ReadWriteMany" in modes or is_network(declared) or is_external(declared)


def _copies(service: Any) -> str:
    if (service.get("deploy") or {}).get("mode") == "global":
        return "the copies on all nodes share"
    return "several replicas share" if has_copies(service) else ""


def _volume(volume: Any, path: Path, context: Context) -> dict[str, Any] | None:
    source = volume.get("source")
    if not source:
        say = "an anonymous volume lives as long as its pod"
        context.note(Outcome.APPROXIMATED, say, path, "give the volume a name to keep its content")
        return {"kind": "emptyDir", "volume": object_name(f"anonymous-{path[-1]}")}
    declared = context.project.section("volumes").get(source) or {}
    mount = dict(context.once(("named volume", source), lambda: _named(source, declared, context)))
    if mount["kind"] == "hostPath":
        where = mount["source"]
        say = f"{where} is a path of the machine: on a cluster it is the path of the node that the pod runs on"
        context.note(Outcome.APPROXIMATED, say, path, "leave out the driver's options for a claim of its own")
    if (volume.get("volume") or {}).get("subpath"):
        mount["subPath"] = volume["volume"]["subpath"]
    if mount["kind"] == "pvc" and (declared.get("x-oam") or {}).get("prepopulate") and _is_first(source, context):
        mount["prepopulate"] = True
    return mount


def _named(source: str, declared: Any, context: Context) -> dict[str, Any]:
    """Return what is the same in every mount of a named volume."""
    kind, where = volume_kind(declared)
    mount = {"kind": kind, "volume": object_name(source)}
    if kind == "hostPath":
        return {**mount, "source": where}
    if kind == "emptyDir":
        size = size_of(declared.get("driver_opts") or {})
        return {**mount, "source": source, "medium": "Memory", **({"sizeLimit": size} if size else {})}
    return {**mount, "source": claim_name(context, source, declared)}


def _is_first(source: str, context: Context) -> bool:
    """Whether no service before this one mounts a volume."""
    services = context.project.section("services").items()
    users = (name for name, tree in services for item in tree.get("volumes") or () if item.get("source") == source)
    return next(users, "") == context.key


def _bind(volume: Any, path: Path, context: Context) -> dict[str, Any] | None:
    found = binds.classify(volume, context)
    for outcome, say, hint in found.notes:
        context.note(outcome, say, path, hint)
    if found.mount is None:
        return None
    mount = dict(found.mount)
    if mount["kind"] == "secret":
        note_secret(context, mount["source"], path)
    propagation = _PROPAGATION.get((volume.get("bind") or {}).get("propagation", ""))
    if propagation and mount["kind"] == "hostPath":
        mount["propagation"] = propagation
    return mount


def _tmpfs(volume: Any, path: Path, context: Context) -> dict[str, Any]:
    options = volume.get("tmpfs") or {}
    mount = {"kind": "emptyDir", "volume": object_name(f"tmpfs-{volume['target']}"), "medium": "Memory"}
    if int(options.get("size") or 0):
        mount["sizeLimit"] = quantity(int(options["size"]))
    if options.get("mode"):
        context.note(Outcome.DROPPED, "the mode of a tmpfs cannot be set", (*path, "tmpfs", "mode"))
    return mount


def _image(volume: Any, path: Path, context: Context) -> dict[str, Any]:
    say = "an image as a volume needs a cluster with the ImageVolume feature"
    context.note(Outcome.APPROXIMATED, say, path)
    mount = {"kind": "image", "volume": object_name(f"image-{path[-1]}"), "source": volume["source"]}
    subpath = (volume.get("image") or {}).get("subpath")
    return {**mount, "subPath": subpath} if subpath else mount


_MAKERS = {"volume": _volume, "bind": _bind, "tmpfs": _tmpfs, "image": _image}
