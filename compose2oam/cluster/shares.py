"""What of an object the older runtime writes itself, so that it and the next ``up`` do not contend for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Manifest = Mapping[str, Any]

# Lists that stand empty in a manifest, because their kind asks for them, and that the runtime fills.
_FILLED = {"HealthScope": "workloadRefs"}
# Traits that say how many there are.
_COUNTING = {"ManualScalerTrait", "HorizontalPodAutoscaler"}
# A reference to nothing, as Go writes a structure that is never left out (oam-kubernetes-runtime, `StoreReference`).
_NOTHING = {"apiVersion": "", "kind": "", "name": ""}
_STORES = {"dataInputs": "inputStore", "dataOutputs": "outputStore"}


def fitted(manifest: Manifest, there: Manifest | None) -> Manifest:
    """Return a manifest as it is to be applied to what is there.

    It lacks a list that the runtime has filled by now, and keeps a trait that only another number of its own undoes.

    Args:
        manifest: what is to be there.
        there: the object as the cluster has it, ``None`` if it has none.
    """
    if not there:
        return manifest
    if manifest["kind"] == "ApplicationConfiguration":
        return _with_counts(manifest, there)
    name = _FILLED.get(str(manifest["kind"]), "")
    spec = manifest.get("spec") or {}
    if not name or spec.get(name) or not (there.get("spec") or {}).get(name):
        return manifest
    return {**manifest, "spec": {key: value for key, value in spec.items() if key != name}}


def _with_counts(configuration: Manifest, there: Manifest) -> Manifest:
    """Return a configuration that says how many there are where the one before did.

    When the trait for that goes, the runtime leaves the number as it was: of what was stopped, none.
    """
    scaled = {
        str(one.get("componentName")): trait
        for one in (there.get("spec") or {}).get("components") or ()
        for trait in one.get("traits") or ()
        if (trait.get("trait") or {}).get("kind") == "ManualScalerTrait"
    }
    spec = configuration["spec"]
    made = []
    for component in spec["components"]:
        trait = scaled.get(str(component.get("componentName")))
        kinds = {(one.get("trait") or {}).get("kind") for one in component.get("traits") or ()}
        if trait is not None and not kinds & _COUNTING:
            usual = {**trait["trait"], "spec": {**(trait["trait"].get("spec") or {}), "replicaCount": 1}}
            component = {**component, "traits": [*(component.get("traits") or ()), {**trait, "trait": usual}]}
        made.append(component)
    return {**configuration, "spec": {**spec, "components": made}}


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
