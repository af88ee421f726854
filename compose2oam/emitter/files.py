"""Files, written whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import pathlib
import stat
from collections.abc import Iterable, Iterator

from compose2oam.errors import UsageError
from compose2oam.model.dataclass import dataclass

# For what holds secret values: the owner reads and writes, nobody else does anything.
PRIVATE = 0o600

# Windows would turn line breaks into its own.
_BINARY = getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class OutputFile:
    """A file to write.

    Attributes:
        path: where; a symbolic link is followed, but not one that somebody else has put where all may write.
        text: the whole content, written as UTF-8.
        mode: the permission bits, such as :data:`PRIVATE`; ``None`` keeps those of the file that is replaced, and
            leaves those of a new file to the umask.
    """

    path: pathlib.Path
    text: str
    mode: int | None = None


def write(path: str | os.PathLike[str], text: str, *, mode: int | None = None) -> None:
    """Write one file; see :func:`write_all`."""
    write_all([OutputFile(pathlib.Path(path), text, mode)])


def write_all(files: Iterable[OutputFile], *, make_folders: bool = False) -> None:
    """Write files under temporary names beside their targets, then rename them all.

    Nothing is renamed before everything is on disk, so a failure leaves the targets as they were. No folder is ever
    emptied: what else lies in one stays. Devices and pipes such as ``/dev/stdout`` are written to directly.

    Args:
        files: what to write.
        make_folders: make the folders that are missing, instead of refusing.

    Raises:
        UsageError: a target is a folder, or cannot be written; the message says which and why.
    """
    staged: list[tuple[pathlib.Path, pathlib.Path]] = []
    try:
        for file in files:
            with _clear_errors(file.path):
                staged += _stage(file, make_folders)
        while staged:
            temporary, target = staged[0]
            with _clear_errors(target):
                temporary.replace(target)
            staged.pop(0)
    finally:
        for temporary, _ in staged:
            temporary.unlink(missing_ok=True)


def _stage(file: OutputFile, make_folders: bool) -> list[tuple[pathlib.Path, pathlib.Path]]:
    """Write to a temporary name; returns that and the target, or nothing for a device."""
    for place in (file.path, *file.path.parents):
        if _is_planted(place):
            raise UsageError(
                f"cannot write {file.path}: {place} is a link of another user, in a folder that all can write"
            )
    target = file.path.resolve()
    if target.is_symlink():
        # What is a link still leads to itself, which Python tells only before 3.13.
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    if make_folders:
        target.parent.mkdir(parents=True, exist_ok=True)
    old_mode = target.stat().st_mode if target.exists() else None
    if old_mode is not None and stat.S_ISDIR(old_mode):
        raise UsageError(f"cannot write {file.path}: it is a folder; name a file in it")
    content = file.text.encode()
    if old_mode is not None and not stat.S_ISREG(old_mode):
        target.write_bytes(content)
        return []
    if old_mode is not None and not os.access(target, os.W_OK):
        # A rename would get past the protection that somebody gave the file.
        raise UsageError(f"cannot write {file.path}: it is write-protected")
    mode = file.mode if file.mode is not None or old_mode is None else stat.S_IMODE(old_mode)
    # A name of its own length, as the target's may be as long as a name can be.
    temporary = target.parent / f".{os.urandom(8).hex()}.tmp"
    # Born with its mode: there is no moment at which others could open a secret.
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o666 if mode is None else mode)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        if mode is not None:
            temporary.chmod(mode)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return [(temporary, target)]


def _is_planted(path: pathlib.Path) -> bool:
    """Whether a path is a link that must not be followed; as Linux has it (``fs.protected_symlinks``)."""
    try:
        link = path.lstat()
        if not stat.S_ISLNK(link.st_mode):
            return False
        folder = path.absolute().parent.stat()
    except OSError:
        return False  # what cannot be looked at cannot be written either, which is told then
    shared = stat.S_ISVTX | stat.S_IWOTH
    return folder.st_mode & shared == shared and link.st_uid not in (_user(), folder.st_uid)


def _user() -> int:
    return os.geteuid() if hasattr(os, "geteuid") else 0


@contextlib.contextmanager
def _clear_errors(path: pathlib.Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror or error}") from None
    except (ValueError, RuntimeError) as error:
        # A null character in the name; a loop of symbolic links, on older Pythons.
        raise UsageError(f"cannot write {str(path)!r}: {error}") from None
