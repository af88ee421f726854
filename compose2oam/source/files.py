"""Reading a file of text, with a clear word for each way that this fails."""

from __future__ import annotations

import codecs
import errno
import os
import pathlib
import sys

from compose2oam.diagnostics import Diagnostic, Severity
from compose2oam.errors import ComposeError, InputError
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
    error: type[InputError] = ComposeError,
) -> str:
    """Read a text file in UTF-8, or in UTF-16 with a byte order mark.

    Args:
        path: the file; ``-`` is standard input.
        name: what to call it in errors; the path by default.
        at: where a user named the file, for errors; ``None`` when it was on the command line.
        limit: the largest size in bytes.
        lenient: let a replacement character stand for what is no UTF-8.
        error: the class of what is raised.

    Raises:
        InputError: CF-100 the file cannot be read, CF-111 it is no text, CF-112 it is too large.
    """
    shown = name or ("standard input" if path == "-" else os.fspath(path))

    def fail(code: str, message: str, hint: str, position: Position | None = at) -> InputError:
        return error.of([Diagnostic(code, Severity.ERROR, message, (), position, hint)])

    try:
        data = _bytes(path, limit)
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
    if encoding == "utf-8" and b"\0" in data:
        raise fail("CF-111", f"{shown} is no text file: it contains zero bytes", "is this the right file?")
    try:
        return data.decode(encoding, "replace" if lenient else "strict")
    except UnicodeDecodeError as problem:
        before = data[: problem.start].decode(encoding, "replace")
        line = before.count("\n") + 1
        place = Position(shown, line, len(before) - before.rfind("\n"))
        message = f"{shown} is no UTF-8 text: byte {data[problem.start]:#04x} at line {line}"
        raise fail("CF-111", message, "save it as UTF-8", at or place) from None


def _bytes(path: str | os.PathLike[str], limit: int) -> bytes:
    """Read at most one byte more than the limit, so that a device that never ends does not hang the program."""
    if path == "-":
        return sys.stdin.buffer.read(limit + 1)
    with pathlib.Path(path).open("rb") as file:
        return file.read(limit + 1)
