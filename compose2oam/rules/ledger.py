"""The ledger: every line that a user wrote, and what became of it.

A leaf is a place in the Compose model that a user wrote: a scalar, or an empty mapping or sequence. Several places of
the model that come from one place in the text (the short form of a port) are one leaf. While rules run, the ledger
takes down which ran, what they noted, and what the target could not carry; :meth:`Ledger.close` turns that into one
entry a leaf.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, Protocol

from compose2oam.diagnostics import Diagnostic, Severity
from compose2oam.model.compose import Project
from compose2oam.model.entry import Entry
from compose2oam.model.outcome import Outcome
from compose2oam.model.path import Path
from compose2oam.rules.patterns import Patterns
from compose2oam.source.position import Position
from compose2oam.source.tree import Map, Seq, locate, mark_of

UNREAD = "C2O-000"
DISABLED = "C2O-723"


class Note(NamedTuple):
    """What a rule said about a place of the project."""

    path: Path
    code: str
    outcome: Outcome
    say: str
    hint: str
    severity: Severity


class Reader(Protocol):
    """What the ledger needs to know of a meaning."""

    @property
    def code(self) -> str:
        """Its code."""

    @property
    def outcome(self) -> Outcome:
        """How what it reads ends, if it notes nothing else."""

    @property
    def say(self) -> str:
        """Why."""

    @property
    def hint(self) -> str:
        """What to do about it."""

    @property
    def severity(self) -> Severity | None:
        """How much that matters, ``None`` for what the outcome says."""

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of the workload model that it writes."""


class Leaf(NamedTuple):
    """A place that a user wrote, and the places of the model that came of it."""

    path: Path
    position: Position
    paths: list[Path]
    value: Any


