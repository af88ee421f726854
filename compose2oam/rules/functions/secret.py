"""Top-level secrets, as Secrets."""

from __future__ import annotations

from typing import Any

from compose2oam.rules.binds import secret_manifest
from compose2oam.rules.context import Context
from compose2oam.rules.functions.config_map import label, read_content
from compose2oam.rules.resources import config_key, config_name, is_external, secret_group


def secret(_: Any, context: Context) -> list[dict[str, Any]] | None:
    """Return the Secret of a top-level secret; nothing for an external one, or one whose content is not there."""
    tree = context.entity
    content = None if is_external(tree) else read_content(tree, context, "Secret")
    if content is None:
        return None
    name = config_name(context, "secrets", context.key, tree)
    manifest = secret_manifest(name, {config_key(context.key, tree): content})
    manifest["metadata"]["labels"] = {"compose2oam.io/project": context.project.name}
    label(manifest, tree)
    return [{"group": secret_group(context), "manifest": manifest}]
