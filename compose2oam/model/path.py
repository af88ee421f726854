"""Places in a tree: tuples of keys and indexes, and how they are written for people."""

from __future__ import annotations

import re
from typing import TypeAlias

Step: TypeAlias = str | int
Path: TypeAlias = tuple[Step, ...]

_PLAIN_KEY = re.compile(r"[A-Za-z0-9_$*-]+\Z")


def render(path: Path) -> str:
    """Write a path as people do: ``services.web.ports[0]``, ``labels["a.b"]``."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif _PLAIN_KEY.match(step):
            text += f".{step}" if text else step
        else:
            escaped = step.replace("\\", "\\\\").replace('"', '\\"')
            text += f'["{escaped}"]'
    return text
