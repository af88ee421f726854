"""Devices that a container reserves."""

from __future__ import annotations

from typing import Any

from compose2oam.model.outcome import Outcome
from compose2oam.rules.context import Context

_RESOURCES = {"nvidia": "nvidia.com/gpu", "amd": "amd.com/gpu", "intel": "gpu.intel.com/i915"}


def gpus(devices: Any, context: Context) -> dict[str, str] | None:
    """Return extended resources for ``gpus`` or ``deploy.resources.reservations.devices``."""
    is_short = devices is context.entity.get("gpus")
    base: tuple[str | int, ...] = ("gpus",) if is_short else ("deploy", "resources", "reservations", "devices")
    made: dict[str, int] = {}
    for index, device in enumerate(devices):
        path = (*base, index)
        kinds = set(device.get("capabilities") or ())
        resource = _RESOURCES.get(str(device.get("driver") or "nvidia"))
        if resource is None or (kinds and not kinds & {"gpu", "compute", "utility", "nvidia"} and not is_short):
            context.note(Outcome.DROPPED, "no device plugin is known for this device", path)
            continue
        if device.get("options"):
            context.note(Outcome.DROPPED, "a device plugin takes no options", (*path, "options"))
        made[resource] = made.get(resource, 0) + _count(device, path, context)
    return {name: str(count) for name, count in made.items()} or None


def _count(device: Any, path: tuple[str | int, ...], context: Context) -> int:
    if device.get("device_ids"):
        say = "the cluster chooses the devices; only their number is asked for"
        context.note(Outcome.APPROXIMATED, say, (*path, "device_ids"))
        return len(device["device_ids"])
    count = device.get("count")
    if count is not None and int(count) > 0:
        return int(count)
    context.note(Outcome.APPROXIMATED, "a pod cannot ask for all devices of a node; it asks for one", path)
    return 1
