"""Traits: where they apply, which of them stand together, and who writes what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from typing import Any

from compose2oam.diagnostics import Severity
from compose2oam.model.path import Path
from compose2oam.oam.definition import Definition, Kind
from compose2oam.oam.findings import Findings
from compose2oam.oam.references import matches
from compose2oam.oam.view import Part, View, items, mapping

_UNKNOWN_WORKLOAD = "autodetects.core.oam.dev"


def check_traits(view: View, findings: Findings) -> None:
    """Check every trait against its component and its neighbours."""
    fitting: set[tuple[str, ...]] = set()
    for component in view.components:
        types = (component.type, *[trait.type for trait in component.traits])
        # Many components have the same traits, and the types alone decide whether those fit.
        if types not in fitting:
            before = len(findings.found)
            for trait in component.traits:
                _applies(component, trait, findings)
            _same_type(component, findings)
            _conflicts(component, findings)
            if len(findings.found) == before:
                fitting.add(types)
        _variables(component, findings)
        _services(component, findings)
        _mounts(component, findings)
    for policy in view.policies:
        if policy.type == "override":
            _override(view, policy, findings)


def workload_of(definition: Definition | None) -> str:
    """Return the resource that a component makes (``deployments.apps``), ``""`` where only the runtime knows."""
    if definition is None:
        return ""
    workload = definition.renders or definition.workload
    return "" if workload == _UNKNOWN_WORKLOAD else workload


def _applies(component: Part, trait: Part, findings: Findings) -> None:
    workload = workload_of(component.definition)
    if not workload or trait.definition is None:
        return
    targets = trait.definition.applies_to
    if targets and "*" not in targets and workload not in targets:
        message = f"the trait {trait.type} does not apply to {component.type}, which makes {workload}"
        findings.add("OAM-151", (*trait.path, "type"), message, f"it applies to {', '.join(targets)}")


def _same_type(component: Part, findings: Findings) -> None:
    seen: set[str] = set()
    for trait in component.traits:
        if trait.type in seen:
            message = f"{component.name} has two traits of type {trait.type}"
            findings.add("OAM-152", (*trait.path, "type"), message, "an override policy would lose one; join them")
        seen.add(trait.type)


def _conflicts(component: Part, findings: Findings) -> None:
    one_of_each = {trait.type: trait for trait in reversed(component.traits)}.values()
    for second, first in combinations(one_of_each, 2):
        because = _why_not(first.definition, first.type, second.definition, second.type)
        if because:
            message = f"{first.type} and {second.type} cannot stand together on {component.name}"
            findings.add("OAM-153", (*second.path, "type"), message, because)


def _why_not(one: Definition | None, one_type: str, other: Definition | None, other_type: str) -> str:
    said = one.conflicts_with.get(other_type, "") if one else ""
    return said or (other.conflicts_with.get(one_type, "") if other else "")


def _variables(component: Part, findings: Findings) -> None:
    """Find variables with a text and a source: the API refuses ``value`` beside ``valueFrom``."""
    if all(trait.type != "storage" for trait in component.traits):
        return
    texts: dict[str, str] = {
        entry["name"]: "env"
        for _, entry in items(component.properties.get("env"))
        if isinstance(entry.get("name"), str)
    }
    for trait in component.traits:
        if trait.type == "env":
            texts.update(dict.fromkeys(mapping(trait.properties.get("env")), "the trait env"))
    for trait in component.traits:
        for path, name in _mounted_variables(trait):
            if name in texts:
                message = (
                    f"{name} of {component.name} is set by {texts[name]} and by mountToEnv of the trait {trait.type}"
                )
                findings.add("OAM-154", path, message, "keep one of the two")


def _mounted_variables(trait: Part) -> Iterator[tuple[Path, str]]:
    if trait.type != "storage":
        return
    for source in ("configMap", "secret"):
        for index, volume in items(trait.properties.get(source)):
            entries: list[tuple[tuple[str | int, ...], Mapping[str, Any]]] = [
                (("mountToEnv",), mapping(volume.get("mountToEnv"))),
                *((("mountToEnvs", place), entry) for place, entry in items(volume.get("mountToEnvs"))),
            ]
            for steps, entry in entries:
                if isinstance(entry.get("envName"), str):
                    yield trait.at(source, index, *steps, "envName"), entry["envName"]


def _mounts(component: Part, findings: Findings) -> None:
    """Find two mounts at one place of the component's own container: the API refuses them."""
    seen: set[str] = set()
    for path, place in _mount_paths(component):
        # The API compares what is written: /data and /data/ are two places for it.
        if place in seen:
            findings.add("OAM-166", path, f"two things are mounted at {place} of {component.name}", "keep one of them")
        seen.add(place)


