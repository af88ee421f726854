"""A report as text, for people."""

from __future__ import annotations

from compose2oam.emitter.report.groups import grouped, within
from compose2oam.model.entry import Entry
from compose2oam.model.path import render as shown
from compose2oam.model.report import Report

_WIDEST = 44


def render(report: Report) -> str:
    """Return the report as lines, grouped by the parts of the project."""
    lines = [f"{report.project}: {summary(report)}"]
    for part, entries in grouped(report.entries).items():
        lines += ["", part]
        width = min(max(len(within(entry)) for entry in entries), _WIDEST)
        lines += [f"  {entry.outcome.value:<12}  {within(entry):<{width}}  {became(entry)}" for entry in entries]
    return "\n".join(lines) + "\n"


def summary(report: Report) -> str:
    """Return the counts in one line: ``38 keys: 31 translated, 4 approximated, 3 dropped``."""
    keys = len(report.entries)
    counts = [f"{count} {outcome.value}" for outcome, count in report.counts().items()]
    return f"{keys} {'key' if keys == 1 else 'keys'}: {', '.join(counts) or 'nothing to do'}"


def became(entry: Entry) -> str:
    """Return what a leaf became, or why it became nothing, and the rule that decided."""
    what = ", ".join(shown(target) for target in entry.targets) or entry.say or "-"
    return f"{what} [{entry.codes[0]}]"
