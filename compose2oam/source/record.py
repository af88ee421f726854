"""Which files a run has looked at: what must be looked at again, to know that the result would be another.

Whoever reads a file for a user (:mod:`compose2oam.source.files`) tells here; nobody hears it unless somebody asked to.
"""

from __future__ import annotations

import contextvars
import functools
import os
import pathlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from compose2oam.model.dataclass import dataclass, field

#: Returns the names that count, in order.
Look = Callable[[], tuple[str, ...]]


@dataclass(slots=True)
class Record:
    """What was found, by absolute path.

    Attributes:
        contents: the hash of what was read, ``""`` of what could not be.
        kinds: whether there was a ``file``, a ``folder``, something ``odd``, or nothing (``""``).
        listings: the names in a folder, and how they are found again.
    """

    contents: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    listings: dict[str, tuple[tuple[str, ...], Look]] = field(default_factory=dict)


_LISTENER: contextvars.ContextVar[Record | None] = contextvars.ContextVar("record", default=None)


@contextmanager
def recorded() -> Iterator[Record]:
    """Note what is looked at within this block, in this thread."""
    record = Record()
    token = _LISTENER.set(record)
    try:
        yield record
    finally:
        _LISTENER.reset(token)


def was_read(path: str | os.PathLike[str], content: bytes | None) -> None:
    """Tell that a file was read; ``None`` stands for one that cannot be."""
    record = _LISTENER.get()
    if record is not None:
        record.contents[_name(path)] = hash_of(content)


def was_sought(path: str | os.PathLike[str], kind: str) -> None:
    """Tell that somebody looked what is at a path."""
    record = _LISTENER.get()
    if record is not None:
        record.kinds[_name(path)] = kind


def was_listed(folder: str | os.PathLike[str], look: Look | None = None) -> None:
    """Tell that somebody went through a folder; ``look`` returns the names that count there, by default all in it."""
    record = _LISTENER.get()
    if record is not None:
        again = look or functools.partial(names_in, _name(folder))
        record.listings[_name(folder)] = (again(), again)


def hash_of(content: bytes | None) -> str:
    """Return what tells one content from another."""
    import hashlib

    return "" if content is None else hashlib.sha256(content).hexdigest()


def names_in(folder: str | os.PathLike[str]) -> tuple[str, ...]:
    """Return the names in a folder, in order; none where there is no folder."""
    try:
        return tuple(sorted(path.name for path in pathlib.Path(folder).iterdir()))
    except OSError:
        return ()


def _name(path: str | os.PathLike[str]) -> str:
    return str(pathlib.Path(path).absolute())
