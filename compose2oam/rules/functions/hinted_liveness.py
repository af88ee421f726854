"""Liveness probes that other converters are told."""

from __future__ import annotations

from typing import Any

from compose2oam.rules.context import Context
from compose2oam.rules.functions.hinted_probe import hinted_probe, numbers_of


def hinted_liveness(hint: Any, context: Context) -> dict[str, Any] | None:
    """Return the liveness probe for a hint, with the numbers of ``healthcheck`` where it has none, as kompose does."""
    return hinted_probe({**numbers_of(context.entity.get("healthcheck") or {}), **hint}, context)
