"""The entries of a report by what people look for: the services, volumes and so on of their project."""

from __future__ import annotations

from collections.abc import Iterable

from compose2oam.model.entry import Entry
from compose2oam.model.path import Path, render

PROJECT = "project"
APPLICATION = "application"
_SECTIONS = frozenset({"services", "jobs", "volumes", "networks", "secrets", "configs", "models"})
_OF_APPLICATION = frozenset({"metadata", "spec"})


def grouped(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    """Sort entries by the part of the project that they stand in, in the order of the project."""
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(part_of(entry.path), []).append(entry)
    return groups


def part_of(path: Path) -> str:
    """Return what a path leads into: ``services.web``, ``project`` for what has no parts, or ``application``."""
    if len(path) > 1 and path[0] in _SECTIONS:
        return render(path[:2])
    return APPLICATION if path and path[0] in _OF_APPLICATION else PROJECT


def inside(path: Path) -> str:
    """Return a path as it is inside its part."""
    return render(path[2:] if len(path) > 1 and path[0] in _SECTIONS else path)


def within(entry: Entry) -> str:
    """Return the path of an entry inside its part."""
    return inside(entry.path) or "(as a whole)"
