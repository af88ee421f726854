"""Amounts of memory."""

from __future__ import annotations

from typing import Any

from compose2oam.rules.context import Context

_UNITS = (("Gi", 1024**3), ("Mi", 1024**2), ("Ki", 1024))


def memory(amount: Any, context: Context) -> str | None:
    """Return a number of bytes as a Kubernetes quantity, in the largest unit that divides it; nothing for 0."""
    return quantity(int(amount)) if int(amount) > 0 else None


def quantity(amount: int) -> str:
    """Return bytes as ``512Mi``, or as plain bytes where no unit divides them."""
    for unit, size in _UNITS:
        if amount % size == 0:
            return f"{amount // size}{unit}"
    return str(amount)
