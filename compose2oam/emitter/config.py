"""The normalised Compose model as text, as ``docker compose config`` prints it.

The two formats do not hold quite the same: YAML leaves out what is empty and keeps extensions (``x-...``) everywhere,
JSON writes some empty parts and keeps only the extensions at the top. Scripts rely on either, so we do as Docker
Compose does; only the order of keys is our own, which is sorted, but for the sections in YAML.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from compose2oam.emitter import json as json_text
from compose2oam.emitter import yaml as yaml_text
from compose2oam.emitter.printed import Printer
from compose2oam.emitter.shapes import shape
from compose2oam.model.compose import Project

# What comes first in YAML; the extensions, and whatever is new, come after.
_ORDER: Final = ("name", "services", "jobs", "networks", "volumes", "secrets", "configs", "models")


def render(project: Project, form: str, *, escape: bool = True, env_files: bool = False) -> str:
    """Write the model of a project as ``yaml`` or ``json``; see :func:`render_yaml`."""
    return {"yaml": render_yaml, "json": render_json}[form](project.tree, escape=escape, env_files=env_files)


def render_yaml(model: Mapping[str, Any], *, escape: bool = True, env_files: bool = False) -> str:
    """Write the model as YAML.

    Args:
        model: the tree of a :class:`~compose2oam.model.compose.Project`.
        escape: double each ``$``, so that reading the text as a Compose file gives the same model again.
        env_files: keep the names of env files; without them the variables that they hold are in ``environment``.
    """
    tree = _printed(model, Printer(json=False, escape=escape), env_files)
    first = {key: tree.pop(key) for key in _ORDER if key in tree}
    return yaml_text.dump([first | tree], sequence_indent=2)


def render_json(model: Mapping[str, Any], *, escape: bool = True, env_files: bool = False) -> str:
    """Write the model as JSON; the arguments are those of :func:`render_yaml`."""
    return json_text.dump([_printed(model, Printer(json=True, escape=escape), env_files)])


def render_unresolved(model: Mapping[str, Any], form: str) -> str:
    """Write a model whose variables were not replaced as ``yaml`` or ``json``: all of it, with sorted keys."""
    tree = Printer(json=False, escape=False).copy(model)
    return json_text.dump([tree]) if form == "json" else yaml_text.dump([tree], sequence_indent=2)


def _printed(model: Mapping[str, Any], printer: Printer, env_files: bool) -> dict[str, Any]:
    known = shape("project")
    extensions = {key: model[key] for key in model if key.startswith("x-")}
    tree = printer.part({key: model[key] for key in model if key not in extensions}, known)
    if not env_files:
        for service in (tree.get("services") or {}).values():
            if isinstance(service, dict):
                service.pop("env_file", None)
    tree |= printer.copy(extensions)
    return {key: tree[key] for key in sorted(tree)}
