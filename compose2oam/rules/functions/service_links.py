"""Variables that Kubernetes adds to every container."""

from __future__ import annotations

from typing import Any

from compose2oam.rules.context import Context


def service_links(env: Any, context: Context) -> bool | None:
    """Return ``False`` for ``enableServiceLinks`` where what Kubernetes adds could be taken for the program's own.

    For a Service ``redis`` with ports Kubernetes sets ``REDIS_PORT=tcp://10.0.0.1:6379`` and more. A program that has
    other variables of that prefix may well read this one too, and Compose never set it.
    """
    prefixes = context.facts["project"].prefixes
    given = {item["name"] for item in env}
    for name in given:
        end = name.find("_") + 1
        while end:
            if name[:end] in prefixes and f"{name[:end]}PORT" not in given:
                return False
            end = name.find("_", end) + 1
    return None
