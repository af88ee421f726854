"""Top-level configs, as ConfigMaps."""

from __future__ import annotations

import pathlib
from typing import Any

from compose2oam.model.outcome import Outcome
from compose2oam.rules.binds import MOST_BYTES, config_manifest
from compose2oam.rules.context import Context
from compose2oam.rules.hosts import Hosts
from compose2oam.rules.resources import config_key, config_name, is_external
from compose2oam.source.files import read_bytes


def config_map(_: Any, context: Context) -> list[dict[str, Any]] | None:
    """Return the ConfigMap of a top-level config; nothing for an external one, or one whose content is not there."""
    config = context.entity
    content = None if is_external(config) else read_content(config, context, "ConfigMap")
    if content is None:
        return None
    for say in Hosts(context).left_in(content):
        context.note(Outcome.APPROXIMATED, say, hint="write the name that the cluster knows")
    name = config_name(context, "configs", context.key, config)
    manifest = config_manifest(name, {config_key(context.key, config): content})
    label(manifest, config)
    return [{"group": "configs", "manifest": manifest}]


def label(manifest: dict[str, Any], tree: Any) -> None:
    """Keep Compose labels as annotations, which take any text."""
    if tree.get("labels"):
        manifest["metadata"]["annotations"] = {key: str(value) for key, value in tree["labels"].items()}


def read_content(tree: Any, context: Context, kind: str) -> bytes | None:
    """Return what a config or a secret holds: a text, a variable's value, or a file; ``None``, with a note, if none.

    Docker Compose looks at the content only when it starts a service, so its absence is no error of the Compose file.
    """
    if tree.get("content") is not None:
        return str(tree["content"]).encode()
    variable = tree.get("environment")
    if variable is not None:
        value = context.project.environment.get(variable)
        if value is None:
            _note_absent(context, "environment", f"the variable {variable} is not set", kind)
            return None
        return value.encode()
    path = pathlib.Path(str(tree.get("file") or ""))
    try:
        content = read_bytes(path)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        _note_absent(context, "file", f"{path.name} cannot be read ({reason})", kind)
        return None
    if len(content) > MOST_BYTES:
        _note_absent(context, "file", f"{path.name} is too large for a cluster ({len(content)} bytes)", kind)
        return None
    return content


def _note_absent(context: Context, key: str, why: str, kind: str) -> None:
    name = config_name(context, str(context.place[0]), context.key, context.entity)
    say = f"{why}, so the {kind} `{name}` is not written"
    context.note(Outcome.DROPPED, say, (key,), f"make it in the namespace {context.facts['namespace']} before")
