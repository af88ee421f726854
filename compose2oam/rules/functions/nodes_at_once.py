"""How a daemon is replaced."""

from __future__ import annotations

from typing import Any

from compose2oam.model.outcome import Outcome
from compose2oam.rules.context import Context


def nodes_at_once(update: Any, context: Context) -> int | str:
    """Return ``maxUnavailable`` of a DaemonSet's rolling update for ``deploy.update_config``; 0 means all nodes."""
    if update.get("order") == "start-first":
        say = "the old pod of a node goes before the new one comes"
        context.note(Outcome.DROPPED, say, ("deploy", "update_config", "order"))
    return int(update.get("parallelism", 1)) or "100%"
