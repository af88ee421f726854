"""How replicas are replaced."""

from __future__ import annotations

from typing import Any

from compose2oam.rules.context import Context


def strategy(update: Any, context: Context) -> dict[str, Any]:
    """Return ``spec.strategy`` of a Deployment for ``deploy.update_config``: integers, as Swarm counts."""
    parallelism = int(update.get("parallelism", 1))
    number: int | str = parallelism or "100%"
    first_start = update.get("order") == "start-first"
    surge, missing = (number, 0) if first_start else (0, number)
    return {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": surge, "maxUnavailable": missing}}
