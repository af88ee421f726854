"""The list that a check fills."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from compose2oam.diagnostics import Diagnostic, Severity
from compose2oam.model.path import Path
from compose2oam.oam.codes import CODES
from compose2oam.source.position import Position


class Findings:
    """Collects diagnostics.

    Args:
        origin: gives the place in the user's text that a place in the application comes from.
        certain: whether an error is one; without, it becomes a warning.
    """

    def __init__(self, origin: Callable[[Path], Position | None], *, certain: bool = True) -> None:
        self.found: list[Diagnostic] = []
        self._origin = origin
        self._certain = certain

    def doubtful(self) -> Findings:
        """Return a list whose findings go into this one, errors as warnings."""
        other = Findings(self._origin, certain=False)
        other.found = self.found
        return other

    def add(self, code: str, path: Path, message: str, hint: str = "", severity: Severity | None = None) -> None:
        """Note one finding; its severity is the code's own if none is given."""
        given = severity or CODES[code].severity
        given = Severity.WARNING if given is Severity.ERROR and not self._certain else given
        self.found.append(Diagnostic(code, given, message, path, self._origin(path), hint))


def nearest(word: str, words: Iterable[str]) -> str:
    """Return the one of ``words`` that ``word`` was probably meant to be, ``""`` for none."""
    import difflib

    by_case = {other.lower(): other for other in words}
    close = difflib.get_close_matches(word.lower(), by_case, n=1, cutoff=0.6)
    return by_case[close[0]] if close else ""


def suggest(word: str, words: Iterable[str], otherwise: str = "") -> str:
    """Return the hint for a word that is not one of ``words``."""
    close = nearest(word, words)
    return f"did you mean {close}?" if close else otherwise
