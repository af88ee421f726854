"""What a report has to complain of."""

from __future__ import annotations

from compose2oam.diagnostics import Diagnostic, Severity
from compose2oam.model.namedtuple import NamedTuple
from compose2oam.model.outcome import Outcome
from compose2oam.model.path import Path
from compose2oam.model.report import Report
from compose2oam.source.position import Position

_SEVERITIES = (Severity.ERROR, Severity.WARNING, Severity.INFO)


class Loss(NamedTuple):
    """Something to complain of, once for each line of the text.

    Attributes:
        finding: what it is.
        outcome: how the line ended, ``None`` for what is no line's.
        paths: the places of the model that it is said of: several where services share a line.
    """

    finding: Diagnostic
    outcome: Outcome | None
    paths: list[Path]

    @property
    def message(self) -> str:
        """What it is and what to do about it, in a sentence or two."""
        said = (self.finding.message, self.finding.hint)
        return " ".join(f"{text[0].upper()}{text[1:]}." for text in said if text)


def losses(report: Report) -> list[Loss]:
    """Return what ended worse than translated, and the findings that belong to no line, the gravest first."""
    made: dict[tuple[str, str, Position | None], Loss] = {}
    for entry in report.entries:
        if entry.outcome.rank >= Outcome.APPROXIMATED.rank:
            say = f"{entry.outcome.value}: {entry.say}"
            found = Diagnostic(entry.codes[0], entry.severity, say, entry.path, entry.position, entry.hint)
            _add(made, Loss(found, entry.outcome, [entry.path]))
    for item in report.diagnostics:
        _add(made, Loss(item, None, [item.path] if item.path else []))
    return sorted(made.values(), key=_weight)


def _add(made: dict[tuple[str, str, Position | None], Loss], loss: Loss) -> None:
    known = made.setdefault((loss.finding.code, loss.finding.message, loss.finding.position), loss)
    known.paths.extend(path for path in loss.paths if path not in known.paths)


def _weight(loss: Loss) -> tuple[int, int]:
    return _SEVERITIES.index(loss.finding.severity), -loss.outcome.rank if loss.outcome else 0
