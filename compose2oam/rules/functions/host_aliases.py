"""Entries of a container's hosts file."""

from __future__ import annotations

import re
from typing import Any

from compose2oam.model.outcome import Outcome
from compose2oam.rules.context import Context
from compose2oam.rules.names import is_address, is_host_name


def host_aliases(entries: Any, context: Context) -> list[dict[str, Any]] | None:
    """Return ``hostAliases``, the names of one address together, for ``extra_hosts`` (``name=address``)."""
    made: dict[str, list[str]] = {}
    for index, text in enumerate(entries):
        name, address = [*re.split("[=:]", str(text), maxsplit=1), ""][:2]
        address = address.strip("[]")
        if not is_host_name(name.lower()):
            say = f"`{name}` is not a name that Kubernetes takes for a host"
            context.note(Outcome.DROPPED, say, ("extra_hosts", index), "use letters, digits, `-` and `.`")
        elif is_address(address):
            made.setdefault(address, []).append(name.lower())
        else:
            say = f"`{name}` cannot point to `{address}`: Kubernetes takes IP addresses only"
            hint = "on a cluster there is no host machine; use a Service, or the node's address"
            context.note(Outcome.DROPPED, say, ("extra_hosts", index), hint)
    return [{"ip": address, "hostnames": names} for address, names in made.items()] or None
