"""The variables of a project: those outside, then those of env files (Compose specification, "Interpolation").

A variable from an env file carries its position there, as a mark.
"""

from __future__ import annotations

import os
import pathlib
from collections.abc import Mapping, Sequence

from compose2oam.diagnostics import Diagnostic
from compose2oam.errors import ComposeError
from compose2oam.loader.codes import error, warning
from compose2oam.loader.scope import shown
from compose2oam.source.files import exists, is_folder
from compose2oam.source.tree import Map

_BOOLEANS = {
    **dict.fromkeys(("1", "t", "T", "true", "True", "TRUE"), True),
    **dict.fromkeys(("0", "f", "F", "false", "False", "FALSE"), False),
}


def outside(given: Mapping[str, str] | None, directory: str) -> Map:
    """Return the variables outside: those given or the process's, and ``PWD`` in any case."""
    found = Map(os.environ if given is None else given)
    found.setdefault("PWD", directory)
    return found


def add_env_files(environment: Map, files: Sequence[str], directory: str) -> list[Diagnostic]:
    """Add the variables of env files that are not set yet, in place.

    Args:
        environment: the variables so far.
        files: the env files that the user named; a later one takes precedence. Without any, it is ``.env`` in the
            directory, if there is one and ``COMPOSE_DISABLE_ENV_FILE`` does not forbid it.
        directory: the project directory.

    Returns:
        The warnings.

    Raises:
        ComposeError: an env file cannot be read, or has faults; with those of all files.
    """
    notes: list[Diagnostic] = []
    chosen = list(files)
    if not chosen:
        if _disabled(environment):
            return notes
        chosen = _default(directory, notes)
    found = Map()
    faults: list[Diagnostic] = []
    for file in chosen:
        # Few projects have such a file, and its patterns take longer to compile than a small project to load.
        from compose2oam.loader.dotenv import read_env_file

        try:
            values, warnings = read_env_file(file, environment, name=shown(file), earlier=found, pipes=bool(files))
        except ComposeError as problem:
            faults += problem.diagnostics
            continue
        notes += warnings
        for key, value in values.items():
            found.put(key, value, values.marks[key])
    if faults:
        raise ComposeError.of(faults)
    # The tool's own variables always count, also the one that turns ``.env`` off for all others.
    own = [key for key in found if key.startswith("COMPOSE_")]
    for key in own:
        _add(environment, found, key)
    if files or not _disabled(environment):
        for key in found:
            _add(environment, found, key)
    return notes


def env_files_of(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return the env files that ``COMPOSE_ENV_FILES`` names."""
    return tuple(file for file in environment.get("COMPOSE_ENV_FILES", "").split(",") if file)


def profiles_of(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return the profiles that ``COMPOSE_PROFILES`` names; where it names none, that is the one without a name.

    A service with ``""`` among its profiles runs when nothing is asked for, too.
    """
    return tuple(name.strip() for name in environment.get("COMPOSE_PROFILES", "").split(","))


def _add(environment: Map, found: Map, key: str) -> None:
    if key not in environment:
        environment.put(key, found[key], found.marks[key])


def _default(directory: str, notes: list[Diagnostic]) -> list[str]:
    file = pathlib.Path(directory, ".env")
    if exists(file):
        return [] if is_folder(file) else [str(file)]
    try:
        file.stat()
    except PermissionError:
        message = f"{shown(str(file))} is ignored: permission denied"
        notes.append(warning("CF-204", message, hint="make it readable"))
    except OSError:
        pass
    return []


def _disabled(environment: Map) -> bool:
    value = environment.get("COMPOSE_DISABLE_ENV_FILE")
    if value is None:
        return False
    if value not in _BOOLEANS:
        message = f'COMPOSE_DISABLE_ENV_FILE is "{value}", which is no boolean'
        mark = environment.marks.get("COMPOSE_DISABLE_ENV_FILE")
        raise ComposeError.of([error("CF-204", message, (), mark, "write true or false")])
    return _BOOLEANS[value]
