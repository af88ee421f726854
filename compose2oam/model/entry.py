"""What became of the lines of a Compose project."""

from __future__ import annotations

from compose2oam.diagnostics import Severity
from compose2oam.model.namedtuple import NamedTuple
from compose2oam.model.outcome import Outcome
from compose2oam.model.path import Path
from compose2oam.source.position import Position


class Entry(NamedTuple):
    """What became of one leaf of the input.

    Attributes:
        path: its place in the Compose model.
        position: its place in the text.
        outcome: how it ended.
        codes: the rules that read it, or wrote what became of it.
        targets: where it went: places of the application, by the names of components, traits and objects.
        say: why, for anything but a plain translation.
        hint: what to do about it.
        severity: how much the note matters.
        about: the place that ``say`` is about: several leaves can end so for one reason.
    """

    path: Path
    position: Position
    outcome: Outcome
    codes: tuple[str, ...]
    targets: tuple[Path, ...] = ()
    say: str = ""
    hint: str = ""
    severity: Severity = Severity.INFO
    about: Path = ()
