"""Reserved memory."""

from __future__ import annotations

from typing import Any

from compose2oam.model.outcome import Outcome
from compose2oam.rules.context import Context
from compose2oam.rules.functions.memory import memory


def reserved_memory(numbers: Any, context: Context) -> str | None:
    """Return the reserved bytes, no more than the limit: Kubernetes refuses a request above it."""
    amount, limit = int(numbers.get("amount") or 0), int(numbers.get("limit") or 0)
    if limit and amount > limit:
        is_old = "mem_reservation" in context.entity
        path = ("mem_reservation",) if is_old else ("deploy", "resources", "reservations", "memory")
        context.note(Outcome.APPROXIMATED, "a request cannot be above the limit, so it is the limit", path)
        amount = limit
    return memory(amount, context)
