"""What became of each leaf of one entity, after all that rules took down about it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Protocol

from compose2oam.diagnostics import Severity
from compose2oam.model.entry import Entry
from compose2oam.model.outcome import Outcome
from compose2oam.model.path import Path
from compose2oam.rules.leaves import Leaf
from compose2oam.rules.patterns import Reached

UNREAD = "C2O-000"

_WITHOUT_TARGETS = frozenset([Outcome.DROPPED, Outcome.REFUSED, Outcome.NOT_NEEDED])


class Note(NamedTuple):
    """What a rule said about a place of the project."""

    path: Path
    code: str
    outcome: Outcome
    say: str
    hint: str
    severity: Severity


# The field whose values stand beside the components, each with a place of its own.
OBJECTS = "objects"


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


class Judged(NamedTuple):
    """What the rules make of a leaf.

    Attributes:
        verdict: the one that counts, ``None`` where no rule reads the leaf.
        about: which place of the leaf it is about, and how many steps of it below the entity; else the note's own.
        codes: of all the rules, each once.
        fields: for each place of the leaf, the fields that the rules write.
    """

    verdict: Note | None
    about: tuple[int, int] | None
    codes: list[str]
    fields: list[tuple[str, ...]]


class Usual(NamedTuple):
    """What becomes of any leaf that the same rules read, where they said nothing of it in particular.

    Attributes:
        verdict: the one that counts.
        about: as in :class:`Judged`.
        codes: of all the rules, the verdict's first.
        fields: as in :class:`Judged`.
        unless: the codes and the fields of which nothing may have been said.
    """

    verdict: Note
    about: tuple[int, int]
    codes: tuple[str, ...]
    fields: list[tuple[str, ...]]
    unless: frozenset[str]


#: By how the patterns lead to a leaf, for one set of rules that ran: services have most of their keys in common.
UsualByLeaf = dict[tuple[Reached, ...], Usual | None]


class Part:
    """An entity, and all that was taken down about it.

    Args:
        place: its path.
        ran: the meanings that ran over it, by their codes.
        notes: what was said about places in it.
        lost: what was said of its fields that the target cannot say.
        written: where its other fields went.
        made: what became of places in it, exactly.
        usual: what is known already of entities over which the same meanings ran.
    """

    def __init__(
        self,
        place: Path,
        ran: dict[str, Reader],
        notes: list[Note],
        lost: dict[str, Note],
        written: dict[str, list[Path]],
        made: dict[Path, list[Path]],
        usual: UsualByLeaf,
    ) -> None:
        self._place = place
        self._ran = ran
        self._notes = notes
        self._lost = lost
        self._written = written
        self._made = made
        self._lengths = sorted({len(path) for path in made})
        self._usual = usual
        # What a carrier says of a line; the notes of meanings are heard with their verdicts.
        self._of_carriers = [note for note in notes if note.code not in ran and len(note.path) > len(place)]
        self._said = {*(note.code for note in notes), *lost}
        self._targets: dict[tuple[str, ...], dict[Path, None]] = {}

    def entry(self, leaf: Leaf) -> Entry:
        """Return what became of a leaf."""
        key = tuple(leaf.reached)
        try:
            usual = self._usual[key]
        except KeyError:
            usual = self._usual[key] = self._usually(leaf)
        if usual is None or self._of_carriers or not usual.unless.isdisjoint(self._said):
            return self._heard(leaf)
        verdict, (index, depth), codes, fields, _ = usual
        if verdict.outcome is Outcome.DROPPED and leaf.says_nothing:
            return self._heard(leaf)
        about = leaf.paths[index][: len(self._place) + depth]
        return self._entry(leaf, verdict, about, codes, fields)

    def _entry(
        self, leaf: Leaf, verdict: Note, about: Path, codes: tuple[str, ...], fields: list[tuple[str, ...]]
    ) -> Entry:
        kept = () if verdict.outcome in _WITHOUT_TARGETS else tuple(self._went(leaf, fields))
        return Entry(
            leaf.path, leaf.position, verdict.outcome, codes, kept, verdict.say, verdict.hint, verdict.severity, about
        )

    def _usually(self, leaf: Leaf) -> Usual | None:
        """Return what becomes of leaves like this one where nothing is said of them."""
        judged = self._judged(leaf, plainly=True)
        if judged.verdict is None or judged.about is None:
            return None
        fields = {name for code in judged.codes for name in self._ran[code].fields}
        first = judged.verdict.code
        codes = (first, *(code for code in judged.codes if code != first))
        return Usual(judged.verdict, judged.about, codes, judged.fields, frozenset([*judged.codes, *fields]))

    def _heard(self, leaf: Leaf) -> Entry:
        """Return what became of a leaf, after all that was said of it."""
        verdict, about, codes, fields = self._judged(leaf)
        if verdict is None or (verdict.outcome is Outcome.DROPPED and leaf.says_nothing):
            verdict, about = _unread(leaf), None
        place = verdict.path if about is None else leaf.paths[about[0]][: len(self._place) + about[1]]
        in_order = (verdict.code, *(code for code in codes if code != verdict.code))
        return self._entry(leaf, verdict, place, in_order, fields)

    def _judged(self, leaf: Leaf, plainly: bool = False) -> Judged:
        """Weigh what the rules make of a leaf; ``plainly`` without what was said of it in particular."""
        worst: Note | None = None
        about: tuple[int, int] | None = None
        # Of two verdicts that are as grave, the one that names the line more exactly is told, then the one that wrote.
        weight = (-1, 0, False)
        codes: dict[str, None] = {}
        fields: list[tuple[str, ...]] = []
        for index, path in enumerate(leaf.paths):
            written: dict[str, None] = {}
            for code, depth in leaf.reached[index].codes.items():
                rule = self._ran.get(code)
                if rule is None:
                    continue
                said = None if plainly else self._said_by(rule, path)
                verdict = said or _plain_verdict(rule)
                if (verdict.outcome.rank, depth, bool(rule.fields)) > weight:
                    weight = (verdict.outcome.rank, depth, bool(rule.fields))
                    worst, about = verdict, None if said else (index, depth)
                codes.update({code: None, verdict.code: None})
                if verdict.outcome is not Outcome.NOT_NEEDED:
                    written.update(dict.fromkeys(rule.fields))
            fields.append(tuple(written))
            for note in () if plainly else self._of_carriers:
                if path[: len(note.path)] == note.path:
                    codes[note.code] = None
                    if note.outcome.rank > weight[0]:
                        worst, about, weight = note, None, (note.outcome.rank, 0, True)
        return Judged(worst, about, list(codes), fields)

    def _said_by(self, rule: Reader, path: Path) -> Note | None:
        """Return what was said of a line: by the rule itself, or because the target lost what it wrote."""
        noted = _most_exact(self._notes, path, rule.code)
        if noted:
            return noted
        lost = [note for field in rule.fields if (note := self._lost.get(field))]
        if not lost:
            return None
        grave = max(lost, key=lambda note: note.outcome.rank)
        if grave.outcome.rank > Outcome.APPROXIMATED.rank and self._is_said_in_part(rule):
            return grave._replace(outcome=Outcome.APPROXIMATED)
        return grave

    def _is_said_in_part(self, rule: Reader) -> bool:
        """Whether a field that a rule can write was written, and is not lost."""
        if OBJECTS in rule.fields and self._made:
            return True
        return any(field in self._written and field not in self._lost for field in rule.fields)

    def _went(self, leaf: Leaf, fields: list[tuple[str, ...]]) -> Iterable[Path]:
        """Return where the places of a leaf went: as exactly as a rule says, else with the fields that they wrote."""
        if len(leaf.paths) == 1:
            return self._exactly(leaf.paths[0]) or self._with_fields(fields[0])
        targets: dict[Path, None] = {}
        for path, written in zip(leaf.paths, fields, strict=True):
            targets.update(self._exactly(path) or self._with_fields(written))
        return targets

    def _exactly(self, path: Path) -> dict[Path, None]:
        found: dict[Path, None] = {}
        for length in self._lengths:
            if length > len(path):
                break
            found.update(dict.fromkeys(self._made.get(path[:length], ())))
        return found

    def _with_fields(self, fields: tuple[str, ...]) -> dict[Path, None]:
        targets = self._targets.get(fields)
        if targets is None:
            found = [target for field in fields for target in self._written.get(field, ())]
            targets = self._targets[fields] = dict.fromkeys(found)
        return targets


def _plain_verdict(rule: Reader) -> Note:
    return Note((), rule.code, rule.outcome, rule.say, rule.hint, rule.severity or rule.outcome.severity)


def _unread(leaf: Leaf) -> Note:
    """What becomes of a leaf that no rule reads; one without a value says nothing that could be lost."""
    if leaf.says_nothing:
        return Note(leaf.path, UNREAD, Outcome.NOT_NEEDED, "it says nothing", "", Severity.INFO)
    say = "no rule reads this key"
    return Note(leaf.path, UNREAD, Outcome.DROPPED, say, "a rule of your own can, with --mappings", Severity.WARNING)


def _most_exact(notes: list[Note], path: Path, code: str) -> Note | None:
    """Return the note of a rule that names the longest part of ``path``; the graver one where two name the same."""
    best: Note | None = None
    for note in notes:
        if note.code == code and path[: len(note.path)] == note.path:
            rank = (len(note.path), note.outcome.rank)
            if best is None or rank > (len(best.path), best.outcome.rank):
                best = note
    return best
