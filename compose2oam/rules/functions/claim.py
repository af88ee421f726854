"""Named volumes, as claims."""

from __future__ import annotations

from typing import Any

from compose2oam.model.outcome import Outcome
from compose2oam.rules.context import Context
from compose2oam.rules.functions.memory import quantity
from compose2oam.rules.hints import is_hint, of_volume
from compose2oam.rules.resources import claim_name, claim_spec, is_external, is_network, volume_kind
from compose2oam.rules.sizes import to_bytes

# Says of a claim, to carriers and to people, that it goes with its application.
RETAIN = "compose2oam.io/retain"


def claim(_: Any, context: Context) -> list[dict[str, Any]] | None:
    """Return the objects of a top-level volume: a PersistentVolumeClaim, for NFS with its PersistentVolume."""
    volume = context.entity
    wanted, name = str(volume.get("name") or context.key), claim_name(context, context.key, volume)
    if is_external(volume) and name != wanted:
        say = f"the claim must be called `{name}`: Kubernetes does not take `{wanted}`"
        context.note(Outcome.APPROXIMATED, say, hint=f"make it in the namespace {context.facts['namespace']} before")
    if is_external(volume) or volume_kind(volume)[0] != "pvc":
        _note_unused(volume, context)
        return None
    options = volume.get("driver_opts") or {}
    extension = volume.get("x-oam") or {}
    size = extension.get("size") or size_of(options) or str(context.settings.volume_size)
    spec = claim_spec(context, context.key, size, extension)
    made = []
    if is_network(volume):
        persistent = _nfs(name, size, options, context)
        made.append({"group": "volumes", "manifest": persistent})
        spec.update(accessModes=["ReadWriteMany"], storageClassName="", volumeName=persistent["metadata"]["name"])
    elif options and not size_of(options):
        say = f"the options of the volume driver `{volume.get('driver', 'local')}` have no counterpart"
        context.note(Outcome.DROPPED, say, ("driver_opts",), "choose a class with `x-oam: {storageClass: ...}`")
    selector = of_volume(volume)[0].get("selector")
    if selector:
        spec["selector"] = {"matchLabels": selector}
    metadata: dict[str, Any] = {"name": name}
    annotations = {key: str(value) for key, value in (volume.get("labels") or {}).items() if not is_hint(key)}
    if extension.get("retain") is False:
        annotations[RETAIN] = "false"
    if annotations:
        metadata["annotations"] = annotations
    manifest = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata, "spec": spec}
    return [*made, {"group": "volumes", "manifest": manifest}]


def _note_unused(volume: Any, context: Context) -> None:
    """Say which keys of ``x-oam`` are of no use to a volume for which no claim is made."""
    is_claim = volume_kind(volume)[0] == "pvc"
    for key in volume.get("x-oam") or ():
        if key != "accessModes" and not (is_claim and key == "prepopulate"):
            say = "no claim is made for this volume, which could have it"
            context.note(Outcome.DROPPED, say, ("x-oam", key), "take it out, or let the conversion make the volume")


def size_of(options: Any) -> str:
    """Return the size that the options of a volume driver say, as a Kubernetes quantity; empty if none."""
    for option in (f"size={options.get('size', '')}", *str(options.get("o", "")).split(",")):
        if option.startswith("size=") and to_bytes(option[5:]):
            return quantity(to_bytes(option[5:]))
    return ""


def _nfs(name: str, size: str, options: Any, context: Context) -> dict[str, Any]:
    mount_options = [option for option in str(options.get("o", "")).split(",") if option]
    server = next((option[5:] for option in mount_options if option.startswith("addr=")), "")
    spec: dict[str, Any] = {
        "capacity": {"storage": size},
        "accessModes": ["ReadWriteMany"],
        "persistentVolumeReclaimPolicy": "Retain",
        "storageClassName": "",
        "nfs": {"server": server, "path": str(options.get("device", "")).lstrip(":") or "/"},
    }
    others = [option for option in mount_options if not option.startswith("addr=")]
    if others:
        spec["mountOptions"] = others
    # A PersistentVolume has no namespace, so its name carries the application's.
    title = f"{context.facts['namespace']}-{name}"
    return {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": title}, "spec": spec}
