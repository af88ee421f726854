"""What a program does with applications that no Compose project stands behind: read, check and write them.

Building and changing them is :mod:`compose2oam.model.oam`'s business, which touches no files.
"""

from __future__ import annotations

import os
import pathlib
from collections.abc import Iterable, Mapping
from typing import Any

from compose2oam.diagnostics import Diagnostic, Severity
from compose2oam.errors import CheckError, InputError
from compose2oam.model.oam import API_VERSION, KIND, Application
from compose2oam.source.tree import locate, plain


def read(file: str | os.PathLike[str]) -> Application:
    """Read the one application in a file of manifests (YAML or JSON).

    Raises:
        InputError: the file cannot be read, or does not hold exactly one application.
    """
    (application,) = read_all(file, most=1)
    return application


def read_all(file: str | os.PathLike[str], *, most: int | None = None) -> list[Application]:
    """Read the applications in a file of manifests, in order; whatever else is in it is left alone.

    Args:
        file: the file.
        most: how many are expected, ``None`` for any number.

    Raises:
        InputError: the file cannot be read, holds another number of applications, or one has not its shape.
    """
    from compose2oam.source.files import read_text
    from compose2oam.source.reader import parse

    documents = parse(read_text(file, pipes=True), os.fspath(file))
    manifests = [
        item
        for item in documents
        if isinstance(item, Mapping) and (item.get("apiVersion"), item.get("kind")) == (API_VERSION, KIND)
    ]
    if most is not None and len(manifests) != most:
        raise InputError(f"{os.fspath(file)}: expected {most} {API_VERSION} {KIND}, found {len(manifests)}")
    return [Application.from_dict(plain(item)) for item in manifests]


def write(application: Application, file: str | os.PathLike[str], *, objects: Iterable[Mapping[str, Any]] = ()) -> None:
    """Write an application as YAML; a file that is there is replaced as a whole or not at all.

    Args:
        application: the application.
        file: where.
        objects: manifests to write before it, such as ConfigMaps.

    Raises:
        UsageError: the file cannot be written.
    """
    from compose2oam.emitter import files, yaml

    files.write(pathlib.Path(file), yaml.dump([*objects, application.to_dict()]))


def check(application: Application | Mapping[str, Any], **options: Any) -> list[Diagnostic]:
    """Check an application, or its manifest, against the definitions of its runtime.

    Args:
        application: the application, or its manifest as plain data or as the reader of this library gives it.
        options: those of :func:`compose2oam.api.check`: ``strict``, ``catalogue``.

    Returns:
        every finding, errors and warnings.
    """
    from compose2oam import api

    if isinstance(application, Application):
        return api.check(application.to_dict(), **options)
    options.setdefault("origin", lambda path: locate(application, path))
    return api.check(application, **options)


def require(application: Application, **options: Any) -> Application:
    """Return an application that has no faults, so that it can be written in one go.

    Raises:
        CheckError: with every error that :func:`check` finds.
    """
    errors = [found for found in check(application, **options) if found.severity is Severity.ERROR]
    if errors:
        raise CheckError.of(errors)
    return application
