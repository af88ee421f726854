"""Where ``x-oam`` went that is passed on as it stands: what :mod:`compose2oam.rules.extension` lays over the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from compose2oam.model.compose import Project
from compose2oam.model.path import Path
from compose2oam.rules.extension import KEY

_PATCHES = {"merge": "json-merge-patch", "json": "json-patch"}
_WHOLE = ("type", "dependsOn", "inputs", "outputs", "scopes")


def passed_on(project: Project, names: Mapping[str, str]) -> Iterator[tuple[Path, Path]]:
    """Yield each place of ``x-oam`` that is passed on, and the place of the application that it went to.

    Args:
        project: the project.
        names: the component of each service.
    """
    given = project.tree.get(KEY) or {}
    for section in ("labels", "annotations"):
        yield from (((KEY, section, key), ("metadata", section, key)) for key in given.get(section) or ())
    for section in ("components", "policies"):
        yield from (((KEY, section, index), (section, item.get("name", ""))) for index, item in _items(given, section))
    if given.get("workflow"):
        yield (KEY, "workflow"), ("workflow",)
    for service, tree in project.section("services").items():
        if service in names and tree.get(KEY):
            yield from _of_service(tree[KEY], ("services", service, KEY), ("components", names[service]))


def _of_service(given: Mapping[str, Any], place: Path, target: Path) -> Iterator[tuple[Path, Path]]:
    for key in given.get("properties") or ():
        yield (*place, "properties", key), (*target, "properties", key)
    for index, trait in _items(given, "traits"):
        yield (*place, "traits", index), (*target, "traits", trait["type"])
    for key in given.get("patch") or ():
        yield (*place, "patch", key), (*target, "traits", _PATCHES[key])
    yield from (((*place, key), (*target, key)) for key in _WHOLE if key in given)
    if "component" in given:
        yield (*place, "component"), target


def _items(given: Mapping[str, Any], key: str) -> Iterator[tuple[int, Any]]:
    return enumerate(given.get(key) or ())
