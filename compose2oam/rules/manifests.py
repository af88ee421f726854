"""Plain objects of Kubernetes: a workload each service, and what stands beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from compose2oam.model.outcome import Outcome
from compose2oam.model.path import Path
from compose2oam.model.workload import Workload
from compose2oam.rules.carriers import Draft
from compose2oam.rules.contributions import override
from compose2oam.rules.extension import KEY
from compose2oam.rules.written import Making, Written, labelled, placed, workload_notes
from compose2oam.source.tree import plain

PLACELESS = "C2O-005"
_PART_OF = "app.kubernetes.io/part-of"
_OF_A_RUNTIME = "plain objects have no runtime that could do it"


def write_objects(making: Making) -> Written:
    """Write every object as a manifest, in the order in which they need one another."""
    facts = making.facts
    workloads = [
        _noted(finished(workload, draft, making), workload_notes(workload, making))
        for workload, draft in making.carried.drafts
    ]
    for path in unsaid(making, ("labels", "annotations"), ("patch",)):
        making.ledger.note(path, PLACELESS, Outcome.DROPPED, _OF_A_RUNTIME, "--target kubevela does")
    beside = [item.manifest for item in making.of_groups(making.rulebook.target.beside)]
    made = [_part(placed(manifest, facts.namespace), making) for manifest in (*beside, *workloads)]
    # What is in no namespace can be there before the namespace is.
    made.sort(key=lambda manifest: "namespace" in manifest["metadata"])
    return Written(manifests=tuple(made))


def finished(workload: Workload, draft: Draft, making: Making) -> dict[str, Any]:
    """Return the manifest of a workload, with the patch of ``x-oam`` laid over it."""
    given = plain(making.project.section("services")[workload.service].get(KEY) or {})
    patch = (given.get("patch") or {}).get("merge")
    if given.get("type") == draft.type:
        making.ledger.made(("services", workload.service, KEY, "type"), (*draft.place, "kind"))
    if patch:
        override(draft.merge, patch)
        making.ledger.made(("services", workload.service, KEY, "patch", "merge"), draft.place)
    spec = draft.merge["spec"]
    # People read first what is short.
    for key in ("selector", "template", "jobTemplate"):
        if key in spec:
            spec[key] = spec.pop(key)
    return draft.merge


def unsaid(making: Making, of_root: tuple[str, ...], of_service: tuple[str, ...]) -> Iterator[Path]:
    """Yield each place of ``x-oam`` that the target has no place for.

    Args:
        making: what is written.
        of_root: the keys of the root for which it has one.
        of_service: those of a service.
    """
    root = making.project.tree.get(KEY) or {}
    yield from ((KEY, key) for key in _TO_A_RUNTIME if key in root and key not in of_root)
    yield from (
        ("models", name, KEY, "component")
        for name, model in making.project.section("models").items()
        if "component" in ((model or {}).get(KEY) or {})
    )
    types = {workload.service: draft.type for workload, draft in making.carried.drafts}
    for service, tree in making.project.section("services").items():
        given: Mapping[str, Any] = tree.get(KEY) or {}
        place: Path = ("services", service, KEY)
        yield from ((*place, key) for key in _OF_A_COMPONENT if key in given and key not in of_service)
        if "type" in given and given["type"] != types.get(service):
            yield (*place, "type")
        if "json" in (given.get("patch") or {}):
            yield (*place, "patch", "json")


# What x-oam says to a runtime, key by key; all else goes into the workload model.
_TO_A_RUNTIME = (
    "labels",
    "annotations",
    "components",
    "policies",
    "workflow",
    "clusters",
    "topology",
    "overrides",
    "environments",
    "health",
)
_OF_A_COMPONENT = ("component", "as", "properties", "traits", "patch", "dependsOn", "inputs", "outputs", "scopes")


def _noted(manifest: dict[str, Any], notes: Mapping[str, str]) -> dict[str, Any]:
    """Annotate a workload with where it comes from; what the user writes goes before."""
    metadata = manifest["metadata"]
    return {**manifest, "metadata": {**metadata, "annotations": {**notes, **metadata.get("annotations", {})}}}


def _part(manifest: dict[str, Any], making: Making) -> dict[str, Any]:
    """Label an object as a part of its application, and add what x-oam says."""
    manifest = labelled(manifest, making)
    root = plain(making.project.tree.get(KEY) or {})
    metadata = dict(manifest["metadata"])
    labels = {**metadata["labels"], _PART_OF: making.facts.application}
    added = {"labels": {**labels, **(root.get("labels") or {})}}
    annotations = {**metadata.get("annotations", {}), **(root.get("annotations") or {})}
    metadata.update(added | ({"annotations": annotations} if annotations else {}))
    target = ("objects", manifest["kind"], metadata["name"], "metadata")
    for section in ("labels", "annotations"):
        for key in root.get(section) or ():
            making.ledger.made((KEY, section, key), (*target, section, key))
    return {**manifest, "metadata": metadata}
