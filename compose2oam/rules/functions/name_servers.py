"""Name servers."""

from __future__ import annotations

from typing import Any

from compose2oam.model.outcome import Outcome
from compose2oam.rules.context import Context
from compose2oam.rules.names import is_address

# What a resolver takes, and Kubernetes therefore too (PodDNSConfig v1 core).
_MOST = 3


def name_servers(servers: Any, context: Context) -> list[str] | None:
    """Return ``dnsConfig.nameservers``: the first three that are addresses."""
    made: list[str] = []
    for index, server in enumerate(servers):
        if not is_address(str(server)):
            say = f"`{server}` is no address, and a name server has no name that could be asked for before"
            context.note(Outcome.DROPPED, say, ("dns", index), "write its address")
        elif len(made) < _MOST:
            made.append(str(server))
        else:
            context.note(Outcome.DROPPED, "a pod has no more than three name servers", ("dns", index))
    return made or None
