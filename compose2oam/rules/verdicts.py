"""What became of each leaf of one entity, after all that rules took down about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from compose2oam.diagnostics import Severity
from compose2oam.model.entry import Entry
from compose2oam.model.namedtuple import NamedTuple
from compose2oam.model.outcome import Outcome
from compose2oam.model.path import Path
from compose2oam.rules.leaves import Leaf
from compose2oam.rules.patterns import Reached

UNREAD = "C2O-000"

# To ask the class for a member takes ten times as long as this.
_NOT_NEEDED, _DROPPED = Outcome.NOT_NEEDED, Outcome.DROPPED
_WITHOUT_TARGETS = frozenset([_DROPPED, Outcome.REFUSED, _NOT_NEEDED])


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


Fields = tuple[tuple[str, ...], ...]


class Read(NamedTuple):
    """How a meaning reads a place.

    Attributes:
        plain: what it makes of a leaf of which it says nothing in particular.
        depth: how many steps of the place it names.
        fields: those that it writes.
    """

    plain: Note
    depth: int
    fields: tuple[str, ...]


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
    fields: Fields


class Usual(NamedTuple):
    """What becomes of any leaf that the same rules read, where they said nothing of it in particular.

    Attributes:
        verdict: the one that counts.
        about: as in :class:`Judged`.
        codes: of all the rules, the verdict's first.
        fields: as in :class:`Judged`; empty where it goes nowhere.
        unless: the codes and the fields of which nothing may have been said.
        if_filled: whether it holds only for a leaf that has a value.
    """

    verdict: Note
    about: tuple[int, int]
    codes: tuple[str, ...]
    fields: Fields
    unless: frozenset[str]
    if_filled: bool


class Ran:
    """A set of meanings that ran over entities, and what is known of the leaves of these: most have much in common.

    Args:
        rules: the meanings.
        judged: what is known of leaves by the rules that read them, whatever else ran.
    """

    def __init__(self, rules: Iterable[Reader], judged: dict[object, Usual | None]) -> None:
        self.rules = {rule.code: rule for rule in rules}
        # By how the patterns lead to a leaf.
        self.usual: dict[tuple[Reached, ...], Usual | None] = {}
        self._judged = judged
        self._reads: dict[Reached, list[Read]] = {}

    def reads(self, reached: Reached) -> list[Read]:
        """Return how the meanings read a place."""
        found = self._reads.get(reached)
        if found is None:
            read = [(self.rules[code], depth) for code, depth in reached.codes.items() if code in self.rules]
            found = self._reads[reached] = [Read(_plainly(rule), depth, rule.fields) for rule, depth in read]
        return found

    def usually(self, leaf: Leaf, work_out: Callable[[], Usual | None]) -> Usual | None:
        """Return what becomes of leaves like this one where nothing is said of them, and keep it."""
        read = tuple([tuple([read.plain.code for read in self.reads(reached)]) for reached in leaf.reached])
        reached = tuple(leaf.reached)
        key = (reached, read)
        if key not in self._judged:
            self._judged[key] = work_out()
        usual = self.usual[reached] = self._judged[key]
        return usual


class Part:
    """An entity, and all that was taken down about it.

    Args:
        place: its path.
        ran: the meanings that ran over it.
        notes: what was said about places in it.
        lost: what was said of its fields that the target cannot say.
        written: where its other fields went.
        made: what became of places in it, exactly.
    """

    def __init__(
        self,
        place: Path,
        ran: Ran,
        notes: list[Note],
        lost: dict[str, Note],
        written: dict[str, list[Path]],
        made: dict[Path, list[Path]],
    ) -> None:
        self._place = place
        self._ran = ran
        # By code and by path, since a range of ports is one leaf with thousands of both.
        self._notes: dict[str, dict[Path, Note]] = {}
        # What a carrier says of a line, or is lost with the entity; meanings are heard with their verdicts.
        self._of_carriers: dict[Path, list[Note]] = {}
        for note in notes:
            of_code = self._notes.setdefault(note.code, {})
            if note.path not in of_code or note.outcome.rank > of_code[note.path].outcome.rank:
                of_code[note.path] = note
            if note.code not in ran.rules and (note.outcome.is_loss or len(note.path) > len(place)):
                self._of_carriers.setdefault(note.path, []).append(note)
        self._lost = lost
        self._written = written
        self._went_with = _WentWith(written)
        self._made = made
        self._lengths = sorted({len(path) for path in made})
        self._said = {*self._notes, *lost}

    def entries(self, leaves: Iterable[Leaf]) -> Iterator[Entry]:
        """Yield what became of each of its leaves."""
        known, said, start, new = self._ran.usual, self._said, len(self._place), tuple.__new__
        # Of most keys nothing is known more exactly than where their fields went.
        key, went_with = slice(start, start + 1), self._went_with
        exact = {path[key] for path in self._made}
        for leaf in leaves:
            reached = tuple(leaf.reached)
            usual = known[reached] if reached in known else self._usually(leaf)
            if (
                usual is None
                or self._of_carriers
                or (said and not usual.unless.isdisjoint(said))
                or (usual.if_filled and leaf.says_nothing)
            ):
                yield self._heard(leaf)
                continue
            (_, _, outcome, say, hint, severity), (index, depth), codes, fields, _, _ = usual
            place = leaf.paths[index]
            if len(fields) == 1 and place[key] not in exact and () not in exact:
                targets = went_with[fields[0]]
            else:
                targets = self._went(leaf, fields) if fields else ()
            about = place[: start + depth]
            yield new(Entry, (leaf.path, leaf.position, outcome, codes, targets, say, hint, severity, about))

    def _usually(self, leaf: Leaf) -> Usual | None:
        """Return what becomes of leaves like this one where nothing is said of them."""
        return self._ran.usually(leaf, lambda: self._worked_out(leaf))

    def _worked_out(self, leaf: Leaf) -> Usual | None:
        judged = self._judged(leaf, plainly=True)
        verdict = judged.verdict
        if verdict is None or judged.about is None:
            return None
        unless = {name for code in judged.codes for name in (code, *self._ran.rules[code].fields)}
        fields = () if verdict.outcome in _WITHOUT_TARGETS else judged.fields
        codes = _led_by(verdict.code, judged.codes)
        return Usual(verdict, judged.about, codes, fields, frozenset(unless), verdict.outcome is _DROPPED)

    def _heard(self, leaf: Leaf) -> Entry:
        """Return what became of a leaf, after all that was said of it."""
        verdict, about, codes, fields = self._judged(leaf)
        if verdict is None or (verdict.outcome is _DROPPED and leaf.says_nothing):
            verdict, about = _unread(leaf), None
        path, code, outcome, say, hint, severity = verdict
        if about is not None:
            path = leaf.paths[about[0]][: len(self._place) + about[1]]
        targets = () if outcome in _WITHOUT_TARGETS else self._went(leaf, fields)
        return Entry(leaf.path, leaf.position, outcome, _led_by(code, codes), targets, say, hint, severity, path)

    def _judged(self, leaf: Leaf, plainly: bool = False) -> Judged:
        """Weigh what the rules make of a leaf; ``plainly`` without what was said of it in particular."""
        worst: Note | None = None
        about: tuple[int, int] | None = None
        # Of two verdicts that are as grave, the one that names the line more exactly is told, then the one that wrote.
        weight = (-1, 0, False)
        codes: dict[str, None] = {}
        fields: list[tuple[str, ...]] = []
        for index, path in enumerate(leaf.paths):
            written: list[str] = []
            for plain, depth, of_rule in self._ran.reads(leaf.reached[index]):
                said = None if plainly else self._said_by(plain.code, of_rule, path)
                verdict = said or plain
                outcome = verdict.outcome
                if (outcome.rank, depth, bool(of_rule)) > weight:
                    weight = (outcome.rank, depth, bool(of_rule))
                    worst, about = verdict, None if said else (index, depth)
                codes[plain.code] = codes[verdict.code] = None
                if outcome is not _NOT_NEEDED:
                    written += of_rule
            fields.append(tuple(dict.fromkeys(written)))
            if plainly or not self._of_carriers:
                continue
            for length in range(len(self._place), len(path) + 1):
                for note in self._of_carriers.get(path[:length], ()):
                    codes[note.code] = None
                    if note.outcome.rank > weight[0]:
                        worst, about, weight = note, None, (note.outcome.rank, 0, True)
        return Judged(worst, about, list(codes), tuple(fields))

    def _said_by(self, code: str, fields: tuple[str, ...], path: Path) -> Note | None:
        """Return what was said of a line: by the rule itself, or because the target lost what it wrote."""
        noted = self._noted(code, path)
        # What is not needed on a cluster was not written, and so is not lost with the rest.
        if noted is not None and (noted.outcome is _NOT_NEEDED or noted.outcome.is_loss):
            return noted
        lost = [self._lost[field] for field in fields if field in self._lost] if self._lost else ()
        if not lost:
            return noted
        grave = max(lost, key=lambda note: note.outcome.rank)
        if grave.outcome.rank > Outcome.APPROXIMATED.rank and self._is_said_in_part(fields):
            grave = grave._replace(outcome=Outcome.APPROXIMATED)
        return noted if noted is not None and noted.outcome.rank >= grave.outcome.rank else grave

    def _noted(self, code: str, path: Path) -> Note | None:
        """Return what a rule itself said of a line, as exactly as it did."""
        notes = self._notes.get(code)
        if notes:
            for length in range(len(path), len(self._place) - 1, -1):
                if path[:length] in notes:
                    return notes[path[:length]]
        return None

    def _is_said_in_part(self, fields: tuple[str, ...]) -> bool:
        """Whether a field that a rule can write was written, and is not lost."""
        if OBJECTS in fields and self._made:
            return True
        return any(field in self._written and field not in self._lost for field in fields)

    def _went(self, leaf: Leaf, fields: Fields) -> tuple[Path, ...]:
        """Return where the places of a leaf went: as exactly as a rule says, else with the fields that they wrote."""
        found: list[Path] = []
        for path, names in zip(leaf.paths, fields, strict=True):
            exact = [target for length in self._lengths for target in self._made.get(path[:length], ())]
            found += exact or self._went_with[names]
        return tuple(dict.fromkeys(found))


class _WentWith(dict[tuple[str, ...], tuple[Path, ...]]):
    """Where some fields went together, looked up once."""

    def __init__(self, written: dict[str, list[Path]]) -> None:
        super().__init__()
        self._written = written

    def __missing__(self, fields: tuple[str, ...]) -> tuple[Path, ...]:
        found = [target for field in fields for target in self._written.get(field, ())]
        targets = self[fields] = tuple(dict.fromkeys(found))
        return targets


def _plainly(rule: Reader) -> Note:
    return Note((), rule.code, rule.outcome, rule.say, rule.hint, rule.severity or rule.outcome.severity)


def _led_by(code: str, codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((code, *codes)))


def _unread(leaf: Leaf) -> Note:
    """What becomes of a leaf that no rule reads; one without a value says nothing that could be lost."""
    if leaf.says_nothing:
        return Note(leaf.path, UNREAD, Outcome.NOT_NEEDED, "it says nothing", "", Severity.INFO)
    say = "no rule reads this key"
    return Note(leaf.path, UNREAD, Outcome.DROPPED, say, "a rule of your own can, with --mappings", Severity.WARNING)
