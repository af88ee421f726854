"""What a page knows of a conversion, as plain data."""

from __future__ import annotations

import json
from typing import Any

from compose2oam.emitter.report.losses import Loss, losses
from compose2oam.emitter.report.plain import plain
from compose2oam.model.outcome import Outcome
from compose2oam.model.path import render
from compose2oam.model.report import Report
from compose2oam.model.review import Part, Place, Review
from compose2oam.source.position import Position

# Of a longer line, so much is shown: nobody reads on, and browsers slow down.
_LONGEST = 2000
_MOST_PLACES = 500
# So many things that a rule says are told one by one.
_MOST_ALIKE = 3
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
    """Return what there is to look at, the gravest first; what is said by one rule in many words is one thing."""
    files = {file: index for index, file in enumerate(review.files)}
    groups: dict[tuple[str, str], list[Loss]] = {}
    for loss in losses(review.report):
        groups.setdefault((_outcome(loss), loss.finding.code), []).append(loss)
    made: list[dict[str, Any]] = []
    for (_, code), group in groups.items():
        known: dict[tuple[str, str], list[Loss]] = {}
        for loss in group:
            known.setdefault((_message(loss), loss.finding.hint), []).append(loss)
        rule = review.report.rules.get(code)
        if rule and len(known) > _MOST_ALIKE:
            made.append(_finding(group, rule.title, files, each=True))
        else:
            made += [_finding(alike, message, files) for (message, _), alike in known.items()]
    return made


def _finding(group: list[Loss], message: str, files: dict[str, int], each: bool = False) -> dict[str, Any]:
    """Return one thing with its places: path, file, line, and what is said of it where that is not the same for all."""
    first = group[0]
    places = [
        [plain(render(path)), *_spot(loss.finding.position, files), *([plain(_message(loss))] if each else [])]
        for loss in group
        for path in loss.paths or [()]
    ]
    return {
        "outcome": first.outcome.rank if first.outcome else -1,
        "severity": first.finding.severity.value,
        "code": first.finding.code,
        "message": plain(message),
        "hint": plain(first.finding.hint),
        "each": each,
        "places": places[:_MOST_PLACES],
        "more": max(0, len(places) - _MOST_PLACES),
    }


def _outcome(loss: Loss) -> str:
    return loss.outcome.value if loss.outcome else loss.finding.severity.value


def _message(loss: Loss) -> str:
    said = loss.finding.message
    return said.removeprefix(f"{loss.outcome.value}: ") if loss.outcome else said


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