def _mount_paths(component: Part) -> Iterator[tuple[Path, str]]:
    lists = [(component.at("volumes"), component.properties.get("volumes"))]
    mounts = mapping(component.properties.get("volumeMounts"))
    # Where volumeMounts is there, the definitions look at nothing else.
    if mounts:
        lists = [(component.at("volumeMounts", key), entries) for key, entries in mounts.items()]
    for trait in component.traits:
        if trait.type == "storage":
            lists += [(trait.at(key), entries) for key, entries in trait.properties.items()]
    for path, entries in lists:
        for index, entry in items(entries):
            if isinstance(place := entry.get("mountPath"), str):
                yield (*path, index, "mountPath"), place


def _services(component: Part, findings: Findings) -> None:
    """Find two writers of the Service that is called like the component."""
    entries = items(component.properties.get("ports"))
    exposed = {entry.get("port") for _, entry in entries if entry.get("expose") is True}
    writers = [trait for trait in component.traits if _writes_service(trait)]
    for trait in writers if exposed and _writes_service(component) else ():
        message = f"the trait {trait.type} and the exposed ports both write the Service {component.name}"
        hint, severity = "remove the trait, or expose no port", None
        if trait.type == "gateway":
            hint = f"set existingServiceName: {component.name}"
            # With the same ports, each writes what the other wrote.
            same = set(mapping(trait.properties.get("http")).values()) == exposed
            severity = Severity.WARNING if same else None
        findings.add("OAM-155", (*trait.path, "type"), message, hint, severity)
    for first, second in combinations(writers, 2):
        message = f"the traits {first.type} and {second.type} both write the Service {component.name}"
        findings.add("OAM-155", (*second.path, "type"), message)


def _writes_service(part: Part) -> bool:
    if part.type == "gateway" and (part.properties.get("existingServiceName") or part.properties.get("name")):
        return False
    return part.definition is not None and "Service" in part.definition.makes


def _override(view: View, policy: Part, findings: Findings) -> None:
    """Find traits that an override puts beside traits that they conflict with."""
    for index, entry in items(policy.properties.get("components")):
        name = entry.get("name")
        added = [
            (policy.at("components", index, "traits", place, "type"), trait["type"])
            for place, trait in items(entry.get("traits"))
            if isinstance(trait.get("type"), str) and trait.get("disable") is not True
        ]
        off = {trait.get("type") for _, trait in items(entry.get("traits")) if trait.get("disable") is True}
        for component in view.components:
            if isinstance(name, str) and not matches(name, component.name):
                continue
            stays = [trait for trait in component.traits if trait.type not in off]
            _override_conflicts(view, component, stays, added, findings)


def _override_conflicts(
    view: View, component: Part, stays: Iterable[Part], added: Iterable[tuple[Path, str]], findings: Findings
) -> None:
    for path, new in added:
        definition = view.catalogue.find(Kind.TRAIT, new)
        for trait in {trait.type: trait for trait in stays}.values():
            because = _why_not(definition, new, trait.definition, trait.type)
            if because:
                message = f"the override puts {new} beside {trait.type} on {component.name}"
                findings.add("OAM-153", path, message, f"{because}; disable the other in the same override")
