"""A report as SARIF 2.1.0 (OASIS), which code scanners and editors read.

It holds what GitHub's code scanning asks for beyond the standard: texts and a level on every rule, a place in a file
on every result, and a fingerprint that stays while lines move.
"""

from __future__ import annotations

import hashlib
import pathlib
import urllib.parse
from collections import Counter
from typing import Any

from compose2oam._version import __version__
from compose2oam.diagnostics import Severity
from compose2oam.emitter import json
from compose2oam.emitter.report.losses import Loss, losses
from compose2oam.model.path import render as shown
from compose2oam.model.report import Report
from compose2oam.source.position import Position

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def render(report: Report) -> str:
    """Return the report as a SARIF log with one run."""
    found = losses(report)
    levels: dict[str, str] = {}
    for item in found:
        levels.setdefault(item.finding.code, _LEVELS[item.finding.severity])
    codes = sorted(levels)
    indexes = {code: index for index, code in enumerate(codes)}
    rules = [_rule(code, levels[code], report) for code in codes]
    # What stands in no file is shown at the beginning of the first one.
    first = min((entry.position.file for entry in report.entries[:1]), default="compose.yaml")
    seen: Counter[str] = Counter()
    run = {
        "tool": {"driver": {"name": "compose2oam", "version": __version__, "rules": rules}},
        "automationDetails": {"id": f"compose2oam/{report.project}/"},
        "columnKind": "unicodeCodePoints",
        "results": [_result(item, indexes[item.finding.code], first, seen) for item in found],
    }
    return json.dump([{"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}])


def _rule(code: str, level: str, report: Report) -> dict[str, Any]:
    text = report.rules.get(code)
    title, why = (text.title, text.why or text.title) if text else (code, code)
    return {
        "id": code,
        "shortDescription": {"text": title},
        "fullDescription": {"text": why},
        "help": {"text": f"{why} `compose2oam explain {code}` says more."},
        "defaultConfiguration": {"level": level},
    }


def _result(item: Loss, index: int, first: str, seen: Counter[str]) -> dict[str, Any]:
    found = item.finding
    names = [shown(path) for path in item.paths]
    position = found.position or Position(first, 1, 1)
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(position.file)},
            "region": {"startLine": position.line, "startColumn": position.column},
        }
    }
    if names:
        location["logicalLocations"] = [{"fullyQualifiedName": name} for name in names]
    text = "\n".join((found.code, found.message, *names))
    mark = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    seen[mark] += 1
    return {
        "ruleId": found.code,
        "ruleIndex": index,
        "level": _LEVELS[found.severity],
        "message": {"text": item.message},
        "locations": [location],
        "partialFingerprints": {"primaryLocationLineHash": f"{mark}:{seen[mark]}"},
    }


def _uri(file: str) -> str:
    """Return a file's name as a URI reference, relative where the name is."""
    path = pathlib.PurePath(file)
    quoted = urllib.parse.quote(path.as_posix(), errors="replace")
    return f"file://{quoted}" if path.is_absolute() else quoted
