"""Nothing that the public wrote is dropped in silence: every line of every project of the corpus has its entry."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from compose2oam.api import convert
from compose2oam.errors import ComposeError
from compose2oam.model.path import Path, render
from compose2oam.rules.rulebook import load_rulebook
from compose2oam.source.files import read_text
from compose2oam.source.position import Position
from compose2oam.source.reader import parse
from compose2oam.source.tree import mark_of

if TYPE_CHECKING:
    from conftest import Row

MOST = 10


def written(node: Any, path: Path = ()) -> Iterator[tuple[Path, Position]]:
    """Where the scalars and the empty collections of a tree were written, counted without the ledger's help.

    What a short form stands for has the place of the short form, or none.
    """
    for key, value in node.items() if isinstance(node, dict) else enumerate(node):
        below = list(written(value, (*path, key))) if isinstance(value, (dict, list)) else []
        mark = mark_of(node, key)
        if below:
            yield from below
        elif mark is not None:
            yield (*path, key), mark


def unread_lines(row: Row, known: set[Position]) -> Iterator[str]:
    """The lines of the only file of a configuration that have no entry, as the YAML reader alone sees them."""
    (file,) = row.files
    for document in parse(read_text(file, file), file, tags=("!reset", "!override")):
        yield from (f"{row.name}: {render(path)} at {mark}" for path, mark in written(document) if mark not in known)


def test_every_line_of_every_project_is_accounted_for_once(
    rows: list[Row], monkeypatch: pytest.MonkeyPatch, counts: Callable[[str], None]
) -> None:
    """The model's own places, and in projects of one file each line of its text; no place has two entries."""
    faults: list[str] = []
    outcomes: Counter[str] = Counter()
    losses: Counter[tuple[str, str]] = Counter()
    projects: dict[tuple[str, str], set[str]] = defaultdict(set)
    rulebook = load_rulebook("kubevela", [])
    for row in rows:
        monkeypatch.chdir(row.folder)
        try:
            project = row.load()
        except ComposeError:
            assert not row.loads, row.name
            continue
        entries = convert(project, rulebook=rulebook).entries
        known = {entry.position for entry in entries}
        faults += [f"{row.name}: {render(path)} at {mark}" for path, mark in written(project.tree) if mark not in known]
        if len(row.files) == 1:
            faults += unread_lines(row, known)
        twice = Counter((entry.path, entry.position) for entry in entries)
        faults += [f"{row.name}: {render(path)} twice" for (path, _), number in twice.items() if number > 1]
        faults += [f"{row.name}: {render(entry.path)}: no reason" for entry in entries if not entry.codes]
        for entry in entries:
            outcomes[entry.outcome.value] += 1
            if entry.outcome.is_loss:
                faults += [] if entry.say else [f"{row.name}: {render(entry.path)} is lost without a reason"]
                losses[entry.codes[0], entry.say] += 1
                projects[entry.codes[0], entry.say].add(str(row.folder))
    counts(f"{outcomes.total()} lines: " + ", ".join(f"{number} {name}" for name, number in outcomes.most_common()))
    for place, ((code, say), number) in enumerate(losses.most_common(MOST), start=1):
        counts(f"loss {place:>2}: {number:>3} lines of {len(projects[code, say])} projects: {say} [{code}]")
    assert faults == []
