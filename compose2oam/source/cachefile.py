"""Files in the user's cache folder: written whole or not at all, and read only if nobody else can have written them.

A cache must never be the reason that something fails: without a home, on a disk that is full or read-only, beside
another process that writes the same file, or with a file that is damaged, all works as it does without a cache.
"""

from __future__ import annotations

import binascii
import contextlib
import os
import pathlib
import stat
import sys
from collections.abc import Callable, Iterable, Iterator

VARIABLE = "COMPOSE2OAM_CACHE"
"""The environment variable that names another folder; empty or ``off`` is for none."""

PREFIX, SUFFIX = "kept-", ".c2o"
"""How our files are called. A user may name a folder that holds other files too: those are left alone."""

KEPT = 24
"""How many files stay when one is written: those that were used last."""

_MAGIC = b"compose2oam cache 1"
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def folder() -> pathlib.Path | None:
    """Return the folder of our caches, which need not be there; ``None`` for none."""
    given = os.environ.get(VARIABLE)
    if given is not None:
        return pathlib.Path(given) if given.lower() not in ("", "off") else None
    if sys.platform == "win32":
        base = pathlib.Path(os.environ.get("LOCALAPPDATA", ""))
    elif sys.platform == "darwin":
        base = _home() / "Library" / "Caches"
    else:
        base = pathlib.Path(os.environ.get("XDG_CACHE_HOME", ""))
        # A relative one is to be ignored (XDG Base Directory Specification).
        base = base if base.is_absolute() else _home() / ".cache"
    return base / "compose2oam" if base.is_absolute() else None


def read(key: str) -> list[bytes] | None:
    """Return the lines that were written under a key, ``None`` if there are none that can be trusted.

    A key is a text of any length, without line breaks.
    """
    place = folder()
    if place is None:
        return None
    try:
        if not _is_ours(place.stat(), stat.S_ISDIR):
            return None
        path = place / _name(key)
        with path.open("rb") as file:
            data = file.read() if _is_ours(os.fstat(file.fileno()), stat.S_ISREG) else b""
    except OSError:
        return None
    with contextlib.suppress(OSError):
        os.utime(path)  # what is used stays when others make room
    head, _, body = data.partition(b"\n")
    return body.split(b"\n") if head == _head(key, body) else None


def write(key: str, lines: Iterable[bytes]) -> None:
    """Write lines, none of which holds a line break, under a key; where that cannot be, nothing is written."""
    place = folder()
    if place is None:
        return
    body = b"\n".join(lines)
    # A name of its own for each process and thread; what is complete takes its place in one step.
    passing = place / f"{PREFIX}{os.getpid()}-{os.urandom(4).hex()}{SUFFIX}"
    try:
        place.mkdir(0o700, parents=True, exist_ok=True)
        if not _is_ours(place.stat(), stat.S_ISDIR):
            return
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(passing, flags, 0o600), "wb") as file:
            file.write(_head(key, body) + b"\n" + body)
        passing.replace(place / _name(key))
        _tidy(place)
    except OSError:
        with contextlib.suppress(OSError):
            passing.unlink()


def stamps(folder: str | os.PathLike[str], ending: str) -> Iterator[tuple[str, int, int]]:
    """Yield the files below a folder by which a key tells one state of them from another.

    Yields:
        Path, size in bytes, and time of the last change in nanoseconds.

    Raises:
        OSError: if one of them cannot be looked at.
    """
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(ending):
                known = entry.stat()
                yield entry.path, known.st_size, known.st_mtime_ns
            elif entry.name != "__pycache__" and entry.is_dir():
                yield from stamps(entry.path, ending)


def _name(key: str) -> str:
    """Return the name of a file; where two keys have the same one, the first line tells them apart."""
    return f"{PREFIX}{binascii.crc32(key.encode()):08x}{SUFFIX}"


def _head(key: str, body: bytes) -> bytes:
    """Return the first line of a file: it shows that the file is ours, whole, and under its own key."""
    return b"%s %s %08x" % (_MAGIC, key.encode(), binascii.crc32(body))


def _home() -> pathlib.Path:
    try:
        return pathlib.Path.home()
    except RuntimeError:
        return pathlib.Path()


def _is_ours(found: os.stat_result, is_kind: Callable[[int], bool]) -> bool:
    """Tell whether something is of a kind, and nobody but this user can have written it."""
    if sys.platform == "win32":  # the folder for local data of a user is closed to others
        return is_kind(found.st_mode)
    return is_kind(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & _OTHERS_WRITE


def _tidy(place: pathlib.Path) -> None:
    """Remove the files that were not used for longest, and so in time what a process that was killed has left."""
    with os.scandir(place) as entries:
        ours = [(entry.stat(follow_symlinks=False).st_mtime, entry.path) for entry in entries if _is_name(entry.name)]
    for _, path in sorted(ours, reverse=True)[KEPT:]:
        pathlib.Path(path).unlink()


def _is_name(name: str) -> bool:
    return name.startswith(PREFIX) and name.endswith(SUFFIX)
