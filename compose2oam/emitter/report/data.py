"""A report as JSON, for programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from compose2oam.diagnostics import Diagnostic
from compose2oam.emitter import json
from compose2oam.model.entry import Entry
from compose2oam.model.path import Path, renderer
from compose2oam.model.path import render as shown_once
from compose2oam.model.report import Report
from compose2oam.source.position import Position


def render(report: Report) -> str:
    """Return the report as a JSON document, one entry a line."""
    shown = renderer()
    return json.dump_rows(
        {
            "project": report.project,
            "application": report.application,
            "counts": {outcome.value: count for outcome, count in report.counts().items()},
            "entries": [entry(item, shown) for item in report.entries],
            "diagnostics": [_diagnostic(item, shown) for item in report.diagnostics],
        }
    )


def entry(item: Entry, shown: Callable[[Path], str] = shown_once) -> dict[str, Any]:
    """Return what became of one leaf, as plain data."""
    return _said(
        {
            "path": shown(item.path),
            **_place(item.position),
            "outcome": item.outcome.value,
            "rules": list(item.codes),
            "targets": list(map(shown, item.targets)),
        },
        item.say,
        item.hint,
    )


def _diagnostic(item: Diagnostic, shown: Callable[[Path], str]) -> dict[str, Any]:
    place = _place(item.position) if item.position else {}
    made = {"code": item.code, "severity": item.severity.value, "path": shown(item.path), **place}
    return _said(made, item.message, item.hint)


def _place(position: Position) -> dict[str, Any]:
    return {"file": position.file, "line": position.line, "column": position.column}


def _said(made: dict[str, Any], message: str, hint: str) -> dict[str, Any]:
    if message:
        made["message"] = message
    if hint:
        made["hint"] = hint
    return made
