"""Seeing that files have changed, by looking at them: the same on every system, and on folders of a network.

A :class:`Watcher` knows what a run has read (:mod:`compose2oam.source.record`), and compares. A file that is saved
again with the same content has not changed, and several changes in a row are one.
"""

from __future__ import annotations

import contextlib
import os
import pathlib
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from compose2oam.model.compose import Project
from compose2oam.source.files import MAX_BYTES, kind_of, read_bytes
from compose2oam.source.record import Record, hash_of, was_listed

#: Seconds between two looks.
PAUSE = 0.25
#: Seconds that nothing may change before a burst of edits is over.
CALM = 0.3
#: The same while a file is away that was read: some editors write another one and give it the name then.
CALM_WITHOUT = 1.0
# Seconds: times of files are so coarse on some systems.
_COARSE = 2.5

_Stamp = tuple[int, int, int, int]


class Watcher:
    """Tells when what a run has looked at is no longer what it was.

    Args:
        clock: gives the seconds that pass.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._record = self._before = Record()
        self._stamps: dict[str, tuple[_Stamp, str]] = {}
        self._seen: dict[str, Any] = {}
        self._since = 0.0

    def look_at(self, record: Record) -> None:
        """Compare with what a run has looked at, or is looking at: it may go on to be filled."""
        self._before, self._record, self._seen = self._record, record, {}

    def keep(self) -> None:
        """Compare also with what the run before has looked at, as it is now: this one ended early."""
        before, record = self._before, self._record
        self._record = Record(
            {path: self._content(path) for path in before.contents} | record.contents,
            {path: kind_of(_mode(path)) for path in before.kinds} | record.kinds,
            {path: (look(), look) for path, (_, look) in before.listings.items()} | record.listings,
        )

    @property
    def count(self) -> int:
        """How many files are looked at."""
        return len(self._record.contents)

    def changed(self) -> list[str]:
        """Return the files that have changed, once nothing more does; call it again and again, at least each second."""
        found = dict(self._differences())
        if not found:
            self._seen = {}
            return []
        now = self._clock()
        if found != self._seen:
            self._seen, self._since = found, now
            return []
        is_away = any(value == "" and name in self._record.contents for name, value in found.items())
        if now - self._since < (CALM_WITHOUT if is_away else CALM):
            return []
        return sorted(found)

    def _differences(self) -> Iterable[tuple[str, Any]]:
        """Yield each path at which something else is than what was found, with what it is."""
        record = self._record
        for path, content in record.contents.items():
            now = self._content(path)
            if now != content:
                yield path, now
        for path, kind in record.kinds.items():
            now = kind_of(_mode(path))
            if now != kind and path not in record.contents:
                yield path, now
        for path, (names, look) in record.listings.items():
            there = look()
            if there != names:
                yield path, there

    def _content(self, path: str) -> str:
        """Return the hash of a file, which is read again only where it may have changed."""
        try:
            status = pathlib.Path(path).stat()
        except (OSError, ValueError):
            return ""
        if kind_of(status.st_mode) != "file":
            return ""  # a pipe can be read once
        stamp = (status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino)
        known = self._stamps.get(path)
        if known is not None and known[0] == stamp:
            return known[1]
        try:
            with pathlib.Path(path).open("rb") as file:
                found = hash_of(file.read(MAX_BYTES + 1))
        except OSError:
            return ""
        if time.time() - status.st_mtime > _COARSE:
            self._stamps[path] = (stamp, found)
        return found


def _mode(path: str) -> int | None:
    try:
        return pathlib.Path(path).stat().st_mode
    except (OSError, ValueError):
        return None


def look_through(folder: str | os.PathLike[str], counts: Callable[[str], bool] = lambda _path: True) -> None:
    """Look at everything below a folder, for whoever records it.

    Args:
        folder: the folder, or a single file.
        counts: says of a path relative to it, with ``/``, whether it matters; one of a folder ends in ``/``.
    """
    top = pathlib.Path(folder)

    def look() -> tuple[str, ...]:
        return tuple(_below(top, counts))

    was_listed(top, look)
    for name in look():
        with contextlib.suppress(OSError):
            read_bytes(name)


def look_at_sources(project: Project) -> list[str]:
    """Look at what services are built anew for: ``develop.watch`` with ``rebuild`` (Compose Develop Specification).

    Returns:
        the services that ask for something else, which a cluster cannot do: files are not copied into its containers.
    """
    others: dict[str, None] = {}
    for name, service in project.section("services").items():
        for trigger in (service.get("develop") or {}).get("watch") or ():
            if trigger.get("action") == "rebuild":
                look_through(str(trigger["path"]), _counting(trigger))
            else:
                others[name] = None
    return list(others)


def _counting(trigger: Mapping[str, Any]) -> Callable[[str], bool]:
    """Return what says whether a path below that of a trigger matters."""
    ignored = _patterns(("**/.git", *(trigger.get("ignore") or ())))
    included = _patterns(trigger.get("include") or ())

    def counts(path: str) -> bool:
        is_wanted = included is None or path.endswith("/") or bool(included.match(path))
        return is_wanted and not (ignored and ignored.match(path.rstrip("/")))

    return counts


def _patterns(given: Iterable[object]) -> re.Pattern[str] | None:
    """Return an expression for patterns as Docker has them: ``*`` stays in a folder, ``**`` does not."""
    made = []
    for pattern in map(str, given):
        words = re.split(r"(\*\*/?|\*|\?)", pattern.strip("/").removeprefix("./"))
        made.append("".join(_WILD.get(word, re.escape(word)) for word in words))
    # What stands for a folder stands for all in it.
    return re.compile(f"(?:{'|'.join(made)})(?:/.*)?\\Z") if made else None


_WILD = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def _below(top: pathlib.Path, counts: Callable[[str], bool]) -> Iterator[str]:
    """Yield the files at a path, or below it, that matter."""
    if top.is_file():
        yield str(top)
    for here, folders, names in os.walk(top):
        where = pathlib.Path(here)
        base = where.relative_to(top)
        folders[:] = sorted(name for name in folders if counts(f"{(base / name).as_posix()}/"))
        yield from (str(where / name) for name in sorted(names) if counts((base / name).as_posix()))
