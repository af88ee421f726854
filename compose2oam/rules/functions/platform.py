"""The platform of an image."""

from __future__ import annotations

from typing import Any

from compose2oam.model.outcome import Outcome
from compose2oam.rules.context import Context

# What Docker and Swarm call an architecture, and what Kubernetes writes into kubernetes.io/arch.
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64", "armhf": "arm", "armel": "arm", "i386": "386", "x86": "386"}


# What nodes of Kubernetes say in kubernetes.io/os; another system (wasi) is the runtime's matter, not the node's.
_SYSTEMS = ("linux", "windows")


def platform(text: Any, context: Context) -> list[dict[str, Any]] | None:
    """Return ``matchExpressions`` for ``platform`` (``linux/arm64/v8``)."""
    if not text:
        context.note(Outcome.NOT_NEEDED, "it says nothing", ("platform",))
        return None
    system, _, rest = str(text).partition("/")
    architecture, _, variant = rest.partition("/")
    if variant and architecture != "arm64":
        say = f"nodes do not say their variant, so `{variant}` is not asked for"
        context.note(Outcome.APPROXIMATED, say, ("platform",))
    if not rest and system in ARCHITECTURES.keys() | ARCHITECTURES.values():
        system, architecture = "linux", system
    if system not in _SYSTEMS:
        context.note(Outcome.DROPPED, f"no node of a cluster says that it runs `{system}`", ("platform",))
        return None
    made = [{"key": "kubernetes.io/os", "operator": "In", "values": [system]}]
    if architecture:
        values = [ARCHITECTURES.get(architecture, architecture)]
        made.append({"key": "kubernetes.io/arch", "operator": "In", "values": values})
    return made
