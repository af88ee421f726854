"""Talking to a person on standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

from compose2oam.diagnostics import Diagnostic, Severity
from compose2oam.model.path import render

_COLOURS = {Severity.ERROR: "31;1", Severity.WARNING: "33;1", Severity.INFO: "36"}
_BOLD = "1"
_FAINT = "2"
# Control characters of a hostile file must not reach the terminal.
_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160)) if code != ord("\n")}


class Console:
    """Standard error, with colours where a person looks at it.

    Args:
        quiet: leave out everything but errors.
        verbose: show notes as well.
    """

    def __init__(self, quiet: bool = False, verbose: bool = False) -> None:
        self.quiet = quiet
        self.verbose = verbose
        self._colours = sys.stderr.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"

    def line(self, text: str = "") -> None:
        """Print a line."""
        sys.stderr.write(f"{text}\n")

    def note(self, text: str) -> None:
        """Print a line that is no error."""
        if not self.quiet:
            self.line(text)

    def error(self, message: str) -> None:
        """Print an error that stands in no file."""
        self.line(f"{self._styled('error:', _COLOURS[Severity.ERROR])} {_shown(message)}")

    def diagnostics(self, found: Iterable[Diagnostic]) -> None:
        """Print findings: all errors, warnings unless quiet, notes if verbose."""
        for item in found:
            if item.severity is Severity.ERROR or (
                not self.quiet and (item.severity is Severity.WARNING or self.verbose)
            ):
                self._diagnostic(item)

    def _diagnostic(self, item: Diagnostic) -> None:
        place = f"{self._styled(_shown(str(item.position)), _BOLD)}: " if item.position else ""
        severity = self._styled(f"{item.severity.value}:", _COLOURS[item.severity])
        code = self._styled(f"[{item.code}]", _FAINT)
        self.line(f"{place}{severity} {_shown(item.message)} {code}")
        if item.path:
            self.line(f"  {self._styled('at', _FAINT)} {_shown(render(item.path))}")
        if item.hint:
            self.line(f"  {self._styled('help:', _FAINT)} {_shown(item.hint)}")

    def _styled(self, text: str, style: str) -> str:
        return f"\x1b[{style}m{text}\x1b[0m" if self._colours else text


def _shown(text: str) -> str:
    return text.translate(_CONTROLS)
