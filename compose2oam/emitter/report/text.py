"""A report as text, for people."""

from __future__ import annotations

from compose2oam.emitter.report.groups import grouped, within
from compose2oam.emitter.report.plain import plain
from compose2oam.model.entry import Entry
from compose2oam.model.path import render as shown
from compose2oam.model.report import Report

_WIDEST = 44
_MOST_TARGETS = 3


def render(report: Report) -> str:
    """Return the report as lines, grouped by the parts of the project; nothing in it acts on a terminal."""
    lines = [f"{report.project}: {summary(report)}"]
    for part, entries in grouped(report.entries).items():
        rows = [(entry.outcome.value, within(entry), became(entry)) for entry in entries]
        width = min(max(len(key) for _, key, _ in rows), _WIDEST)
        lines += ["", part, *(f"  {outcome:<12}  {key:<{width}}  {what}" for outcome, key, what in rows)]
    return "\n".join(plain(line) for line in lines) + "\n"


def summary(report: Report) -> str:
    """Return the counts in one line: ``38 keys: 31 translated, 4 approximated, 3 dropped``."""
    keys = len(report.entries)
    counts = [f"{count} {outcome.value}" for outcome, count in report.counts().items()]
    return f"{keys} {'key' if keys == 1 else 'keys'}: {', '.join(counts) or 'nothing to do'}"


def became(entry: Entry) -> str:
    """Return what a leaf became, or why it became nothing, and the rule that decided."""
    targets = ", ".join(shown(target) for target in entry.targets[:_MOST_TARGETS])
    if len(entry.targets) > _MOST_TARGETS:
        targets += f" and {len(entry.targets) - _MOST_TARGETS} more"
    what = "; ".join(part for part in (targets, entry.say) if part) or "-"
    return f"{what} [{entry.codes[0]}]"
