"""Models that are served somewhere: where ``x-oam`` says, and by the component that it adds for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from compose2oam.diagnostics import Diagnostic, Severity
from compose2oam.errors import ComposeError
from compose2oam.model.compose import Project
from compose2oam.model.oam import Component
from compose2oam.model.path import Path
from compose2oam.rules.names import component_name
from compose2oam.source.tree import locate, plain


def settings_of(project: Project, name: str) -> Mapping[str, Any]:
    """Return what ``x-oam`` says of a model."""
    declared = project.section("models").get(name) or {}
    found: Mapping[str, Any] = declared.get("x-oam") or {}
    return found


def server_of(project: Project, name: str) -> str:
    """Return the name of the component that serves a model, empty where it is none of the application."""
    return component_name(name) if settings_of(project, name).get("component") else ""


def servers(project: Project, names: Mapping[str, str]) -> list[Component]:
    """Return the components that serve models.

    Args:
        project: the project.
        names: the names of the workloads, by service.

    Raises:
        ComposeError: if one has the name of a workload.
    """
    clashes = list(_clashes(project, names))
    if clashes:
        raise ComposeError.of(clashes)
    made = []
    for name in project.section("models"):
        given = plain(settings_of(project, name)).get("component")
        if given:
            made.append(Component(component_name(name), given["type"], given.get("properties") or {}))
    return made


def served(project: Project) -> Iterator[tuple[Path, Path]]:
    """Yield each place of ``x-oam`` that says what serves a model, and the place of the application that it went to."""
    for model in project.section("models"):
        if name := server_of(project, model):
            yield ("models", model, "x-oam", "component"), ("components", name)


def _clashes(project: Project, names: Mapping[str, str]) -> Iterator[Diagnostic]:
    owners = {name: service for service, name in names.items()}
    for model in project.section("models"):
        name = server_of(project, model)
        if not name:
            continue
        if name in owners:
            path = ("models", model)
            say = f"the model `{model}` and `{owners[name]}` would both be the component `{name}`"
            yield Diagnostic(
                "C2O-001", Severity.ERROR, say, path, locate(project.tree, path), "give the model another name"
            )
        owners.setdefault(name, model)
