"""What a report has to complain of."""

from __future__ import annotations

from compose2oam.diagnostics import Diagnostic
from compose2oam.model.outcome import Outcome
from compose2oam.model.report import Report


def losses(report: Report) -> list[Diagnostic]:
    """Return what ended worse than translated, leaf by leaf, and the findings that belong to no leaf."""
    made = [
        Diagnostic(
            entry.codes[0],
            entry.severity,
            f"{entry.outcome.value}: {entry.say}",
            entry.path,
            entry.position,
            entry.hint,
        )
        for entry in report.entries
        if entry.outcome.rank >= Outcome.APPROXIMATED.rank
    ]
    return made + list(report.diagnostics)
