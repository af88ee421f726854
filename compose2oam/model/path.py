"""Places in a tree: tuples of keys and indexes, and how they are written for people."""

from __future__ import annotations

import re
from typing import TypeAlias

Step: TypeAlias = str | int
Path: TypeAlias = tuple[Step, ...]


class FromRoot(tuple[Step, ...]):
    """A path from the root of the project, in a place where a path begins at a service."""

    __slots__ = ()


_PLAIN_KEY = re.compile(r"[A-Za-z0-9_$*-]+\Z")


def within(place: Path, path: Path) -> Path:
    """Return ``path`` below ``place``; one from the root stays what it is."""
    return tuple(path) if isinstance(path, FromRoot) else (*place, *path)


def render(path: Path) -> str:
    """Write a path as people do: ``services.web.ports[0]``, ``labels["a.b"]``."""
    parts = []
    for step in path:
        if isinstance(step, int):
            parts.append(f"[{step}]")
        # Most keys are identifiers, which is asked faster than the pattern; `str` knows more letters than it.
        elif (step.isidentifier() and step.isascii()) or _PLAIN_KEY.match(step):
            parts.append(f".{step}")
        else:
            escaped = step.replace("\\", "\\\\").replace('"', '\\"')
            parts.append(f'["{escaped}"]')
    return "".join(parts).removeprefix(".")
