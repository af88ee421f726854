"""Errors that a variable causes because it is not set: the blank that it leaves is refused later, as any other.

Docker Compose warns of the variable before it refuses the blank; here the help for the error says both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from compose2oam.diagnostics import Diagnostic
from compose2oam.loader.scope import Blank
from compose2oam.source.position import Position

# Where a key that is blank counts as absent, the error stands at what lacks it.
_LACKING: Final[Mapping[str, tuple[str, ...]]] = {"CF-500": ("image", "build")}


def explained(errors: Iterable[Diagnostic], blanks: Mapping[Position, Blank]) -> list[Diagnostic]:
    """Return errors of which those that come from a blank say so, and what to do about the variable.

    Args:
        errors: what is wrong with a project.
        blanks: the values in which a variable left a blank, by their place.
    """
    return [_explained(finding, blanks) for finding in errors]


def _explained(finding: Diagnostic, blanks: Mapping[Position, Blank]) -> Diagnostic:
    blank = None if finding.position is None else blanks.get(finding.position)
    if blank is None and finding.code in _LACKING:
        places = [(*finding.path, key) for key in _LACKING[finding.code]]
        blank = next((other for other in blanks.values() if other.path in places), None)
    if blank is None or finding.code.startswith("CF-2"):
        return finding
    names = " and ".join(blank.names)
    verb = "is" if len(blank.names) == 1 else "are"
    return replace(finding, hint=f"{names} {verb} not set, which leaves a blank here; {blank.hint}")
