"""Places in a tree: tuples of keys and indexes, and how they are written for people."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from compose2oam.model.regex import regex

Step: TypeAlias = str | int
Path: TypeAlias = tuple[Step, ...]


class FromRoot(tuple[Step, ...]):
    """A path from the root of the project, in a place where a path begins at a service."""

    __slots__ = ()


_PLAIN_KEY = regex(r"[A-Za-z0-9_$*-]+\Z")


def within(place: Path, path: Path) -> Path:
    """Return ``path`` below ``place``; one from the root stays what it is."""
    return tuple(path) if isinstance(path, FromRoot) else (*place, *path)


def render(path: Path) -> str:
    """Write a path as people do: ``services.web.ports[0]``, ``labels["a.b"]``."""
    return "".join(map(_shown, path)).removeprefix(".")


def renderer() -> Callable[[Path], str]:
    """Return a function that writes paths as :func:`render` does, for many that have their steps in common."""
    shown = Steps().__getitem__
    return lambda path: "".join(map(shown, path)).removeprefix(".")


class Steps(dict[Step, str]):
    """How steps are written, each worked out once; joined, they are a path with a dot too much before it.

    Args:
        written: what becomes of the text of each step.
    """

    def __init__(self, written: Callable[[str], str] = str) -> None:
        super().__init__()
        self._written = written

    def __missing__(self, step: Step) -> str:
        text = self[step] = self._written(_shown(step))
        return text


def _shown(step: Step) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    if _PLAIN_KEY.match(step):
        return f".{step}"
    escaped = step.replace("\\", "\\\\").replace('"', '\\"')
    return f'["{escaped}"]'
