"""What an error really comes from, where its own place does not show it: its help says so.

A variable that is not set leaves a blank, which is refused later as any other; Docker Compose warns of the variable
before. And a file that is to be laid over another one, read alone, lacks what the other one says.
"""

from __future__ import annotations

import pathlib
from collections.abc import Iterable, Mapping
from typing import Final

from compose2oam.diagnostics import Diagnostic
from compose2oam.loader.discovery import FILE_NAMES
from compose2oam.loader.scope import Blank, shown
from compose2oam.model.dataclass import replace
from compose2oam.source.files import is_file
from compose2oam.source.position import Position

# Where a key that is blank counts as absent, the error stands at what lacks it.
_LACKING: Final[Mapping[str, tuple[str, ...]]] = {"CF-500": ("image", "build")}
_ELSEWHERE: Final = ("CF-500", "CF-501")


def explained(
    errors: Iterable[Diagnostic], blanks: Mapping[Position, Blank], files: tuple[str, ...]
) -> list[Diagnostic]:
    """Return errors of which those with another cause say so, and what to do about it.

    Args:
        errors: what is wrong with a project.
        blanks: the values in which a variable left a blank, by their place.
        files: the files of the project, absolute.
    """
    base = _base_of(files)
    return [_of_blank(finding, blanks) or _of_overlay(finding, files, base) or finding for finding in errors]


def _of_blank(finding: Diagnostic, blanks: Mapping[Position, Blank]) -> Diagnostic | None:
    blank = None if finding.position is None else blanks.get(finding.position)
    if blank is None and finding.code in _LACKING:
        places = [(*finding.path, key) for key in _LACKING[finding.code]]
        blank = next((other for other in blanks.values() if other.path in places), None)
    if blank is None or finding.code.startswith("CF-2"):
        return None
    names = " and ".join(blank.names)
    verb = "is" if len(blank.names) == 1 else "are"
    return replace(finding, hint=f"{names} {verb} not set, which leaves a blank here; {blank.hint}")


def _of_overlay(finding: Diagnostic, files: tuple[str, ...], base: str) -> Diagnostic | None:
    if not base or finding.code not in _ELSEWHERE:
        return None
    hint = f"if {shown(files[0])} is to be laid over {shown(base)}, name both: -f {shown(base)} -f {shown(files[0])}"
    return replace(finding, hint=f"{finding.hint}; {hint}" if finding.hint else hint)


def _base_of(files: tuple[str, ...]) -> str:
    """Return the file that Docker Compose would take in the folder of the only file, if that is another one."""
    if len(files) != 1 or files[0] == "-":
        return ""
    file = pathlib.Path(files[0])
    if file.name in FILE_NAMES:
        return ""
    return next((str(other) for other in map(file.with_name, FILE_NAMES) if is_file(other)), "")
