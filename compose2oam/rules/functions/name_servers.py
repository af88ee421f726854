"""Name servers."""

from __future__ import annotations

from typing import Any

from compose2oam.model.outcome import Outcome
from compose2oam.rules.context import Context

# What a resolver takes, and Kubernetes therefore too (PodDNSConfig v1 core).
_MOST = 3


def name_servers(servers: Any, context: Context) -> list[str]:
    """Return ``dnsConfig.nameservers``: the first three."""
    for index in range(_MOST, len(servers)):
        context.note(Outcome.DROPPED, "a pod has no more than three name servers", ("dns", index))
    return [str(server) for server in servers[:_MOST]]
