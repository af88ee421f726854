"""Amounts of processor time."""

from __future__ import annotations

from typing import Any

from compose2oam.rules.context import Context


def cpu(cores: Any, context: Context) -> str | None:
    """Return a number of cores as a Kubernetes quantity (``0.5``, ``333m`` if it is not round); nothing for 0."""
    if float(cores) <= 0:
        return None
    millis = max(1, round(float(cores) * 1000))
    if millis % 100 == 0:
        return f"{millis / 1000:g}"
    return f"{millis}m"
