"""Relative paths: each is resolved against the folder of the file that wrote it.

The words in the ``path`` column of the table of keys name the functions here.
"""

from __future__ import annotations

import os
import pathlib
import re
from collections.abc import Callable
from typing import Any, Final

from compose2oam.diagnostics import Diagnostic
from compose2oam.loader.codes import error
from compose2oam.loader.keys import Place, walk
from compose2oam.loader.values import join_path
from compose2oam.model.path import Path, render
from compose2oam.model.regex import regex
from compose2oam.source.files import is_link
from compose2oam.source.tree import Map, locate

_WINDOWS_ABSOLUTE: Final = regex(r".:[\\/]|[\\/]{2}", re.DOTALL)
_BUILD_REMOTE: Final = ("https://", "http://", "git://", "ssh://", "github.com/", "git@")
_REMOTE: Final = regex(r"(oci|git|ssh|https?)://|github\.com/|[A-Za-z0-9_-]+@[A-Za-z0-9.-]+:.")


def is_remote(path: str) -> bool:
    """Tell whether a Compose file is named that would have to be fetched: by git, as an OCI artifact, over HTTP."""
    return bool(_REMOTE.match(path))


def resolve(tree: Map, folder: str) -> list[Diagnostic]:
    """Make the relative paths of a Compose file in long form start at ``folder``, in place.

    Args:
        tree: a Compose file in long form.
        folder: where relative paths start; when it is relative itself, so are the results.

    Returns:
        What cannot be resolved.
    """
    findings: list[Diagnostic] = []

    def resolve_one(container: Any, step: Any, known: Place, path: Path) -> None:
        try:
            container[step] = RESOLVERS[known.path](container[step], folder)
        except ValueError as problem:
            path = (*path, step)
            findings.append(error("CF-402", f"{render(path)} {problem}", path, locate(tree, path)))

    walk(tree, "path", resolve_one)
    return findings


def expand_home(path: str) -> str:
    """Replace a leading ``~`` by the home folder."""
    if not path.startswith("~"):
        return path
    home = os.environ.get("HOME")
    return join_path(home, path[1:]) if home else path


def absolute(path: Any, folder: str) -> Any:
    """Resolve a path of this machine; an empty one stays empty."""
    if not isinstance(path, str):
        return path
    path = expand_home(path)
    return path if not path or path.startswith("/") else join_path(folder, path)


def _unix(path: Any, folder: str) -> Any:
    """Resolve a path that may also be one of Windows."""
    if not isinstance(path, str):
        return path
    path = expand_home(path)
    return path if path.startswith("/") or _WINDOWS_ABSOLUTE.match(path) else join_path(folder, path)


def _context(path: Any, folder: str) -> Any:
    if not isinstance(path, str) or "://" in path or path.startswith(("service:", *_BUILD_REMOTE)):
        return path
    return absolute(path, folder)


def _extends(path: Any, folder: str) -> Any:
    return path if isinstance(path, str) and is_remote(path) else absolute(path, folder)


def _symlink(path: Any, folder: str) -> Any:
    """Resolve a path, and the first symbolic link on the way."""
    made = absolute(path, folder)
    if not isinstance(made, str):
        return made
    way = pathlib.Path("/" if made.startswith("/") else "")
    for part in made.split("/"):
        way /= part
        if part and is_link(way):
            try:
                return made.replace(str(way), str(way.resolve(strict=True)), 1)
            except (OSError, RuntimeError):
                raise ValueError(f"leads to a symbolic link that leads nowhere: {way}") from None
    return made


def _mount(mount: Any, folder: str) -> Any:
    if isinstance(mount, Map) and mount.get("type") == "bind":
        if "source" not in mount:
            raise ValueError("is a bind mount and needs the key `source`")
        mount["source"] = _unix(mount["source"], folder)
    return mount


def _device(volume: Any, folder: str) -> Any:
    """Resolve the folder behind a volume of the ``local`` driver that is a bind mount in disguise."""
    if isinstance(volume, Map) and volume.get("driver") == "local":
        options = volume.get("driver_opts")
        if isinstance(options, Map) and options.get("o") == "bind" and "device" in options:
            options["device"] = _unix(options["device"], folder)
    return volume


RESOLVERS: Final[dict[str, Callable[[Any, str], Any]]] = {
    "context": _context,
    "device": _device,
    "extends": _extends,
    "mount": _mount,
    "plain": absolute,
    "symlink": _symlink,
    "unix": _unix,
}
