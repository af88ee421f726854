"""The error for a fault of ``x-oam``, apart from the tables of its keys: most projects have none to check."""

from __future__ import annotations

from compose2oam.diagnostics import Diagnostic, Severity
from compose2oam.model.path import Path
from compose2oam.source.position import Position


def fault(say: str, path: Path, position: Position | None, hint: str = "") -> Diagnostic:
    """Make the error for a fault of ``x-oam``."""
    return Diagnostic("C2O-003", Severity.ERROR, say, path, position, hint)
