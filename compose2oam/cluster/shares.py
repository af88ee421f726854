"""What of an object the older runtime writes itself, so that it and the next ``up`` do not contend for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Manifest = Mapping[str, Any]

# Lists that stand empty in a manifest, because their kind asks for them, and that the runtime fills.
_FILLED = {"HealthScope": "workloadRefs"}
# A reference to nothing, as Go writes a structure that is never left out (oam-kubernetes-runtime, `StoreReference`).
_NOTHING = {"apiVersion": "", "kind": "", "name": ""}
_STORES = {"dataInputs": "inputStore", "dataOutputs": "outputStore"}


def without_filled(manifest: Manifest, there: Manifest | None) -> Manifest:
    """Return a manifest without the list that the runtime has filled in the object by now.

    Args:
        manifest: what is to be applied.
        there: the object as the cluster has it, ``None`` if it has none.
    """
    name = _FILLED.get(str(manifest["kind"]), "")
    spec = manifest.get("spec") or {}
    if not name or spec.get(name) or not ((there or {}).get("spec") or {}).get(name):
        return manifest
    return {**manifest, "spec": {key: value for key, value in spec.items() if key != name}}


def as_written(configuration: Manifest) -> dict[str, Any]:
    """Return an ApplicationConfiguration in the words in which the runtime writes it back.

    The runtime rewrites the whole of it to add a finalizer. What then reads otherwise, if it means the same or not, is
    the runtime's from then on.
    """
    spec = configuration["spec"]
    return {**configuration, "spec": {**spec, "components": [_component(one) for one in spec.get("components") or ()]}}


def _component(component: Manifest) -> dict[str, Any]:
    made = _ordered(component)
    if "traits" in component:
        made["traits"] = [_ordered(trait) for trait in component["traits"]]
    return made


def _ordered(part: Manifest) -> dict[str, Any]:
    """Return a component or a trait whose inputs and outputs say all that the runtime says."""
    made = dict(part)
    for name, store in _STORES.items():
        if name in part:
            made[name] = [{store: _NOTHING} | _said(item) for item in part[name]]
    return made


def _said(item: Manifest) -> dict[str, Any]:
    return {key: value for key, value in item.items() if value != []}
