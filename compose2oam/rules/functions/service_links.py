"""Variables that Kubernetes adds to every container."""

from __future__ import annotations

import re
from typing import Any

from compose2oam.rules.context import Context


def service_links(env: Any, context: Context) -> bool | None:
    """Return ``False`` for ``enableServiceLinks`` where what Kubernetes adds could be taken for the program's own.

    For a Service ``redis`` with ports Kubernetes sets ``REDIS_PORT=tcp://10.0.0.1:6379`` and more. A program that has
    other variables of that prefix may well read this one too, and Compose never set it.
    """
    given = {item["name"] for item in env}
    for service, tree in context.project.section("services").items():
        if tree.get("ports") or tree.get("expose"):
            prefix = re.sub("[^A-Z0-9]", "_", str(context.facts["project"].names[service]).upper()) + "_"
            if f"{prefix}PORT" not in given and any(name.startswith(prefix) for name in given):
                return False
    return None
