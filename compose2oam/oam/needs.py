"""What an application needs that a runtime does not bring along: each told once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from compose2oam.model.path import Path
from compose2oam.oam.addons import is_added, serving
from compose2oam.oam.definition import Definition, Kind
from compose2oam.oam.findings import Findings
from compose2oam.oam.view import Part, View, items

# Components that hold objects as they are: type to the property with the list of them.
_OBJECTS = {"k8s-objects": "objects"}


def check_needs(view: View, findings: Findings) -> None:
    """Name the addons and controllers behind the definitions in use, and behind raw objects of their kinds."""
    told: set[tuple[str, str]] = set()
    for path, definition in _in_use(view):
        for sort, name in definition.needs:
            if (sort, name) not in told:
                told.add((sort, name))
                _need(view, path, f"{definition.name} works only with", sort, name, findings)
    for component in view.components:
        for path, group, kind in _objects(component):
            addons = () if group in view.catalogue.groups else view.catalogue.addons.values()
            addon = serving(group, kind, addons)
            if addon is not None and ("addon", addon.name) not in told:
                told.add(("addon", addon.name))
                _need(view, path, f"a {kind} of {group} is made only with", "addon", addon.name, findings)


def _in_use(view: View) -> Iterator[tuple[Path, Definition]]:
    for part in view.parts():
        if part.definition is not None and part.definition.needs:
            yield (*part.path, "type"), part.definition
    for policy in view.policies:
        if policy.type != "override":
            continue
        for index, entry in items(policy.properties.get("components")):
            for place, trait in items(entry.get("traits")):
                name = trait.get("type")
                found = view.catalogue.find(Kind.TRAIT, name) if isinstance(name, str) else None
                if found is not None and found.needs and trait.get("disable") is not True:
                    yield policy.at("components", index, "traits", place, "type"), found


def _need(view: View, path: Path, what: str, sort: str, name: str, findings: Findings) -> None:
    if sort == "controller":
        findings.add("OAM-134", path, f"{what} {name} in the cluster")
        return
    addon = view.catalogue.addons.get(name) if sort == "addon" else None
    # What KubeVela has no addon for is a system of its own.
    word = f"the {sort} {name}" if addon is None or addon.install.startswith("vela ") else name
    hint = f"install it: {addon.install}" if addon is not None else ""
    findings.add("OAM-133", path, f"{what} {word} in the cluster", hint)


def _objects(component: Part) -> Iterator[tuple[Path, str, str]]:
    """Go through the raw objects of a component that may be of a kind that somebody adds: place, group, kind."""
    key = _OBJECTS.get(component.type)
    for index, entry in items(component.properties.get(key)) if key else ():
        group, kind = _group_and_kind(entry)
        if is_added(group):
            yield component.at("objects", index, "apiVersion"), group, kind


def _group_and_kind(entry: Mapping[str, object]) -> tuple[str, str]:
    version, kind = entry.get("apiVersion"), entry.get("kind")
    return (version.partition("/")[0] if isinstance(version, str) and "/" in version else ""), str(kind)
