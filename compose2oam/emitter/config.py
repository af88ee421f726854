"""The normalised Compose model as text, as ``docker compose config`` prints it.

The two formats do not hold quite the same: YAML leaves out what is empty and keeps extensions (``x-...``) everywhere,
JSON writes some empty parts and keeps only the extensions at the top. Scripts rely on either, so we do as Docker
Compose does. Keys are sorted; so are they there, all but the fixed ones of a service.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compose2oam.emitter import json as json_text
from compose2oam.emitter import yaml as yaml_text
from compose2oam.model.compose import Project

# What comes first in YAML; the extensions, and whatever is new, come after.
_ORDER = ("name", "services", "networks", "volumes", "secrets", "configs", "models")

# Mappings whose keys are the user's own names: `x-...` is no extension there.
_NAMES = frozenset([
    "additional_contexts", "annotations", "args", "aux_addresses", "configs", "depends_on", "driver_opts",
    "environment", "extra_hosts", "labels", "models", "networks", "options", "secrets", "services", "storage_opt",
    "sysctls", "ulimits", "volumes",
])  # fmt: skip

# Empty parts that JSON always has and YAML never; `*` is any name or index.
_ONLY_IN_JSON: tuple[tuple[tuple[str, ...], dict[str, Any]], ...] = (
    (("services", "*"), {"command": None, "entrypoint": None}),
    (("services", "*", "deploy"), {"placement": {}, "resources": {}}),
    (("services", "*", "develop", "watch", "*"), {"exec": {"command": None}}),
    (("services", "*", "post_start", "*"), {"command": None}),
    (("services", "*", "pre_start", "*"), {"command": None}),
    (("services", "*", "pre_stop", "*"), {"command": None}),
    (("networks", "*"), {"ipam": {}}),
)


def render(project: Project, form: str, *, escape: bool = True) -> str:
    """Write the model of a project as ``yaml`` or ``json``; see :func:`render_yaml`."""
    return {"yaml": render_yaml, "json": render_json}[form](project.tree, escape=escape)


def render_yaml(model: Mapping[str, Any], *, escape: bool = True) -> str:
    """Write the model as YAML.

    Args:
        model: the tree of a :class:`~compose2oam.model.compose.Project`.
        escape: double each ``$``, so that reading the text as a Compose file gives the same model again.
    """
    tree = _tidy(model, escape)
    for pattern, empties in _ONLY_IN_JSON:
        for node in _nodes(tree, pattern):
            for key, empty in empties.items():
                if key in node and node[key] == empty:
                    del node[key]
    first = {key: tree.pop(key) for key in _ORDER if key in tree}
    return yaml_text.dump([first | tree], sequence_indent=2)


def render_json(model: Mapping[str, Any], *, escape: bool = True) -> str:
    """Write the model as JSON; the arguments are those of :func:`render_yaml`."""
    tree = _tidy(model, escape)
    for pattern, empties in _ONLY_IN_JSON:
        for node in _nodes(tree, pattern):
            for key, empty in empties.items():
                node.setdefault(key, empty)
    whole = {key: value if key.startswith("x-") else _without_extensions(value, key) for key, value in tree.items()}
    return json_text.dump([_sorted(whole)])


def _tidy(model: Mapping[str, Any], escape: bool) -> dict[str, Any]:
    """Copy, sort and escape the model, without the env files whose variables it holds already."""
    tree: dict[str, Any] = _sorted(_escaped(model) if escape else model)
    for service in _nodes(tree, ("services", "*")):
        service.pop("env_file", None)
    return tree


def _sorted(node: Any) -> Any:
    if isinstance(node, Mapping):
        return {key: _sorted(node[key]) for key in sorted(node)}
    if isinstance(node, list):
        return [_sorted(item) for item in node]
    return node


def _escaped(node: Any) -> Any:
    if isinstance(node, str):
        return node.replace("$", "$$")
    if isinstance(node, Mapping):
        return {_escaped(key): _escaped(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_escaped(item) for item in node]
    return node


def _without_extensions(node: Any, holder: str) -> Any:
    """Leave the extensions out; ``holder`` is the key that the node stands under, or ``""`` inside a list."""
    if isinstance(node, Mapping):
        return {
            key: _without_extensions(value, key if holder not in _NAMES else "")
            for key, value in node.items()
            if holder in _NAMES or not key.startswith("x-")
        }
    if isinstance(node, list):
        return [_without_extensions(item, "") for item in node]
    return node


def _nodes(tree: Any, pattern: tuple[str, ...]) -> list[dict[str, Any]]:
    """Find the mappings at a path pattern."""
    nodes = [tree]
    for step in pattern:
        if step == "*":
            nodes = [item for node in nodes for item in (node.values() if isinstance(node, dict) else node)]
        else:
            nodes = [node[step] for node in nodes if isinstance(node, dict) and step in node]
        nodes = [node for node in nodes if isinstance(node, (dict, list))]
    return [node for node in nodes if isinstance(node, dict)]