class Ledger:
    """Takes down what rules do, for one conversion."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._notes: list[Note] = []
        self._ran: dict[Path, list[Reader]] = {}
        self._targets: dict[tuple[Path, str], list[Path]] = {}
        self._items: dict[Path, list[Path]] = {}
        self._lost: dict[tuple[Path, str], Note] = {}

    def note(
        self, path: Path, code: str, outcome: Outcome, say: str, hint: str = "", severity: Severity | None = None
    ) -> None:
        """Take down that the rule ``code`` ended the lines at and below ``path`` with ``outcome``."""
        self._notes.append(Note(path, code, outcome, say, hint, severity or outcome.severity))

    def ran(self, place: Path, rule: Reader) -> None:
        """Take down that a meaning ran over the entity at ``place``."""
        self._ran.setdefault(place, []).append(rule)

    def carried(self, place: Path, field: str, target: Path) -> None:
        """Take down that a field of the workload made from ``place`` went to ``target``."""
        self._targets.setdefault((place, field), []).append(target)

    def follow(self, place: Path, field: str, host: Path) -> None:
        """Take down that a field of the workload made from ``place`` went where that of ``host`` did."""
        for target in tuple(self._targets.get((host, field), ())):
            self.carried(place, field, target)

    def made(self, path: Path, target: Path) -> None:
        """Take down that what stands at ``path`` of the project became ``target``, exactly."""
        self._items.setdefault(path, []).append(target)

    def lost(self, place: Path, field: str, code: str, outcome: Outcome, say: str, hint: str = "") -> None:
        """Take down that the target cannot say a field of the workload made from ``place``."""
        self._lost[place, field] = Note(place, code, outcome, say, hint, outcome.severity)

    def close(self, patterns: dict[str, Patterns]) -> tuple[Entry, ...]:
        """Return one entry for each leaf of the project, in the order of the model."""
        notes = _by_entity(self._notes)
        entries: list[Entry] = []
        for place, scope, entity in entities(self._project):
            ran = {rule.code: rule for rule in self._ran.get(place, ())}
            for leaf in leaves(place, entity) or _bare(self._project, place):
                entries.append(self._entry(leaf, place, ran, patterns.get(scope), notes.get(place, [])))
        return (*entries, *_disabled(self._project))

    def diagnostics(self, entries: Iterable[Entry]) -> tuple[Diagnostic, ...]:
        """Return what there is to say about a closed ledger, each thing once, in the order of the model."""
        remarks = [Note(e.about, e.codes[0], e.outcome, e.say, e.hint, e.severity) for e in entries]
        seen: dict[tuple[str, str, Path], Diagnostic] = {}
        for note in (*remarks, *self._notes):
            key = (note.code, note.say, note.path)
            if note.say and key not in seen:
                position = locate(self._project.tree, note.path)
                seen[key] = Diagnostic(note.code, note.severity, note.say, note.path, position, note.hint)
        return tuple(seen.values())

    def _entry(
        self, leaf: Leaf, place: Path, ran: dict[str, Reader], patterns: Patterns | None, notes: list[Note]
    ) -> Entry:
        worst: Note | None = None
        # Of two verdicts that are as grave, the one that names the line more exactly is told, then the one that wrote.
        weight = (-1, 0, False)
        codes: list[str] = []
        targets: dict[Path, None] = {}
        for path in leaf.paths:
            below = path[len(place) :] or ("",)
            exact = [target for end in range(len(path) + 1) for target in self._items.get(path[:end], ())]
            targets.update(dict.fromkeys(exact))
            for code, depth in patterns.match(below).items() if patterns else ():
                rule = ran.get(code)
                if rule is None:
                    continue
                verdict = _said(notes, path, code) or self._verdict(rule, place, path[: len(place) + depth])
                if (verdict.outcome.rank, depth, bool(rule.fields)) > weight:
                    worst, weight = verdict, (verdict.outcome.rank, depth, bool(rule.fields))
                for known in (code, verdict.code):
                    if known not in codes:
                        codes.append(known)
                if not exact:
                    for field in rule.fields:
                        targets.update(dict.fromkeys(self._targets.get((place, field), ())))
            for note in notes:
                # What a carrier says of a line; the notes of meanings are heard above.
                if note.code not in ran and len(note.path) > len(place) and path[: len(note.path)] == note.path:
                    codes.append(note.code)
                    if note.outcome.rank > weight[0]:
                        worst, weight = note, (note.outcome.rank, 0, True)
        if worst is None or (worst.outcome is Outcome.DROPPED and _says_nothing(leaf)):
            worst = _unread(leaf)
            codes.append(UNREAD)
        codes.sort(key=lambda code: code != worst.code)
        kept = () if worst.outcome in (Outcome.DROPPED, Outcome.REFUSED, Outcome.NOT_NEEDED) else tuple(targets)
        return Entry(
            leaf.path,
            leaf.position,
            worst.outcome,
            tuple(dict.fromkeys(codes)),
            kept,
            worst.say,
            worst.hint,
            worst.severity,
            worst.path,
        )

    def _verdict(self, rule: Reader, place: Path, about: Path) -> Note:
        """What a rule without a note of its own makes of a leaf: what it says, unless the target lost its fields."""
        lost = [note for field in rule.fields if (note := self._lost.get((place, field)))]
        if lost:
            grave = max(lost, key=lambda note: note.outcome.rank)
            if len(lost) < len(rule.fields) and grave.outcome.rank > Outcome.APPROXIMATED.rank:
                return grave._replace(outcome=Outcome.APPROXIMATED)
            return grave
        return Note(about, rule.code, rule.outcome, rule.say, rule.hint, rule.severity or rule.outcome.severity)


def entities(project: Project) -> Iterator[tuple[Path, str, Map]]:
    """Yield the path, scope and tree of all that rules run over: the project itself, then each part of its sections."""
    yield (), "project", project.tree
    for section, scope in SCOPES.items():
        for name, entity in project.section(section).items():
            yield (section, name), scope, entity if isinstance(entity, Map) else Map()


# The sections of a Compose file whose parts rules run over, and the scope by which a rule names them.
SCOPES = {
    "volumes": "volume",
    "configs": "config",
    "secrets": "secret",
    "networks": "network",
    "models": "model",
    "services": "service",
}


def leaves(place: Path, entity: Map) -> list[Leaf]:
    """Return the leaves of an entity: one for each place of the text that it came from, in the order of the model."""
    found: dict[Position, Leaf] = {}
    _collect(entity, place, found, SCOPES if place == () else ())
    return list(found.values())


def leaves_at(path: Path, value: Any, mark: Position) -> list[Leaf]:
    """Return the leaves of one entry: itself, where none of its parts was written for itself."""
    found: dict[Position, Leaf] = {}
    _leaf(value, path, mark, found)
    return list(found.values())


def _has_marks(node: Map | Seq) -> bool:
    marks = node.marks.values() if isinstance(node, Map) else node.marks
    return any(mark is not None for mark in marks)


def _disabled(project: Project) -> Iterator[Entry]:
    """Yield the leaves of the services that no active profile enables: a choice of the user, and no loss."""
    say = "no active profile enables this service"
    for name, tree in project.disabled.items():
        place: Path = ("services", name)
        for leaf in leaves(place, tree):
            yield Entry(leaf.path, leaf.position, Outcome.NOT_NEEDED, (DISABLED,), say=say, about=place)


def _bare(project: Project, place: Path) -> list[Leaf]:
    """Return the leaf of an entity that a user only named (``volumes: {data:}``)."""
    mark = mark_of(project.section(str(place[0])), place[1]) if place else None
    return [Leaf(place, mark, [place], None)] if mark else []


def _collect(node: Any, path: Path, found: dict[Position, Leaf], skip: Iterable[str]) -> None:
    if isinstance(node, Map):
        for key, value in node.items():
            mark = node.marks.get(key)
            if key not in skip:
                _leaf(value, (*path, key), mark, found)
    elif isinstance(node, Seq):
        for index, value in enumerate(node):
            _leaf(value, (*path, index), node.marks[index], found)


def _leaf(value: Any, path: Path, mark: Position | None, found: dict[Position, Leaf]) -> None:
    before = len(found)
    if isinstance(value, (Map, Seq)):
        _collect(value, path, found, ())
        short = found.get(mark) if mark is not None else None
        if mark is not None and short is not None and short.path[: len(path)] == path:
            # What a short form stands for is below the key, or the item, that people wrote.
            found[mark] = short._replace(path=path)
    # A container whose parts no user wrote (the words of a command in one line) is a leaf itself.
    if mark is not None and len(found) == before and not (isinstance(value, (Map, Seq)) and _has_marks(value)):
        known = found.get(mark)
        if known is None:
            found[mark] = Leaf(path, mark, [path], value)
        else:
            known.paths.append(path)
            # What a link implies (a dependency) has its mark too, and only the entity in common with it.
            shared = _common(known.path, path)
            found[mark] = known._replace(path=shared if len(shared) > 2 else known.path)


def _unread(leaf: Leaf) -> Note:
    """What becomes of a leaf that no rule reads; one without a value says nothing that could be lost."""
    if _says_nothing(leaf):
        return Note(leaf.path, UNREAD, Outcome.NOT_NEEDED, "it says nothing", "", Severity.INFO)
    say = "no rule reads this key"
    return Note(leaf.path, UNREAD, Outcome.DROPPED, say, "a rule of your own can, with --mappings", Severity.WARNING)


def _says_nothing(leaf: Leaf) -> bool:
    return leaf.value is None or leaf.value == [] or leaf.value == {}


def _common(one: Path, other: Path) -> Path:
    length = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        length += 1
    return one[:length]


def _by_entity(notes: list[Note]) -> dict[Path, list[Note]]:
    sorted_out: dict[Path, list[Note]] = {}
    for note in notes:
        place = note.path[:2] if note.path and note.path[0] in SCOPES else ()
        sorted_out.setdefault(place, []).append(note)
    return sorted_out


def _said(notes: list[Note], path: Path, code: str) -> Note | None:
    """Return the note of a rule that names the longest part of ``path``; the graver one where two name the same."""
    best: Note | None = None
    for note in notes:
        if note.code == code and path[: len(note.path)] == note.path:
            rank = (len(note.path), note.outcome.rank)
            if best is None or rank > (len(best.path), best.outcome.rank):
                best = note
    return best
