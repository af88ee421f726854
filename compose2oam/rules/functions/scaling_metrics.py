"""What an autoscaler looks at."""

from __future__ import annotations

from typing import Any

from compose2oam.rules.context import Context


def scaling_metrics(autoscale: Any, context: Context) -> list[dict[str, Any]] | None:
    """Return ``spec.metrics`` (MetricSpec v2 autoscaling): cpu and memory, in percent of what is requested."""
    return [
        {
            "type": "Resource",
            "resource": {"name": name, "target": {"type": "Utilization", "averageUtilization": autoscale[name]}},
        }
        for name in ("cpu", "memory")
        if autoscale.get(name)
    ] or None
