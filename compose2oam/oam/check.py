"""Whether a runtime would take an application, and whether it would work: every finding at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from compose2oam.diagnostics import Diagnostic, Severity
from compose2oam.model.oam import API_VERSION, KIND
from compose2oam.model.path import Path
from compose2oam.oam.catalogue import Catalogue, builtin, runtime
from compose2oam.oam.definition import Definition, Kind
from compose2oam.oam.findings import Findings, suggest
from compose2oam.oam.names import check_names
from compose2oam.oam.needs import check_needs
from compose2oam.oam.parameters import check_parameters, check_shape
from compose2oam.oam.references import check_references, matches
from compose2oam.oam.sound import Sound
from compose2oam.oam.traits import check_traits
from compose2oam.oam.values import check_values
from compose2oam.oam.view import Part, View, items, look, mapping
from compose2oam.source.position import Position
from compose2oam.source.tree import locate

_SORTS = {Kind.COMPONENT: "component", Kind.TRAIT: "trait", Kind.POLICY: "policy", Kind.STEP: "workflow step"}

# Known to the runtime without a definition.
_BUILT_IN = {Kind.POLICY: frozenset(["debug", "env-binding"]), Kind.STEP: frozenset(["builtin-apply-component"])}

_APPLIES_COMPONENT = "apply-component"

_NEED_NO_PROPERTIES = frozenset(["debug"])


def check_application(
    manifest: Mapping[str, Any],
    catalogue: Catalogue | None = None,
    *,
    strict: bool = False,
    origin: Callable[[Path], Position | None] | None = None,
) -> list[Diagnostic]:
    """Check an application against the definitions of its runtime.

    Args:
        manifest: any document, as plain data; nothing in it needs to be right.
        catalogue: the definitions, by default those that ship with KubeVela.
        strict: make a type that the catalogue does not know an error, and a parameter that an addon does not take;
            otherwise the cluster may know it.
        origin: gives the place in the user's text for a place in the application; by default the positions that the
            manifest itself carries, if it was read from a file with them.

    Returns:
        What was found, in order: shape, definitions, parameters, names, references, traits, values, needs.
    """
    definitions = catalogue or builtin()
    findings = Findings(origin or (lambda path: locate(manifest, path)))
    found = f"{manifest.get('apiVersion')} {manifest.get('kind')}" if isinstance(manifest, Mapping) else "no mapping"
    if found != f"{API_VERSION} {KIND}":
        findings.add("OAM-101", (), f"expected {API_VERSION} {KIND}, found {found}")
        return findings.found
    sound = Sound()
    check_shape(definitions.application, manifest, findings, sound)
    view = look(manifest, definitions)
    _definitions(view, strict, findings, sound)
    for check in (check_names, check_references, check_traits, check_values, check_needs):
        check(view, findings)
    return findings.found


def _definitions(view: View, strict: bool, findings: Findings, sound: Sound) -> None:
    if mapping(view.manifest.get("spec")).get("components") == []:
        findings.add("OAM-104", ("spec", "components"), "an application needs at least one component")
    by_steps = _filled_by_steps(view)
    for part in view.parts():
        _known(part.kind, part.type, (*part.path, "type"), part.definition, view, strict, findings)
        if part.definition is None or not isinstance(part.manifest.get("properties"), (Mapping, type(None))):
            continue
        if not sound(part.properties, part.definition.properties):
            filled = [key for _, key in _inputs(part)]
            if part.kind is Kind.COMPONENT:
                filled += by_steps.get(part.name, ())
            said = _said(part.definition, view, strict, findings)
            check_parameters(part.definition, part.properties, part.at(), said, filled=filled, sound=sound)
        if part.type != _APPLIES_COMPONENT:
            for index, key in _inputs(part):
                _input(part, part.definition, index, key, findings)
    for policy in view.policies:
        if policy.type not in _NEED_NO_PROPERTIES and policy.manifest.get("properties") is None:
            findings.add("OAM-104", policy.path, f"the policy {policy.name} needs properties", "properties: {} will do")
        if policy.type == "override":
            _override(view, policy, strict, findings)


def _known(
    kind: Kind, name: str, path: Path, definition: Definition | None, view: View, strict: bool, findings: Findings
) -> None:
    sort = _SORTS[kind]
    if definition is None:
        if name not in _BUILT_IN.get(kind, ()):
            where = "in the cluster" if view.catalogue.complete else "in the catalogue"
            hint = suggest(name, view.catalogue.names(kind), _otherwise(kind, name))
            severity = Severity.ERROR if strict or view.catalogue.complete else None
            findings.add("OAM-131", path, f"there is no {sort} type {name} {where}", hint, severity)
    elif definition.deprecated:
        findings.add("OAM-132", path, f"the {sort} type {name} is deprecated", definition.deprecated)


def _said(definition: Definition, view: View, strict: bool, findings: Findings) -> Findings:
    """Return where to note what is wrong with parameters.

    The catalogue has an addon as one version of it is. Until the cluster itself says what it has, that is no law.
    """
    of_addon = any(sort == "addon" for sort, _ in definition.needs)
    if strict or view.catalogue.complete or not of_addon or definition.name in runtime().names(definition.kind):
        return findings
    return findings.doubtful()


def _otherwise(kind: Kind, name: str) -> str:
    """Return what to do about a type that is not there: install what brings it, if that is known."""
    known = builtin().find(kind, name)
    addons = [builtin().addons[need] for sort, need in (known.needs if known else ()) if sort == "addon"]
    return f"install it: {addons[0].install}" if addons else "the cluster must have it"


def _inputs(part: Part) -> Iterator[tuple[int, str]]:
    """Go through the inputs of a part: index, and the parameter to fill."""
    for index, entry in items(part.manifest.get("inputs")):
        if isinstance(key := entry.get("parameterKey"), str):
            yield index, key.removeprefix("properties.")


def _filled_by_steps(view: View) -> dict[str, list[str]]:
    """Collect, by component, what the inputs of apply-component steps fill: the component, not the step."""
    filled: dict[str, list[str]] = {}
    for step in view.steps:
        if step.type == _APPLIES_COMPONENT:
            filled.setdefault(str(step.properties.get("component")), []).extend(key for _, key in _inputs(step))
    return filled


def _input(part: Part, definition: Definition, index: int, key: str, findings: Findings) -> None:
    """Check that what an input fills is a parameter; how deep it goes, only the template knows."""
    first = re.split(r"[.\[]", key)[0]
    properties = definition.properties
    if first and properties.values is None and first not in properties.fields:
        path = (*part.path, "inputs", index, "parameterKey")
        findings.add("OAM-141", path, f"{part.type} has no {first}", suggest(first, properties.fields))


def _override(view: View, policy: Part, strict: bool, findings: Findings) -> None:
    """Check the pieces of components that an override policy holds; a piece need not be whole."""
    for index, entry in items(policy.properties.get("components")):
        type_name = entry.get("type") or _type_of(view, entry.get("name"))
        definition = view.catalogue.find(Kind.COMPONENT, type_name) if isinstance(type_name, str) else None
        if definition is not None and isinstance(entry.get("properties"), Mapping):
            path = policy.at("components", index, "properties")
            said = _said(definition, view, strict, findings)
            check_parameters(definition, entry["properties"], path, said, partial=True)
        for place, trait in items(entry.get("traits")):
            name = trait.get("type")
            if isinstance(name, str):
                path = policy.at("components", index, "traits", place)
                known = view.catalogue.find(Kind.TRAIT, name)
                _known(Kind.TRAIT, name, (*path, "type"), known, view, strict, findings)
                if known is not None and isinstance(trait.get("properties"), Mapping):
                    said = _said(known, view, strict, findings)
                    check_parameters(known, trait["properties"], (*path, "properties"), said, partial=True)


def _type_of(view: View, name: Any) -> str | None:
    """Return the type of the components that a name means, if they all have one."""
    types = {part.type for part in view.components if not isinstance(name, str) or matches(name, part.name)}
    return types.pop() if len(types) == 1 else None
