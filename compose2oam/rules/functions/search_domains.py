"""Domains in which a name is looked for."""

from __future__ import annotations

import re
from typing import Any

from compose2oam.model.outcome import Outcome
from compose2oam.rules.context import Context

# What Kubernetes takes as a search domain (PodDNSConfig v1 core); it allows underscores, and a dot at the end.
_DOMAIN = re.compile(r"[a-z0-9]([-a-z0-9_]*[a-z0-9])?(\.[a-z0-9_]([-a-z0-9_]*[a-z0-9])?)*\.?\Z")


def search_domains(domains: Any, context: Context) -> list[str] | None:
    """Return ``dnsConfig.searches``; an empty one, or a dot, says to Docker that there is none."""
    made = []
    for index, domain in enumerate(domains):
        name = str(domain).strip().lower()
        if name in ("", "."):
            say = "the domains of the cluster stay, by which services find one another"
            context.note(Outcome.NOT_NEEDED, say, ("dns_search", index))
        elif len(name) > 253 or not _DOMAIN.match(name):
            context.note(
                Outcome.DROPPED, f"`{domain}` is no domain", ("dns_search", index), "write a name such as a.example"
            )
        else:
            made.append(name)
    return made or None
