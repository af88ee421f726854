"""compose2oam: from a Docker Compose project to an Open Application Model application.

>>> from compose2oam import convert, load
>>> project = load("samples/shop/compose.yaml")
>>> application = convert(project).application
>>> application.name
'shop'

The public names are imported when they are first used, so that the command line starts fast.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compose2oam._version import __version__

if TYPE_CHECKING:
    from compose2oam.api import Conversion, convert, load
    from compose2oam.diagnostics import Diagnostic, Severity
    from compose2oam.errors import Compose2OamError
    from compose2oam.importing import Imported, import_application, read_manifests
    from compose2oam.library import check, read, require, write
    from compose2oam.model.compose import Project
    from compose2oam.model.oam import Application, Component, Policy, Trait, Workflow, WorkflowStep
    from compose2oam.model.outcome import Outcome
    from compose2oam.rules.settings import Settings

__all__ = [
    "Application",
    "Component",
    "Compose2OamError",
    "Conversion",
    "Diagnostic",
    "Imported",
    "Outcome",
    "Policy",
    "Project",
    "Settings",
    "Severity",
    "Trait",
    "Workflow",
    "WorkflowStep",
    "__version__",
    "check",
    "convert",
    "import_application",
    "load",
    "read",
    "read_manifests",
    "require",
    "write",
]

_HOMES = {
    "Application": "compose2oam.model.oam",
    "Component": "compose2oam.model.oam",
    "Compose2OamError": "compose2oam.errors",
    "Conversion": "compose2oam.api",
    "Diagnostic": "compose2oam.diagnostics",
    "Outcome": "compose2oam.model.outcome",
    "Policy": "compose2oam.model.oam",
    "Project": "compose2oam.model.compose",
    "Settings": "compose2oam.rules.settings",
    "Severity": "compose2oam.diagnostics",
    "Trait": "compose2oam.model.oam",
    "Imported": "compose2oam.importing",
    "Workflow": "compose2oam.model.oam",
    "WorkflowStep": "compose2oam.model.oam",
    "check": "compose2oam.library",
    "convert": "compose2oam.api",
    "import_application": "compose2oam.importing",
    "load": "compose2oam.api",
    "read": "compose2oam.library",
    "read_manifests": "compose2oam.importing",
    "require": "compose2oam.library",
    "write": "compose2oam.library",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used."""
    import importlib

    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
