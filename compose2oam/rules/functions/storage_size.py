"""Sizes of storage as Compose writes them."""

from __future__ import annotations

from typing import Any

from compose2oam.rules.context import Context
from compose2oam.rules.functions.memory import quantity
from compose2oam.rules.sizes import to_bytes


def storage_size(size: Any, context: Context) -> str | None:
    """Return ``2g`` as a Kubernetes quantity; nothing for what is no size."""
    amount = to_bytes(str(size))
    return quantity(amount) if amount else None
