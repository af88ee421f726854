"""The name of a project (Compose specification, "Name top-level element").

It is, in this order: the one that the caller gives, ``COMPOSE_PROJECT_NAME``, the last ``name:`` of the files, the name
of the project directory. The first two must be valid; the others are made so.
"""

from __future__ import annotations

import pathlib
from collections.abc import Iterable
from typing import Any

from compose2oam.errors import ComposeError
from compose2oam.loader.codes import error
from compose2oam.loader.interpolate import sampled
from compose2oam.loader.template import TemplateError, substitute
from compose2oam.model.regex import regex
from compose2oam.source.position import Position
from compose2oam.source.tree import Map

_VALID = regex(r"[a-z0-9][a-z0-9_-]*\Z")
_REFUSED = regex(r"[^a-z0-9_-]")
_RULE = (
    "must consist only of lowercase alphanumeric characters, hyphens, and underscores "
    "as well as start with a letter or number"
)


def normalised(name: str) -> str:
    """Make a valid project name of any text by leaving out what is not allowed; it may be empty."""
    return _REFUSED.sub("", name.lower()).lstrip("_-")


def project_name(
    given: str,
    environment: Map,
    documents: Iterable[Any],
    directory: str,
    *,
    interpolate: bool = True,
    folder: str = "",
) -> str:
    """Determine the name of a project.

    Args:
        given: the name that the caller asks for, ``""`` for none.
        environment: the variables of the project.
        documents: the documents of the project's files, in order.
        directory: the project directory, absolute.
        interpolate: replace the variables in ``name:``.
        folder: where a sample of ``.env`` may say what a missing variable should be, ``""`` for nowhere.

    Raises:
        ComposeError: CF-206 the name is invalid or empty; CF-200 or CF-201 its variables cannot be replaced.
    """
    outside = environment.get("COMPOSE_PROJECT_NAME", "")
    for name, mark in ((given, None), (outside, environment.marks.get("COMPOSE_PROJECT_NAME"))):
        if name:
            return _checked(name, mark)
    name, mark = _written(documents)
    unset: list[str] = []
    if name:
        name = normalised(_interpolated(name, environment, mark, folder, unset) if interpolate else name)
    else:
        name = normalised(pathlib.PurePath(directory).name)
    if not name:
        hint = "give one with -p, COMPOSE_PROJECT_NAME or the top-level key `name`"
        if unset:
            advice = sampled(folder)(unset[0]) or f"set {unset[0]}, or give a name with -p"
            hint = f"{unset[0]} is not set, which leaves a blank here; {advice}"
        raise ComposeError.of(
            [error("CF-206", "project name must not be empty", ("name",) if mark else (), mark, hint)]
        )
    return name


def _checked(name: str, mark: Position | None) -> str:
    if _VALID.match(name):
        return name
    fit = normalised(name)
    hint = f"write {fit}" if fit else ""
    raise ComposeError.of([error("CF-206", f'invalid project name "{name}": {_RULE}', (), mark, hint)])


def _written(documents: Iterable[Any]) -> tuple[str, Position | None]:
    """Return the last name in the files and where it stands."""
    found: tuple[str, Position | None] = ("", None)
    for document in documents:
        name = document.get("name") if isinstance(document, Map) else None
        if name and isinstance(name, str):
            found = (name, document.marks.get("name"))
    return found


def _interpolated(name: str, environment: Map, mark: Position | None, folder: str, unset: list[str]) -> str:
    """Replace the variables in a name, and put into ``unset`` those that are not set."""
    try:
        return substitute(name, environment.get, unset.append)
    except TemplateError as fault:
        code, hint = "CF-200", "a dollar sign is $$"
        if fault.variable:
            code, hint = "CF-201", sampled(folder)(fault.variable) or f"set {fault.variable}"
        raise ComposeError.of([error(code, str(fault), ("name",), mark, hint)]) from None
