"""How often a job is tried."""

from __future__ import annotations

from typing import Any

from compose2oam.rules.context import Context


def attempts(policy: Any, context: Context) -> int | None:
    """Return the number of attempts that ``restart: on-failure:3`` or ``max_attempts`` allows, if either says one."""
    _, _, number = str(policy.get("restart") or "").partition(":")
    if policy.get("attempts") is not None:
        return int(policy["attempts"])
    return int(number) if number.isdigit() else None
