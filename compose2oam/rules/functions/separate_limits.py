"""Limits that differ from requests."""

from __future__ import annotations

from typing import Any

from compose2oam.rules.context import Context


def separate_limits(resources: Any, context: Context) -> dict[str, str]:
    """Return the limits of those resources that also have a request; of the others, the request is the limit."""
    return {key: value for key, value in resources["limits"].items() if key in resources["requests"]}
