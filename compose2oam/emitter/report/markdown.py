"""A report as Markdown, for a pull request or a wiki."""

from __future__ import annotations

import re

from compose2oam.emitter.report.groups import grouped, within
from compose2oam.emitter.report.text import summary
from compose2oam.model.entry import Entry
from compose2oam.model.path import render as shown
from compose2oam.model.report import Report

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")


def render(report: Report) -> str:
    """Return the report as a page: the counts, then a table for each part of the project."""
    lines = [f"# {_plain(report.project)}", "", f"{_plain(summary(report))}.", ""]
    for part, entries in grouped(report.entries).items():
        lines += [
            f"## {_plain(part)}",
            "",
            "| key | line | outcome | became | why | rule |",
            "|---|---|---|---|---|---|",
        ]
        lines += [_row(entry) for entry in entries]
        lines.append("")
    return "\n".join(lines)


def _row(entry: Entry) -> str:
    place = f"{entry.position.file}:{entry.position.line}"
    targets = ", ".join(shown(target) for target in entry.targets)
    why = f"{entry.say}. {entry.hint}" if entry.say and entry.hint else entry.say
    cells = (within(entry), place, entry.outcome.value, targets, why, ", ".join(entry.codes))
    return f"| {' | '.join(_plain(cell) for cell in cells)} |"


def _plain(text: str) -> str:
    """Return text that Markdown shows as it is, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
