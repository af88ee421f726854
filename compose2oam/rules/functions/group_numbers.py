"""Additional groups."""

from __future__ import annotations

from typing import Any

from compose2oam.model.outcome import Outcome
from compose2oam.rules.context import Context
from compose2oam.rules.functions.run_as import MOST


def group_numbers(groups: Any, context: Context) -> list[int] | None:
    """Return ``supplementalGroups``; names of groups are unknown to a cluster."""
    made = []
    for index, group in enumerate(groups):
        if str(group).isdigit() and int(group) > MOST:
            say = f"Kubernetes takes no group above {MOST}, and {group} is above it"
            context.note(Outcome.REFUSED, say, ("group_add", index), "give the files to a group with a lower number")
        elif str(group).isdigit():
            made.append(int(group))
        else:
            say = f"Kubernetes takes numbers only, so the group `{group}` is left out"
            context.note(Outcome.DROPPED, say, ("group_add", index), f"write the number of `{group}`")
    return made or None
