"""What a page knows of a conversion, as plain data."""

from __future__ import annotations

import json
from typing import Any

from compose2oam.emitter.report.losses import losses
from compose2oam.emitter.report.plain import plain
from compose2oam.model.outcome import Outcome
from compose2oam.model.path import render
from compose2oam.model.report import Report
from compose2oam.model.review import Part, Place, Review
from compose2oam.source.position import Position

# Of a longer line, so much is shown: nobody reads on, and browsers slow down.
_LONGEST = 2000
_MOST_PLACES = 50
# JSON within a page must not end the element that it is in.
_WITHIN_PAGE = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def script_json(data: Any) -> str:
    """Return data as JSON in ASCII that no parser of HTML sees anything in."""
    return json.dumps(data, ensure_ascii=True, separators=(",", ":")).translate(_WITHIN_PAGE)


def page_data(review: Review) -> dict[str, Any]:
    """Return all that the page shows; texts hold nothing that acts on how other text is read."""
    report = review.report
    return {
        "project": plain(report.project),
        "application": plain(report.application),
        "target": plain(review.target),
        "outcomes": [outcome.value for outcome in Outcome],
        "counts": [report.counts().get(outcome, 0) for outcome in Outcome],
        "files": [plain(file) for file in review.files],
        "rules": _rules(report),
        "entries": _entries(review),
        "parts": [_part(part, review) for part in review.parts],
        "findings": _findings(review),
        "graph": plain(review.graph.summary()),
    }


def _rules(report: Report) -> dict[str, list[str]]:
    """Return what the codes stand for that are named anywhere."""
    used = {code for entry in report.entries for code in entry.codes} | {item.code for item in report.diagnostics}
    return {
        code: [plain(text.title), plain(" ".join(text.why.split()))]
        for code, text in sorted(report.rules.items())
        if code in used
    }


def _entries(review: Review) -> dict[str, Any]:
    """Return the ledger as rows, and the notes in it, each once."""
    files = {file: index for index, file in enumerate(review.files)}
    notes: dict[tuple[str, str], int] = {}
    rows = [_row(place, files, notes) for place in review.places]
    return {"rows": rows, "notes": [[plain(say), plain(hint)] for say, hint in notes]}


def _row(place: Place, files: dict[str, int], notes: dict[tuple[str, str], int]) -> list[Any]:
    """Return path, outcome, file, first and last line, codes, note, part, targets and the lines of these."""
    entry = place.entry
    told = (entry.say, entry.hint)
    return [
        plain(render(entry.path)),
        entry.outcome.rank,
        files[entry.position.file],
        entry.position.line,
        place.last,
        list(entry.codes),
        notes.setdefault(told, len(notes)) if entry.say else -1,
        place.part,
        [plain(render(target)) for target in entry.targets],
        [list(span) for span in place.became],
    ]


def _part(part: Part, review: Review) -> dict[str, Any]:
    return {
        "name": plain(part.name),
        "type": plain(part.type),
        "traits": [plain(trait) for trait in part.traits],
        "source": [
            [review.files.index(excerpt.file), excerpt.first, [_line(line) for line in excerpt.lines]]
            for excerpt in part.source
        ],
        "output": [
            [span.first, [_line(line) for line in review.output[span.first - 1 : span.last]]] for span in part.output
        ],
    }


def _findings(review: Review) -> list[dict[str, Any]]:
    """Return what there is to look at, each thing once with the places that it is said of, the gravest first."""
    files = {file: index for index, file in enumerate(review.files)}
    made: dict[tuple[str, ...], dict[str, Any]] = {}
    for loss in losses(review.report):
        found = loss.finding
        message = found.message
        if loss.outcome:
            message = message.removeprefix(f"{loss.outcome.value}: ")
        key = (loss.outcome.value if loss.outcome else found.severity.value, found.code, message, found.hint)
        item = made.setdefault(
            key,
            {
                "outcome": loss.outcome.rank if loss.outcome else -1,
                "severity": found.severity.value,
                "code": found.code,
                "message": plain(message),
                "hint": plain(found.hint),
                "places": [],
                "more": 0,
            },
        )
        for path in loss.paths or [()]:
            if len(item["places"]) < _MOST_PLACES:
                item["places"].append([plain(render(path)), *_spot(found.position, files)])
            else:
                item["more"] += 1
    return list(made.values())


def _spot(position: Position | None, files: dict[str, int]) -> list[int]:
    """Return the file and the line of a place, -1 and 0 where it is in none of the files that are shown."""
    if position is None or position.file not in files:
        return [-1, 0]
    return [files[position.file], position.line]


def _line(text: str) -> str:
    text = text.expandtabs(4)
    if len(text) > _LONGEST:
        text = f"{text[:_LONGEST]} … ({len(text) - _LONGEST} more characters)"
    return plain(text)
