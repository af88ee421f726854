"""A report as SARIF 2.1.0 (OASIS), which code scanners and editors read."""

from __future__ import annotations

import pathlib
import urllib.parse
from typing import Any

from compose2oam._version import __version__
from compose2oam.diagnostics import Diagnostic, Severity
from compose2oam.emitter import json
from compose2oam.emitter.report.losses import losses
from compose2oam.model.path import render as shown
from compose2oam.model.report import Report

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def render(report: Report) -> str:
    """Return the report as a SARIF log with one run."""
    found = losses(report)
    codes = sorted({item.code for item in found})
    driver = {"name": "compose2oam", "version": __version__, "rules": [_rule(code, report) for code in codes]}
    results = [_result(item, codes.index(item.code)) for item in found]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return json.dump([{"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}])


def _rule(code: str, report: Report) -> dict[str, Any]:
    text = report.rules.get(code)
    if text is None:
        return {"id": code}
    return {"id": code, "shortDescription": {"text": text.title}, "fullDescription": {"text": text.why}}


def _result(item: Diagnostic, index: int) -> dict[str, Any]:
    message = f"{item.message}. {item.hint}" if item.hint else item.message
    made: dict[str, Any] = {
        "ruleId": item.code,
        "ruleIndex": index,
        "level": _LEVELS[item.severity],
        "message": {"text": message},
    }
    location: dict[str, Any] = {}
    if item.position:
        location["physicalLocation"] = {
            "artifactLocation": {"uri": _uri(item.position.file)},
            "region": {"startLine": item.position.line, "startColumn": item.position.column},
        }
    if item.path:
        location["logicalLocations"] = [{"fullyQualifiedName": shown(item.path)}]
    if location:
        made["locations"] = [location]
    return made


def _uri(file: str) -> str:
    """Return a file's name as a URI reference, relative where the name is."""
    return urllib.parse.quote(pathlib.PurePath(file).as_posix())
