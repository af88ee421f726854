"""Find what makes a project: its files, its directory, its variables, its profiles and its name.

In Docker Compose's order: an ``.env`` can name the Compose files, and their folder can hold another ``.env``, which
adds what is not set yet.
"""

from __future__ import annotations

import os
import pathlib
from typing import Final

from compose2oam.diagnostics import Diagnostic
from compose2oam.errors import ComposeError
from compose2oam.loader.codes import error, warning
from compose2oam.loader.environment import add_env_files, env_files_of, outside, profiles_of
from compose2oam.loader.naming import project_name
from compose2oam.loader.options import LoadOptions
from compose2oam.loader.paths import is_remote
from compose2oam.loader.pipeline import TAGS
from compose2oam.loader.scope import shown
from compose2oam.loader.values import clean_path, join_path
from compose2oam.model.namedtuple import NamedTuple
from compose2oam.source.files import exists, is_file, read_text
from compose2oam.source.position import Position
from compose2oam.source.reader import parse
from compose2oam.source.tree import Documents, Map

FILE_NAMES: Final = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
"""The Compose files that are found, in order of preference."""

OVERRIDE_NAMES: Final = (
    "compose.override.yml",
    "compose.override.yaml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
)
"""The files that are merged over a Compose file that was found, one of them, in order of preference."""

STDIN: Final = "-"


class Sources(NamedTuple):
    """What a project is made of.

    Attributes:
        name: the project's name.
        directory: the project directory, absolute.
        files: the Compose files in order, absolute, ``-`` for standard input.
        documents: what each file holds, to be read from here: standard input can be read but once.
        environment: the variables; those of env files have marks.
        profiles: the profiles that are asked for.
        diagnostics: warnings.
    """

    name: str
    directory: str
    files: tuple[str, ...]
    documents: dict[str, Documents]
    environment: Map
    profiles: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]


def discover(options: LoadOptions) -> Sources:
    """Find and read what makes a project.

    Raises:
        ComposeError: there is no Compose file (CF-106), a file cannot be read or parsed, or the name is invalid.
    """
    here = _working_directory()
    environment = outside(options.environment, here)
    env_files = [_joined(here, _at_home(file)) for file in options.env_files or env_files_of(environment)]
    files = [_absolute(file, here) for file in options.files]
    directory = _directory(options, files, here)
    notes = add_env_files(environment, env_files, directory)
    if not files:
        files = _named(environment, here) if "COMPOSE_FILE" in environment else _found(directory, notes)
        first, directory = directory, _directory(options, files, here)
        if directory != first and not env_files:
            notes += add_env_files(environment, (), directory)
    documents = _read(files, pipes=bool(options.files))
    name = project_name(
        options.project_name,
        environment,
        [document for file in files for document in documents[file]],
        directory,
        interpolate=options.interpolate,
        folder="" if options.env_files else directory,
    )
    environment.put("COMPOSE_PROJECT_NAME", name, environment.marks.get("COMPOSE_PROJECT_NAME"))
    profiles = options.profiles or profiles_of(environment)
    return Sources(name, directory, tuple(files), documents, environment, profiles, tuple(notes))


def _working_directory() -> str:
    """Return the working directory as the shell calls it: symbolic links give a project its name."""
    try:
        real = pathlib.Path.cwd()
    except OSError:
        message = "the working directory does not exist any more"
        raise ComposeError.of([error("CF-100", message, hint="change to another one")]) from None
    called = pathlib.Path(os.environ.get("PWD", ""))
    try:
        return str(called if called.is_absolute() and called.samefile(real) else real)
    except OSError:
        return str(real)


def _directory(options: LoadOptions, files: list[str], here: str) -> str:
    """Return the project directory: the one asked for, that of the first file, or the working directory."""
    if options.project_directory:
        return _joined(here, options.project_directory)
    for file in files:
        if file != STDIN:
            return str(pathlib.PurePath(file).parent)
    return here


def _absolute(file: str, here: str, mark: Position | None = None) -> str:
    if is_remote(file):
        message = f"{file} is not on this machine, and nothing is fetched"
        raise ComposeError.of([error("CF-302", message, (), mark, "download it and name the copy")])
    return file if file == STDIN else _joined(here, file)


def _at_home(file: str) -> str:
    """Put the home directory in the place of ``~``, where there is one."""
    try:
        return str(pathlib.Path(file).expanduser())
    except RuntimeError:
        return file


def _joined(directory: str, path: str) -> str:
    return clean_path(path) if path.startswith("/") else join_path(directory, path)


def _named(environment: Map, here: str) -> list[str]:
    """Return the files that ``COMPOSE_FILE`` names."""
    mark = environment.marks.get("COMPOSE_FILE")
    separator = environment.get("COMPOSE_PATH_SEPARATOR") or os.pathsep
    files = []
    for entry in environment["COMPOSE_FILE"].split(separator):
        file = _absolute(entry, here, mark)
        if file != STDIN and not is_file(file):
            reason = "it is not a file" if exists(file) else "there is no such file"
            message = f'compose file "{entry}" set by COMPOSE_FILE environment variable is invalid: {reason}'
            raise ComposeError.of([error("CF-100", message, (), mark, f"the files are separated by '{separator}'")])
        files.append(file)
    return files


def _found(directory: str, notes: list[Diagnostic]) -> list[str]:
    """Look for a Compose file in the directory and those around it, and for its override."""
    around = directory
    while True:
        if file := _first(FILE_NAMES, around, "config", notes):
            override = _first(OVERRIDE_NAMES, around, "override", notes)
            return [file, override] if override else [file]
        parent = str(pathlib.PurePath(around).parent)
        if parent == around:
            message = f"no configuration file provided: not found in {directory} nor in a directory around it"
            hint = f"name one with -f, or call it {FILE_NAMES[0]}"
            raise ComposeError.of([error("CF-106", message, hint=hint)])
        around = parent


def _first(names: tuple[str, ...], directory: str, kind: str, notes: list[Diagnostic]) -> str:
    """Return the first of some files that exists, ``""`` if none does."""
    there = [path for path in (join_path(directory, name) for name in names) if exists(path)]
    if len(there) > 1:
        listed = ", ".join(shown(path) for path in there)
        message = f"Found multiple {kind} files with supported names: {listed}"
        notes.append(warning("CF-113", message, hint=f"Using {shown(there[0])}"))
    return there[0] if there else ""


def _read(files: list[str], *, pipes: bool) -> dict[str, Documents]:
    """Read and parse files, each once; only those that a user names may be pipes."""
    documents: dict[str, Documents] = {}
    faults: list[Diagnostic] = []
    for file in dict.fromkeys(files):
        name = file if file == STDIN else shown(file)
        try:
            documents[file] = parse(read_text(file, name, pipes=pipes), name, tags=TAGS)
        except ComposeError as problem:
            faults += problem.diagnostics
    if faults:
        raise ComposeError.of(faults)
    return documents
