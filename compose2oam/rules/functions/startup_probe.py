"""Health checks while a service starts."""

from __future__ import annotations

import math
from typing import Any

from compose2oam.rules.context import Context
from compose2oam.rules.functions.probe import at_least_one, probe
from compose2oam.rules.functions.seconds import whole_seconds

_START_INTERVAL = 5


def startup_probe(check: Any, context: Context) -> dict[str, Any] | None:
    """Return the startup probe for a ``start_period``: failures during it do not count, as in Docker."""
    made = probe(check, context)
    start = whole_seconds(str(check.get("start_period") or "0"))
    if made is None or not start:
        return None
    period = at_least_one(check.get("start_interval"), _START_INTERVAL)
    return {**made, "periodSeconds": period, "failureThreshold": math.ceil(start / period) + made["failureThreshold"]}
