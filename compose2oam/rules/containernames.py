"""Containers that services name as Docker calls them (``container:vpn``), where they are services of the project."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compose2oam.model.compose import Project
from compose2oam.model.dataclass import replace
from compose2oam.rules.pods import KEYS, PREFIX, lender, named, reaches
from compose2oam.source.tree import Map, Seq

_CONTAINER = "container:"
_VOLUMES = "volumes_from"


def by_service(project: Project) -> Project:
    """Return a project that names services where it named containers of its own by their ``container_name``.

    What names a container of another project stays as it is, and so does what would lead in a circle.
    """
    services = project.section("services")
    known = {str(tree["container_name"]): name for name, tree in services.items() if tree.get("container_name")}
    changed = {name: entries for name, tree in services.items() if known and (entries := _of(name, tree, known))}
    if not changed:
        return project
    parts = services.copied()
    for name, entries in changed.items():
        part = services[name].copied()
        part.update(entries)
        if not _is_circle(name, {**parts, name: part}):
            parts[name] = part
    return replace(project, tree=Map({**project.tree, "services": parts}, project.tree.mark, dict(project.tree.marks)))


def _of(service: str, tree: Any, known: Mapping[str, str]) -> dict[str, Any]:
    """Return the entries of a service that name containers of this project, with the services that they are."""
    found: dict[str, Any] = {}
    for key in KEYS:
        other = known.get(_named(tree.get(key)))
        if other and other != service:
            found[key] = PREFIX + other
    lent = tree.get(_VOLUMES)
    if lent and any(_named(item) in known for item in lent):
        found[_VOLUMES] = Seq([_lender(str(item), known) for item in lent], lent.mark, lent.marks)
    return found


def _lender(item: str, known: Mapping[str, str]) -> str:
    """Return an entry of ``volumes_from`` with the service that its container is, and its mode."""
    name = _named(item)
    return known[name] + item[len(_CONTAINER) + len(name) :] if name in known else item


def _named(value: Any) -> str:
    """Return the container that a value names (``container:vpn``, ``container:data:ro``), empty where it names none."""
    text = str(value or "")
    return text[len(_CONTAINER) :].partition(":")[0] if text.startswith(_CONTAINER) else ""


def _is_circle(service: str, services: Mapping[str, Any]) -> bool:
    """Whether a service would live in itself, or mount its own volumes."""

    def named_by(other: str) -> list[str]:
        tree = services.get(other) or {}
        return [*(named(tree, key) for key in KEYS), *map(lender, tree.get(_VOLUMES) or ())]

    return reaches(named_by(service), service, named_by)
