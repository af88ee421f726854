"""Talking to a person on standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

from compose2oam.diagnostics import Diagnostic, Severity
from compose2oam.emitter.report.plain import plain
from compose2oam.model.entry import Entry
from compose2oam.model.path import render

# No bold yellow: many terminals make it a bright one, which nobody can read on white.
_LOOKS = {"error": "31;1", "warning": "33", "info": "36", "strong": "1", "faint": "2"}


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
        self._width = _width()

    def line(self, text: str = "") -> None:
        """Print a line."""
        sys.stderr.write(f"{text}\n")

    def note(self, text: str) -> None:
        """Print a line that is no error."""
        if not self.quiet:
            self.line(text)

    def error(self, message: str) -> None:
        """Print an error that stands in no file."""
        self.line(f"{self._styled('error:', 'error')} {_shown(message)}")

    def diagnostics(self, found: Iterable[Diagnostic]) -> None:
        """Print findings as they come: all errors, warnings unless quiet, notes if verbose."""
        for item in self._wanted(found):
            self._diagnostic(item)

    def findings(self, found: Iterable[Diagnostic], entries: Iterable[Entry] = ()) -> None:
        """Print the same findings by the part of the project that they are about, each thing once.

        Args:
            found: the findings.
            entries: the ledger, which knows what is approximated and what is lost.
        """
        from compose2oam.emitter.report.findings import lines

        for line in lines(self._wanted(found), entries, self._styled, self._width):
            self.line(line)

    def _wanted(self, found: Iterable[Diagnostic]) -> list[Diagnostic]:
        least = {Severity.ERROR} if self.quiet else {Severity.ERROR, Severity.WARNING}
        return [item for item in found if item.severity in least or (self.verbose and not self.quiet)]

    def _diagnostic(self, item: Diagnostic) -> None:
        place = f"{self._styled(plain(str(item.position)), 'strong')}: " if item.position else ""
        severity = self._styled(f"{item.severity.value}:", item.severity.value)
        code = self._styled(f"[{item.code}]", "faint")
        self.line(f"{place}{severity} {plain(item.message)} {code}")
        if item.path:
            self.line(f"  {self._styled('at', 'faint')} {plain(render(item.path))}")
        if item.hint:
            self.line(f"  {self._styled('help:', 'faint')} {plain(item.hint)}")

    def _styled(self, text: str, look: str) -> str:
        return f"\x1b[{_LOOKS[look]}m{text}\x1b[0m" if self._colours and look else text


def _shown(text: str) -> str:
    """Return a text that may have several lines, such as a server's answer, none of which is a command to a CI."""
    first, *more = map(plain, text.split("\n"))
    return "\n".join([first, *(f"| {line}" if line.lstrip().startswith(("::", "##[")) else line for line in more)])


def _width() -> int:
    """Return how wide the terminal of standard error is, 0 where there is none."""
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns
    except (OSError, ValueError, AttributeError):
        return 0
