"""How an application comes up, for a person at a terminal, for a log, or for a program."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING

from compose2oam.cli import results
from compose2oam.cli.options import TextFormat
from compose2oam.emitter.report.plain import plain

if TYPE_CHECKING:
    from compose2oam.cluster.objects import Applied
    from compose2oam.cluster.state import ServiceState
    from compose2oam.deploy import Seen


class Style(str, Enum):
    """How progress is shown."""

    AUTO = "auto"
    TTY = "tty"
    PLAIN = "plain"
    JSON = "json"
    QUIET = "quiet"


_LOOKS = {"healthy": "32", "stopped": "2", "done": "32", "starting": "33", "waiting": "2", "failing": "31"}
_MARKS = {"healthy": "✔", "stopped": "■", "done": "✔", "starting": "⠿", "waiting": "·", "failing": "✘"}
_ASCII = {"healthy": "+", "stopped": "-", "done": "+", "starting": "~", "waiting": ".", "failing": "!"}
_WELL = {"healthy", "stopped", "done"}


class Progress:
    """Shows nothing: the quiet way, and what the others change.

    Args:
        title: what is worked on.
    """

    def __init__(self, title: str = "") -> None:
        self.title = title

    def applied(self, item: Applied, dry_run: bool = False) -> None:
        """Tell what became of an object."""

    def seen(self, seen: Seen) -> None:
        """Tell how the services do."""

    def freed(self, pod: str) -> None:
        """Tell of a pod that was in the way of a newer one, and is deleted."""

    def end(self) -> None:
        """Leave the screen in order."""


class Lines(Progress):
    """A line for each thing that changed, for a log."""

    def __init__(self, title: str = "") -> None:
        super().__init__(title)
        self._told: dict[str, str] = {}

    def applied(self, item: Applied, dry_run: bool = False) -> None:
        """Tell what became of an object."""
        self._line(applied_text(item, dry_run))

    def seen(self, seen: Seen) -> None:
        """Tell of the services that changed."""
        for text in self.news(seen):
            self._line(text)

    def freed(self, pod: str) -> None:
        """Tell of a pod that is deleted."""
        self._line(_freed_text(pod))

    def news(self, seen: Seen) -> list[str]:
        """Return a line for each service that is not what it was."""
        found = []
        for item in seen.services:
            count = f" {item.ready}/{item.wanted}" if item.wanted else ""
            text = plain(f"{item.service}: {item.phase}{count}{f' {item.message}' if item.message else ''}")
            if self._told.get(item.component) != text:
                self._told[item.component] = text
                found.append(text)
        return found

    @staticmethod
    def _line(text: str) -> None:
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()


class Changes(Lines):
    """A line for each service that is no longer as it was.

    Args:
        title: what is worked on.
        before: how the services were, which was told already.
    """

    def __init__(self, title: str, before: Seen | None) -> None:
        super().__init__(title)
        if before is not None:
            self.news(before)


class Data(Progress):
    """An object of JSON a line on standard output, for a program."""

    def __init__(self, title: str = "") -> None:
        super().__init__(title)
        self._told: dict[str, dict[str, object]] = {}

    def applied(self, item: Applied, dry_run: bool = False) -> None:
        """Tell what became of an object."""
        results.as_json_line(applied_data(item, dry_run))

    def seen(self, seen: Seen) -> None:
        """Tell of the services that changed."""
        for item in seen.services:
            row = item.as_data()
            if self._told.get(item.component) != row:
                self._told[item.component] = row
                results.as_json_line(row)
        if seen.ended:
            results.as_json_line({"application": self.title, "ended": seen.ended})

    def freed(self, pod: str) -> None:
        """Tell of a pod that is deleted."""
        results.as_json_line({"kind": "Pod", "name": pod, "fate": "deleted", "dryRun": False})


class Screen(Progress):
    """A line for each service that stays in its place."""

    def __init__(self, title: str = "") -> None:
        super().__init__(title)
        self._drawn = 0
        self._begun = time.monotonic()
        self._colours = not os.environ.get("NO_COLOR")
        encoding = (sys.stderr.encoding or "").lower()
        self._marks = _MARKS if encoding.startswith("utf") else _ASCII

    def applied(self, item: Applied, dry_run: bool = False) -> None:
        """Tell what became of an object."""
        sys.stderr.write(f"{applied_text(item, dry_run)}\n")

    def freed(self, pod: str) -> None:
        """Tell of a pod that is deleted, above the services."""
        up = f"\x1b[{self._drawn}F\x1b[J" if self._drawn else ""
        sys.stderr.write(f"{up}{_freed_text(pod)}\n")
        self._drawn = 0

    def seen(self, seen: Seen) -> None:
        """Draw all services anew."""
        width, height = _size()
        lines = [self._head(seen, width), *self._body(seen.services, width, height)]
        up = f"\x1b[{self._drawn}F" if self._drawn else ""
        sys.stderr.write(up + "".join(f"\x1b[2K{line}\n" for line in lines) + "\x1b[J")
        sys.stderr.flush()
        self._drawn = len(lines)

    def _head(self, seen: Seen, width: int) -> str:
        well = sum(item.phase in _WELL for item in seen.services)
        took = f"{time.monotonic() - self._begun:.1f}s"
        return f"{self.title}: {well}/{len(seen.services)} healthy, {took}"[: width - 1]

    def _body(self, services: Sequence[ServiceState], width: int, height: int) -> list[str]:
        room = max(1, height - 3)
        shown = list(services)
        if len(shown) > room:
            # Those that are well are not what a person waits for.
            shown = sorted(shown, key=lambda item: item.phase in _WELL)[: room - 1]
        names = max((len(item.service) for item in shown), default=0)
        lines = [self._row(item, min(names, 30), width) for item in shown]
        if len(shown) < len(services):
            lines.append(f"  and {len(services) - len(shown)} more")
        return lines

    def _row(self, item: ServiceState, names: int, width: int) -> str:
        count = f"{item.ready}/{item.wanted}" if item.wanted else ""
        text = plain(f"{item.service[:30]:<{names}}  {item.phase:<8}  {count:>5}  {item.message}").rstrip()
        line = _cut(f"{self._marks[item.phase]} {text}", width - 2)
        return f" \x1b[{_LOOKS[item.phase]}m{line[0]}\x1b[0m{line[1:]}" if self._colours else f" {line}"


def style_of(style: Style, format: TextFormat) -> Style:
    """Return the style that ``--progress`` and ``--format`` ask for together."""
    return Style.JSON if format is TextFormat.JSON else style


def progress(style: Style, title: str, *, quiet: bool = False) -> Progress:
    """Return what shows progress in a style; ``auto`` is a screen where a person looks, else lines."""
    if style is Style.JSON:
        return Data(title)
    if quiet or style is Style.QUIET:
        return Progress(title)
    if style is Style.AUTO:
        at_terminal = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        style = Style.TTY if at_terminal else Style.PLAIN
    return Screen(title) if style is Style.TTY else Lines(title)


def _freed_text(pod: str) -> str:
    return plain(f"Pod {pod} deleted: it was from before the change, and kept the next from its place")


def applied_text(item: Applied, dry_run: bool = False) -> str:
    """Say in a line what became of an object."""
    return f"{item.kind} {item.name} {item.fate}{' (dry run)' if dry_run else ''}"


def applied_data(item: Applied, dry_run: bool = False) -> dict[str, object]:
    """Return what became of an object as data."""
    return {"kind": item.kind, "name": item.name, "fate": item.fate, "dryRun": dry_run}


def _size() -> tuple[int, int]:
    try:
        found = os.get_terminal_size(sys.stderr.fileno())
    except (OSError, ValueError, AttributeError):
        return 80, 24
    return found.columns or 80, found.lines or 24


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: max(1, width - 1)] + ("…" if not text.isascii() else "~")
