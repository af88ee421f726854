"""Processor time by quota and period."""

from __future__ import annotations

from typing import Any

from compose2oam.rules.context import Context
from compose2oam.rules.functions.cpu import cpu

_PERIOD = 100_000


def cpu_share(numbers: Any, context: Context) -> str | None:
    """Return ``cpu_quota`` microseconds of every ``cpu_period`` (100,000 unless said) as a number of cores."""
    quota = float(numbers["quota"])
    return cpu(quota / float(numbers.get("period") or _PERIOD), context) if quota > 0 else None
