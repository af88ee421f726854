"""The files of the catalogue that ship, in the cache as JSON: to read seven of them as YAML takes longer than a check.

What is found under the names, sizes and times of all files of a folder was read from them, as with the rules that ship.
A file of the cache has a line for each of them.
"""

from __future__ import annotations

import functools
import json
import os
import pathlib
from collections.abc import Mapping

from compose2oam._version import __version__
from compose2oam.errors import InputError
from compose2oam.source import cachefile


def read(path: pathlib.Path, folder: pathlib.Path) -> object:
    """Return what a YAML file below a folder that ships holds.

    Raises:
        InputError: it cannot be read, or is no YAML.
    """
    line = _lines(os.fspath(folder)).get(os.fspath(path))
    return read_yaml(path) if line is None else json.loads(line)


def read_yaml(path: pathlib.Path) -> object:
    """Return what a YAML file holds.

    Raises:
        InputError: it cannot be read, or is no YAML.
    """
    import yaml

    try:
        reader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(path.read_text(encoding="utf-8"))
        return reader.get_single_data()
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(f"{path}: cannot be read: {error}") from None


@functools.cache
def _lines(folder: str) -> Mapping[str, bytes]:
    """Return the contents of the files below a folder by their paths; nothing where there is no cache."""
    if cachefile.folder() is None:
        return {}
    try:
        files = sorted(cachefile.stamps(folder, ".yaml"))
    except OSError:
        return {}
    key = repr((__version__, folder, files))
    lines = cachefile.read(key)
    if lines is None:
        trees = [read_yaml(pathlib.Path(path)) for path, _, _ in files]
        lines = [json.dumps(tree, separators=(",", ":")).encode() for tree in trees]
        cachefile.write(key, lines)
    return {path: line for (path, _, _), line in zip(files, lines, strict=True)}
