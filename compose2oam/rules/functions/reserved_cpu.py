"""Reserved processor time."""

from __future__ import annotations

from typing import Any

from compose2oam.model.outcome import Outcome
from compose2oam.rules.context import Context
from compose2oam.rules.functions.cpu import cpu

_PATH = ("deploy", "resources", "reservations", "cpus")


def reserved_cpu(numbers: Any, context: Context) -> str | None:
    """Return the reserved cores, no more than the limit: Kubernetes refuses a request above it."""
    amount, limit = float(numbers["amount"]), float(numbers.get("limit") or 0)
    if limit and amount > limit:
        context.note(Outcome.APPROXIMATED, "a request cannot be above the limit, so it is the limit", _PATH)
        amount = limit
    return cpu(amount, context)
