"""Scratch space in memory."""

from __future__ import annotations

import re
from typing import Any

from compose2oam.model.outcome import Outcome
from compose2oam.model.workload import Part
from compose2oam.rules.context import Context
from compose2oam.rules.functions.memory import quantity
from compose2oam.rules.sizes import to_bytes

_SIZE = re.compile(r"size=([^,]+)")


def tmpfs(places: Any, context: Context) -> list[Part]:
    """Return mounts for Compose ``tmpfs`` (``/run:size=64m,mode=755``)."""
    made = []
    for index, text in enumerate(places):
        target, _, options = str(text).partition(":")
        mount = {"kind": "emptyDir", "volume": f"tmpfs-{index}", "medium": "Memory", "mountPath": target}
        size = _SIZE.search(options)
        if size and to_bytes(size[1]):
            mount["sizeLimit"] = quantity(to_bytes(size[1]))
        others = [option for option in options.split(",") if option]
        if "sizeLimit" in mount:
            others = [option for option in others if not option.startswith("size=")]
        if others:
            say = f"the options {', '.join(others)} of a tmpfs cannot be set"
            context.note(Outcome.APPROXIMATED, say, ("tmpfs", index))
        made.append(Part(mount, ("tmpfs", index)))
    return made
