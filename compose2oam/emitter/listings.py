"""Parts of a project as lines of text, as ``docker compose config`` prints them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from compose2oam.model.compose import Project


class Variable(Protocol):
    """A variable that a project names."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def default(self) -> str:
        """What takes its place when it is missing."""

    @property
    def alternative(self) -> str:
        """What takes its place when it is there."""

    @property
    def required(self) -> bool:
        """Whether the project insists on it."""


def services(project: Project) -> list[str]:
    """List the services, each after those that it depends on, else by name."""
    found = project.section("services")
    listed: dict[str, None] = {}
    waiting = [iter(sorted(found))]
    open_: dict[str, None] = {}
    while waiting:
        name = next(waiting[-1], None)
        if name is None:
            waiting.pop()
            if open_:
                listed[open_.popitem()[0]] = None
        elif name in found and name not in listed and name not in open_:
            open_[name] = None
            waiting.append(iter(sorted(found[name].get("depends_on") or ())))
    return list(listed)


def images(project: Project) -> list[str]:
    """List the image of every service, and those of the containers that run before it; what is built has a name too."""
    lines: list[str] = []
    for name, service in sorted(project.section("services").items()):
        image = service.get("image") or f"{project.name}-{name}"
        lines.append(image)
        lines += [
            hook["image"] for hook in service.get("pre_start") or () if hook.get("image") and hook["image"] != image
        ]
    return lines


def profiles(project: Project) -> list[str]:
    """List the profiles that any service declares, by name."""
    everything: dict[str, Any] = {**project.section("services"), **project.disabled}
    return sorted({profile for service in everything.values() for profile in service.get("profiles") or ()})


def models(project: Project) -> list[str]:
    """List the models by what they are, such as ``ai/smollm2``."""
    return [model["model"] for _, model in sorted(project.section("models").items()) if model.get("model")]


def environment(project: Project) -> list[str]:
    """List the variables that are used for interpolation, as ``NAME=value``."""
    return sorted(f"{name}={value}" for name, value in project.environment.items())


def variable_table(variables: Iterable[Variable]) -> list[str]:
    """Lay out variables as a table with a heading."""
    rows = [("NAME", "REQUIRED", "DEFAULT VALUE", "ALTERNATE VALUE")]
    for item in sorted(variables, key=lambda variable: variable.name):
        rows.append((item.name, str(item.required).lower(), item.default, item.alternative))
    return _columns(rows)


def variable_data(variables: Iterable[Variable], *, lower: bool = False) -> Mapping[str, Any]:
    """Return variables by name; ``lower`` writes the keys in small letters, as in YAML."""
    made = {}
    for item in sorted(variables, key=lambda variable: variable.name):
        fields = {
            "Name": item.name,
            "DefaultValue": item.default,
            "PresenceValue": item.alternative,
            "Required": item.required,
        }
        made[item.name] = {key.lower(): value for key, value in fields.items()} if lower else fields
    return made


def _columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Align columns: 20 characters wide, or as wide as their widest cell and 3 more."""
    widths = [max(20, *(len(row[index]) + 3 for row in rows)) for index in range(len(rows[0]))]
    return ["".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
