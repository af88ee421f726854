"""Uniqueness: in some lists a later entry takes the place of an earlier one that is about the same thing.

The words in the ``unique`` column of the table of keys say what tells two entries apart: the key of a pair,
the target of a mount, the whole of a port.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from typing import Any, Final

from compose2oam.diagnostics import Diagnostic
from compose2oam.loader.codes import error
from compose2oam.loader.keys import Place, walk
from compose2oam.loader.shortforms import target_of
from compose2oam.loader.values import text
from compose2oam.model.path import Path, render
from compose2oam.source.tree import Map, Seq

Identity = Callable[[Any], Hashable]


def deduplicate(tree: Map) -> list[Diagnostic]:
    """Keep the last of the entries about the same thing, in place, and return the entries that have no identity."""
    findings: list[Diagnostic] = []

    def apply(container: Any, step: Any, known: Place, path: Path) -> None:
        items = container[step]
        if not isinstance(items, Seq):
            return
        identity = IDENTITIES[known.unique]
        try:
            container[step] = keep_last(items, identity)
        except ValueError:
            findings.extend(_unknown(items, identity, (*path, step)))

    walk(tree, "unique", apply)
    return findings


def _unknown(items: Seq, identity: Identity, path: Path) -> Iterator[Diagnostic]:
    """Say of each entry without an identity why it has none."""
    for index, item in enumerate(items):
        try:
            identity(item)
        except ValueError as problem:
            place = (*path, index)
            yield error("CF-307", f"{render(place)} {problem}", place, items.marks[index] or items.mark)


def keep_last(items: Seq, identity: Identity) -> Seq:
    """Return the list with one entry per identity: the last one, at the position of the first.

    Raises:
        ValueError: an entry has no identity.
    """
    if len({identity(item) for item in items}) == len(items):
        return items
    at: dict[Hashable, int] = {}
    made = Seq(mark=items.mark)
    for item, mark in zip(items, items.marks, strict=True):
        index = at.setdefault(identity(item), len(made))
        if index == len(made):
            made.put(item, mark)
        else:
            made[index], made.marks[index] = item, mark
    return made


def _pair(item: Any) -> Hashable:
    if not isinstance(item, str):
        raise ValueError("must be a string")
    return item.partition("=")[0]


def _volume(item: Any) -> Hashable:
    if not isinstance(item, str):
        return _target(item, "a mount")
    try:
        return target_of(item)
    except ValueError as problem:
        raise ValueError(f"cannot be read: {problem}") from None


def _device(item: Any) -> Hashable:
    if isinstance(item, str):
        parts = item.split(":")
        return parts[0] if len(parts) == 1 else parts[1]
    return _target(item, "a device")


def _target(item: Any, what: str) -> Hashable:
    if not isinstance(item, Map):
        return ""
    if not isinstance(item.get("target"), str):
        raise ValueError(f"is {what} without a `target`")
    return str(item["target"])


def _port(item: Any) -> Hashable:
    if not isinstance(item, Map):
        return text(item) if isinstance(item, (str, int)) and not isinstance(item, bool) else ""
    if "target" not in item:
        raise ValueError("is a port without a `target`")
    published = item.get("published")
    return (
        _hashable(item.get("host_ip", "0.0.0.0")),  # noqa: S104 - the address that stands for none
        (type(published), _hashable(published)),
        _hashable(item["target"]),
        _hashable(item.get("protocol", "tcp")),
    )


def _hashable(value: Any) -> Hashable:
    """Return something to compare a value by: a collection, which is refused later, has its text."""
    return repr(value) if isinstance(value, (Map, Seq)) else value


def _expose(item: Any) -> Hashable:
    if isinstance(item, bool) or not isinstance(item, (str, int)):
        raise ValueError("must be a string or an integer")
    return str(item)


def _env_file(item: Any) -> Hashable:
    if isinstance(item, Map):
        if not isinstance(item.get("path"), str):
            raise ValueError("is an env file without a `path`")
        return str(item["path"])
    return item if isinstance(item, str) else ""


def _mounted(folder: str) -> Identity:
    """Return what tells configs or secrets apart: where they are mounted, by default in ``folder``."""

    def identity(item: Any) -> Hashable:
        if isinstance(item, str):
            return f"{folder}/{item}"
        if not isinstance(item, Map):
            raise ValueError("must be a string or a mapping")
        return str(item["target"]) if "target" in item else f"{folder}/{item.get('source')}"

    return identity


IDENTITIES: Final[dict[str, Identity]] = {
    "config": _mounted(""),
    "device": _device,
    "env_file": _env_file,
    "expose": _expose,
    "pair": _pair,
    "port": _port,
    "secret": _mounted("/run/secrets"),
    "volume": _volume,
}
