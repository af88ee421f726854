"""Reading a file of text, with a clear word for each way that this fails."""

from __future__ import annotations

import codecs
import errno
import os
import pathlib
import stat
import sys

from compose2oam.diagnostics import Diagnostic, Severity
from compose2oam.errors import ComposeError, InputError
from compose2oam.source import record
from compose2oam.source.position import Position

MAX_BYTES = 64 * 1024 * 1024
"""The largest file that is read, in bytes."""

_REASONS = {
    errno.ENOENT: ("does not exist", "check the name, and the directory that it is relative to"),
    errno.ENOTDIR: ("does not exist: a part of its path is no directory", "check the name"),
    errno.EISDIR: ("is a directory", "name a file"),
    errno.EACCES: ("cannot be read: permission denied", "make it readable"),
    errno.EPERM: ("cannot be read: permission denied", "make it readable"),
    errno.ELOOP: ("cannot be read: its symbolic links form a loop", "repair the link"),
    errno.ESPIPE: ("cannot be read: it is a pipe or a device", "name a file"),
    errno.ENAMETOOLONG: ("does not exist: its name is too long", "check the name"),
}
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def read_text(
    path: str | os.PathLike[str],
    name: str | None = None,
    *,
    at: Position | None = None,
    limit: int = MAX_BYTES,
    lenient: bool = False,
    pipes: bool = False,
    error: type[InputError] = ComposeError,
) -> str:
    """Read a text file in UTF-8, or in UTF-16 with a byte order mark.

    Args:
        path: the file; ``-`` is standard input.
        name: what to call it in errors; the path by default.
        at: where a user named the file, for errors; ``None`` when it was on the command line.
        limit: the largest size in bytes.
        lenient: let a replacement character stand for what is no UTF-8.
        pipes: read also pipes and devices, which may wait for ever: for what a user names on the command line.
        error: the class of what is raised.

    Raises:
        InputError: CF-100 the file cannot be read, CF-111 it is no text, CF-112 it is too large.
    """
    shown = name or ("standard input" if path == "-" else os.fspath(path))

    def fail(code: str, message: str, hint: str, position: Position | None = at) -> InputError:
        return error.of([Diagnostic(code, Severity.ERROR, message, (), position, hint)])

    try:
        data = _bytes(path, limit, pipes)
    except ValueError:
        raise fail("CF-100", f"{shown!r} is not the name of a file", "check the name") from None
    except OSError as problem:
        reason = f"cannot be read: {problem.strerror or problem}"
        what, hint = _REASONS.get(problem.errno or 0, (reason, ""))
        raise fail("CF-100", f"{shown} {what}", hint) from None
    if len(data) > limit:
        raise fail("CF-112", f"{shown} is larger than {limit} bytes", "is this the right file?")
    encoding = "utf-8"
    for bom, its in _BOMS:
        if data.startswith(bom):
            data, encoding = data[len(bom) :], its
            break
    zero = data.find(b"\0") if encoding == "utf-8" else -1
    if zero >= 0:
        message = f"{shown} is no text file: it contains zero bytes"
        raise fail("CF-111", message, "is this the right file?", at or _end(data[:zero], encoding, shown))
    try:
        return data.decode(encoding, "replace" if lenient else "strict")
    except UnicodeDecodeError as problem:
        place = _end(data[: problem.start], encoding, shown)
        message = f"{shown} is no UTF-8 text: byte {data[problem.start]:#04x} at line {place.line}"
        raise fail("CF-111", message, "save it as UTF-8", at or place) from None


def read_bytes(path: str | os.PathLike[str]) -> bytes:
    """Read a file as it is, up to a byte more than :data:`MAX_BYTES`.

    Raises:
        OSError: it cannot be read, or is a pipe or a device.
    """
    return _bytes(path, MAX_BYTES)


def exists(path: str | os.PathLike[str]) -> bool:
    """Tell whether there is anything at a path; what cannot be looked at is not there."""
    return _mode(path) is not None


def is_file(path: str | os.PathLike[str]) -> bool:
    """Tell whether there is a regular file at a path."""
    return stat.S_ISREG(_mode(path) or 0)


def is_folder(path: str | os.PathLike[str]) -> bool:
    """Tell whether there is a directory at a path."""
    return stat.S_ISDIR(_mode(path) or 0)


def is_link(path: str | os.PathLike[str]) -> bool:
    """Tell whether there is a symbolic link at a path."""
    return stat.S_ISLNK(_mode(path, follow=False) or 0)


def _mode(path: str | os.PathLike[str], *, follow: bool = True) -> int | None:
    """Return the mode of what is at a path; pathlib's own tests raise for a name that is too long, and for others."""
    try:
        mode = pathlib.Path(path).stat(follow_symlinks=follow).st_mode
    except (OSError, ValueError):
        mode = None
    if follow:
        record.was_sought(path, kind_of(mode))
    return mode


def kind_of(mode: int | None) -> str:
    """Return ``file``, ``folder`` or ``odd`` for a mode, ``""`` for none."""
    if mode is None:
        return ""
    return "file" if stat.S_ISREG(mode) else "folder" if stat.S_ISDIR(mode) else "odd"


def _end(before: bytes, encoding: str, name: str) -> Position:
    """Return the position right after some bytes."""
    text = before.decode(encoding, "replace")
    return Position(name, text.count("\n") + 1, len(text) - text.rfind("\n"))


def _bytes(path: str | os.PathLike[str], limit: int, pipes: bool = False) -> bytes:
    """Read at most one byte more than the limit, so that a device that never ends does not hang the program."""
    if path == "-":
        return sys.stdin.buffer.read(limit + 1)
    try:
        if not pipes and _may_wait(path):
            raise OSError(errno.ESPIPE, "it is a pipe or a device")
        with pathlib.Path(path).open("rb") as file:
            data = file.read(limit + 1)
    except OSError:
        record.was_read(path, None)
        raise
    record.was_read(path, data)
    return data


def _may_wait(path: str | os.PathLike[str]) -> bool:
    """Tell whether reading may never end: of all but files and folders, only the null device is known not to."""
    found = pathlib.Path(path).stat()
    if kind_of(found.st_mode) != "odd":
        return False
    null = pathlib.Path(os.devnull).stat()
    return not (stat.S_ISCHR(found.st_mode) and found.st_rdev == null.st_rdev)
