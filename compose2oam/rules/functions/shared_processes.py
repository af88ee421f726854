"""Processes and memory that a service shares with another one."""

from __future__ import annotations

from typing import Any

from compose2oam.model.outcome import Outcome
from compose2oam.rules.context import Context
from compose2oam.rules.pods import named

_WHAT = {"pid": "processes", "ipc": "shared memory"}


def shared_processes(service: Any, context: Context) -> bool | None:
    """Return ``shareProcessNamespace`` for ``pid: service:x``; say of ``pid`` and ``ipc`` what a pod makes of them."""
    strangers = context.facts["strangers"]
    is_of_network = bool(named(service, "network_mode")) and "network_mode" not in strangers
    for key, what in _WHAT.items():
        other = named(service, key)
        if not other:
            continue
        if key in strangers:
            say = f"it is in the pod of `{context.facts['host']}`, and so shares no {what} with `{other}`"
            context.note(Outcome.DROPPED, say, (key,), "let both be in the pod of one service")
        elif not is_of_network:
            say = f"it is in one pod with `{other}`, and so shares its network too"
            context.note(Outcome.APPROXIMATED, say, (key,))
        elif key == "pid":
            say = "the first process of the pod is the cluster's own: no program in it has the number 1"
            hint = "an image whose init must be number 1 (s6-overlay) does not start so"
            context.note(Outcome.APPROXIMATED, say, (key,), hint)
    return True if named(service, "pid") and "pid" not in strangers else None
