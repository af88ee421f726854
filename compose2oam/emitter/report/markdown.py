"""A report as Markdown, for a pull request or a wiki."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from compose2oam.emitter.report.groups import grouped, within
from compose2oam.emitter.report.losses import Loss, losses
from compose2oam.emitter.report.plain import plain
from compose2oam.emitter.report.text import summary
from compose2oam.model.entry import Entry
from compose2oam.model.path import render as shown
from compose2oam.model.report import Report
from compose2oam.source.position import Position

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&])")
_MOST_PATHS = 5


def render(report: Report) -> str:
    """Return the report as a page: the counts, what there is to look at, then every key, folded away."""
    lines = [f"# {_cell(report.project)}", "", f"{_cell(summary(report))}.", ""]
    found = losses(report)
    if found:
        lines += ["## What to look at", "", *_table(("where", "key", "what", "to do", "rule"), map(_loss, found))]
    lines += ["## Every key", ""]
    for part, entries in grouped(report.entries).items():
        rows = map(_row, entries)
        lines += ["<details>", f"<summary>{_html(part)}: {len(entries)}</summary>", ""]
        lines += _table(("key", "line", "outcome", "became", "why", "rule"), rows)
        lines += ["</details>", ""]
    return "\n".join(lines)


def _table(titles: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(titles)} |"
    yield f"|{'---|' * len(titles)}"
    yield from (f"| {' | '.join(map(_cell, row))} |" for row in rows)
    yield ""


def _loss(item: Loss) -> tuple[str, ...]:
    found = item.finding
    paths = [shown(path) for path in item.paths[:_MOST_PATHS]]
    if len(item.paths) > _MOST_PATHS:
        paths.append(f"and {len(item.paths) - _MOST_PATHS} more")
    return _place(found.position), ", ".join(paths), found.message, found.hint, found.code


def _row(entry: Entry) -> tuple[str, ...]:
    targets = ", ".join(shown(target) for target in entry.targets)
    why = f"{entry.say}. {entry.hint}" if entry.say and entry.hint else entry.say
    return within(entry), _place(entry.position), entry.outcome.value, targets, why, ", ".join(entry.codes)


def _place(position: Position | None) -> str:
    return f"{position.file}:{position.line}" if position else ""


def _cell(text: str) -> str:
    """Return text that Markdown shows as it is, on one line."""
    return _SPECIAL.sub(r"\\\1", plain(" ".join(text.split())))


def _html(text: str) -> str:
    return plain(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
