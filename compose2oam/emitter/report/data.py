"""A report as JSON, for programs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from json import JSONEncoder
from typing import Any

from compose2oam.diagnostics import Diagnostic
from compose2oam.emitter import json
from compose2oam.model.entry import Entry
from compose2oam.model.path import Path, Steps, renderer
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
            "entries": json.Rows(_rows(report.entries)),
            "diagnostics": [diagnostic(item, shown) for item in report.diagnostics],
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


def _rows(entries: Iterable[Entry]) -> Iterator[str]:
    """Yield what :func:`entry` returns as JSON.

    There are tens of thousands of entries, and all but their places recurs: each text is worked out once, and no
    function is called for a row.
    """
    encode = JSONEncoder(ensure_ascii=False).encode
    texts = _Once(encode).__getitem__
    ends = _Once(lambda end: f'"outcome": {encode(end[0].value)}, "rules": {encode(list(end[1]))}').__getitem__
    said = _Once(lambda said: "".join(f', "{key}": {encode(text)}' for key, text in said if text))
    # A path is quoted step by step, as its steps recur too.
    step = Steps(lambda step: encode(step)[1:-1]).__getitem__
    join = "".join
    went = _Once(
        lambda paths: ", ".join([f'"{join(map(step, path)).removeprefix(".")}"' for path in paths])
    ).__getitem__
    for path, (file, line, column), outcome, codes, targets, say, hint, _, _ in entries:
        place = join(map(step, path)).removeprefix(".")
        more = said[("message", say), ("hint", hint)] if say or hint else ""
        yield (
            f'{{"path": "{place}", "file": {texts(file)}, "line": {line}, "column": {column}, '
            f'{ends((outcome, codes))}, "targets": [{went(targets)}]{more}}}'
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


def diagnostic(item: Diagnostic, shown: Callable[[Path], str] = shown_once) -> dict[str, Any]:
    """Return a finding as plain data.

    Args:
        item: the finding.
        shown: writes its path.
    """
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
