"""The entries of a report by what people look for: the services, volumes and so on of their project."""

from __future__ import annotations

from collections.abc import Iterable

from compose2oam.model.entry import Entry
from compose2oam.model.path import Path, render


def grouped(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    """Sort entries by the part of the project that they stand in, in the order of the project."""
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(part_of(entry.path), []).append(entry)
    return groups


def part_of(path: Path) -> str:
    """Return the part of the project that a path leads into: ``services.web``, or ``project`` for what has no parts."""
    return render(path[:2]) if len(path) > 1 and not str(path[0]).startswith("x-") else "project"


def within(entry: Entry) -> str:
    """Return the path of an entry inside its part."""
    part = part_of(entry.path)
    return render(entry.path) if part == "project" else render(entry.path[2:]) or "(as a whole)"
