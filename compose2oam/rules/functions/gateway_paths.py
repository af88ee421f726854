"""Paths of a route from outside."""

from __future__ import annotations

from typing import Any

from compose2oam.rules.context import Context


def gateway_paths(model: Any, context: Context) -> dict[str, int]:
    """Return ``http`` of the gateway trait: path to container port; without any, all paths go to the first port."""
    return dict(model["gateway"].get("paths") or {"/": model["ports"][0]["containerPort"]})
