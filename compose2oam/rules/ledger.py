"""The ledger: every line that a user wrote, and what became of it.

A leaf is a place in the Compose model that a user wrote: a scalar, or an empty mapping or sequence. Several places of
the model that come from one place in the text (the short form of a port) are one leaf. While rules run, the ledger
takes down which ran, what they noted, and what the target could not carry; :meth:`Ledger.close` turns that into one
entry a leaf.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from compose2oam.diagnostics import Diagnostic, Severity
from compose2oam.model.compose import Project
from compose2oam.model.entry import Entry
from compose2oam.model.outcome import Outcome
from compose2oam.model.path import Path
from compose2oam.model.secrecy import without_passwords
from compose2oam.rules.leaves import Leaf, leaves_in
from compose2oam.rules.patterns import Patterns
from compose2oam.rules.verdicts import Note, Part, Ran, Reader, Usual
from compose2oam.source.tree import Map, locate, mark_of

DISABLED = "C2O-723"

_NO_PATTERNS = Patterns()


class Ledger:
    """Takes down what rules do, for one conversion."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._notes: list[Note] = []
        self._ran: defaultdict[Path, list[Reader]] = defaultdict(list)
        self._written: defaultdict[Path, dict[str, list[Path]]] = defaultdict(dict)
        self._made: dict[Path, list[Path]] = {}
        self._lost: dict[Path, dict[str, Note]] = {}

    def note(
        self, path: Path, code: str, outcome: Outcome, say: str, hint: str = "", severity: Severity | None = None
    ) -> None:
        """Take down that the rule ``code`` ended the lines at and below ``path`` with ``outcome``."""
        self._notes.append(Note(path, code, outcome, without_passwords(say), hint, severity or outcome.severity))

    def ran(self, place: Path, rules: Iterable[Reader]) -> None:
        """Take down which meanings ran over the entity at ``place``."""
        self._ran.setdefault(place, []).extend(rules)

    def carried(self, place: Path, field: str, target: Path) -> None:
        """Take down that a field of the workload made from ``place`` went to ``target``."""
        written = self._written[place]
        if field in written:
            written[field].append(target)
        else:
            written[field] = [target]

    def follow(self, place: Path, field: str, host: Path) -> None:
        """Take down that a field of the workload made from ``place`` went where that of ``host`` did."""
        for target in tuple(self._written.get(host, {}).get(field, ())):
            self.carried(place, field, target)

    def made(self, path: Path, target: Path) -> None:
        """Take down that what stands at ``path`` of the project became ``target``, exactly."""
        self._made.setdefault(path, []).append(target)

    def lost(self, place: Path, field: str, code: str, outcome: Outcome, say: str, hint: str = "") -> None:
        """Take down that the target cannot say a field of the workload made from ``place``."""
        note = Note(place, code, outcome, say, hint, outcome.severity)
        self._lost.setdefault(place, {})[field] = note

    def close(self, patterns: dict[str, Patterns]) -> tuple[Entry, ...]:
        """Return one entry for each leaf of the project, in the order of the model."""
        notes: dict[Path, list[Note]] = {}
        for note in self._notes:
            notes.setdefault(_entity_of(note.path), []).append(note)
        made: dict[Path, dict[Path, list[Path]]] = {}
        for path, targets in self._made.items():
            made.setdefault(_entity_of(path), {})[path] = targets
        # What became of a section as a whole became of each of its parts.
        of_sections = {path: targets for path, targets in made.get((), {}).items() if len(path) < 2}
        known: dict[tuple[str, ...], Ran] = {}
        judged: dict[str, dict[object, Usual | None]] = {}
        entries: list[Entry] = []
        for place, scope, entity in entities(self._project):
            rules = self._ran.get(place, [])
            key = (scope, *[rule.code for rule in rules])
            if key not in known:
                known[key] = Ran(rules, judged.setdefault(scope, {}))
            part = Part(
                place,
                known[key],
                notes.get(place, []),
                self._lost.get(place, {}),
                self._written.get(place, {}),
                {**of_sections, **made.get(place, {})},
            )
            found = leaves(place, entity, patterns.get(scope, _NO_PATTERNS))
            entries.extend(part.entries(found or self._bare(place, patterns.get(scope, _NO_PATTERNS))))
        return (*entries, *_disabled(self._project))

    def diagnostics(self, entries: Iterable[Entry]) -> tuple[Diagnostic, ...]:
        """Return what there is to say about a closed ledger, each thing once, in the order of the model."""
        remarks = [Note(e.about, e.codes[0], e.outcome, e.say, e.hint, e.severity) for e in entries if e.say]
        seen: dict[tuple[str, str, Path], Diagnostic] = {}
        for note in (*remarks, *self._notes):
            key = (note.code, note.say, note.path)
            if note.say and key not in seen:
                position = locate(self._project.tree, note.path)
                seen[key] = Diagnostic(note.code, note.severity, note.say, note.path, position, note.hint)
        return tuple(seen.values())

    def _bare(self, place: Path, patterns: Patterns) -> list[Leaf]:
        """Return the leaf of an entity that a user only named (``volumes: {data:}``)."""
        mark = mark_of(self._project.section(str(place[0])), place[1]) if place else None
        return [Leaf(place, mark, patterns.start.below[""], None)] if mark else []


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


def leaves(place: Path, entity: Map, patterns: Patterns = _NO_PATTERNS) -> list[Leaf]:
    """Return the leaves of an entity, each with what the patterns of its scope say of it."""
    return leaves_in(place, entity, patterns.start, SCOPES if place == () else ())


def _disabled(project: Project) -> Iterator[Entry]:
    """Yield the leaves of the services that no active profile enables: a choice of the user, and no loss."""
    say = "no active profile enables this service"
    for name, tree in project.disabled.items():
        place: Path = ("services", name)
        for leaf in leaves(place, tree):
            yield Entry(leaf.path, leaf.position, Outcome.NOT_NEEDED, (DISABLED,), say=say, about=place)


def _entity_of(path: Path) -> Path:
    return path[:2] if len(path) > 1 and path[0] in SCOPES else ()
