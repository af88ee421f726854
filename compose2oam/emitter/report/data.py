"""A report as JSON, for programs."""

from __future__ import annotations

from collections.abc import Callable
from json import JSONEncoder
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
    row = _Rows()
    return json.dump_rows(
        {
            "project": report.project,
            "application": report.application,
            "counts": {outcome.value: count for outcome, count in report.counts().items()},
            "entries": [row.of(item) for item in report.entries],
            "diagnostics": [_diagnostic(item, shown) for item in report.diagnostics],
        }
    )


class _Once(dict[Any, str]):
    """What is written for a value, worked out once."""

    def __init__(self, write: Callable[[Any], str]) -> None:
        super().__init__()
        self._write = write

    def __missing__(self, value: Any) -> str:
        text = self[value] = self._write(value)
        return text


class _Rows:
    """Writes what :func:`entry` returns as JSON: of what there are tens of thousands, all but the paths recurs."""

    def __init__(self) -> None:
        encode = JSONEncoder(ensure_ascii=False).encode
        self._text = _Once(encode).__getitem__
        self._codes = _Once(lambda codes: encode(list(codes))).__getitem__
        # A path is quoted step by step, as its steps recur too.
        self._path = renderer(lambda step: encode(step)[1:-1])

    def of(self, item: Entry) -> json.Written:
        """Return the row of an entry."""
        text, path, place = self._text, self._path, item.position
        targets = ", ".join([f'"{path(target)}"' for target in item.targets])
        said = f', "message": {text(item.say)}' if item.say else ""
        if item.hint:
            said += f', "hint": {text(item.hint)}'
        return json.Written(
            f'{{"path": "{path(item.path)}", "file": {text(place.file)}, "line": {place.line}, '
            f'"column": {place.column}, "outcome": "{item.outcome.value}", "rules": {self._codes(item.codes)}, '
            f'"targets": [{targets}]{said}}}'
        )


def entry(item: Entry) -> dict[str, Any]:
    """Return what became of one leaf, as plain data."""
    return _said(
        {
            "path": shown_once(item.path),
            **_place(item.position),
            "outcome": item.outcome.value,
            "rules": list(item.codes),
            "targets": list(map(shown_once, item.targets)),
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
