"""The codes of the loader's diagnostics, each with its title; a code is never reused.

``CF-1xx`` reading and YAML, ``CF-2xx`` interpolation and environment, ``CF-3xx`` include, extends and merge,
``CF-4xx`` validation, ``CF-5xx`` consistency.
"""

from __future__ import annotations

from typing import Final

from compose2oam.diagnostics import Diagnostic, Severity
from compose2oam.errors import ComposeError
from compose2oam.model.path import Path
from compose2oam.source.position import Position

TITLES: Final[dict[str, str]] = {
    "CF-100": "A file cannot be read",
    "CF-101": "The text is not YAML",
    "CF-102": "A document is not a mapping",
    "CF-103": "A mapping has the same key twice",
    "CF-104": "A key is not a string",
    "CF-105": "A document is too deep or too large",
    "CF-106": "No Compose file was found",
    "CF-107": "There is nothing in the files",
    "CF-108": "A tag is not known",
    "CF-109": "An alias leads nowhere, or into itself",
    "CF-110": "A merge key does not hold a mapping",
    "CF-111": "A file is not text",
    "CF-112": "A file is too large",
    "CF-113": "Several Compose files were found",
    "CF-200": "A template cannot be parsed",
    "CF-201": "A required variable is missing",
    "CF-202": "A variable is not set",
    "CF-203": "A value does not become the type that the key needs",
    "CF-204": "An env file cannot be read",
    "CF-205": "An env file is malformed",
    "CF-206": "The project name is invalid",
    "CF-207": "A label file cannot be read",
    "CF-208": "A boolean is written as YAML 1.2 does not know it",
    "CF-300": "An include is malformed",
    "CF-301": "Files include one another in a circle",
    "CF-302": "A remote resource is named, which is never fetched",
    "CF-303": "An extends is malformed",
    "CF-304": "Services extend one another in a circle",
    "CF-305": "The service to extend is not there",
    "CF-306": "Two values cannot be merged",
    "CF-307": "An entry of a list has nothing to be told apart by",
    "CF-308": "A line takes away what earlier files say",
    "CF-400": "A key is not known",
    "CF-401": "A value has the wrong type",
    "CF-402": "A required key is missing",
    "CF-403": "A value is not one of those allowed",
    "CF-404": "A value does not have the form it needs",
    "CF-405": "A list holds the same entry twice",
    "CF-406": "A short form cannot be parsed",
    "CF-407": "Keys exclude one another",
    "CF-408": "A key is deprecated",
    "CF-409": "A number is out of range",
    "CF-500": "A service has nothing to run",
    "CF-501": "A name refers to nothing",
    "CF-502": "Services depend on one another in a circle",
    "CF-503": "Keys of a service contradict one another",
    "CF-504": "Two mounts share a target",
    "CF-505": "Two services share a name",
    "CF-506": "No such service",
    "CF-507": "A resource is used by no service",
}


def error(code: str, message: str, path: Path = (), position: Position | None = None, hint: str = "") -> Diagnostic:
    """Make an error diagnostic of a code in ``TITLES``."""
    return Diagnostic(code, Severity.ERROR, message, path, position, hint)


def failure(code: str, message: str, path: Path = (), position: Position | None = None, hint: str = "") -> ComposeError:
    """Make the exception for one error diagnostic."""
    return ComposeError(message, [error(code, message, path, position, hint)])


def warning(code: str, message: str, path: Path = (), position: Position | None = None, hint: str = "") -> Diagnostic:
    """Make a warning diagnostic of a code in ``TITLES``."""
    return Diagnostic(code, Severity.WARNING, message, path, position, hint)


def note(code: str, message: str, path: Path = (), position: Position | None = None, hint: str = "") -> Diagnostic:
    """Make an informative diagnostic of a code in ``TITLES``."""
    return Diagnostic(code, Severity.INFO, message, path, position, hint)
