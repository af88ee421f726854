"""The parts of a project with their lines on both sides."""

from __future__ import annotations

import bisect
import pathlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from compose2oam.emitter.report.groups import part_of
from compose2oam.model.compose import Project
from compose2oam.model.entry import Entry
from compose2oam.model.graph import Node
from compose2oam.model.redaction import Redaction
from compose2oam.model.review import Excerpt, Part, Place, Span
from compose2oam.review.outputs import Output
from compose2oam.review.sources import Source, gaps, read, read_settings

REST = "project"
# So far above a line its block may begin for all that is between to be shown.
_NEAR = 12
_SECTIONS = ("services", "volumes", "networks", "secrets", "configs", "models")


class Parts:
    """Sorts lines out by part.

    Args:
        project: the project.
        entries: what became of its leaves.
        output: what was written.
        redaction: takes secrets out.
        nodes: the nodes of its graph, by id.
    """

    def __init__(
        self,
        project: Project,
        entries: Sequence[Entry],
        output: Output,
        redaction: Redaction,
        nodes: Mapping[str, Node],
    ) -> None:
        self._output = output
        self._redaction = redaction
        self._nodes = nodes
        self._names = _names(project, entries)
        self._sources = _sources(project, entries, redaction)
        self._own = _own(self._sources)
        self.files = tuple(self._sources)
        index = {name: number for number, name in enumerate(self._names)}
        self.places = tuple(self._place(entry, index) for entry in entries)

    def _place(self, entry: Entry, index: Mapping[str, int]) -> Place:
        position = entry.position
        last = self._sources[position.file].ends.get((position.line, position.column), position.line)
        became = tuple(self._output.became(entry.targets))
        return Place(entry, index[_part(entry)], max(last, position.line), became)

    def parts(self) -> tuple[Part, ...]:
        """Return the parts, in the order of the project, the rest last."""
        written = self._written()
        shown: dict[str, set[int]] = {}
        by_part: list[list[Place]] = [[] for _ in self._names]
        for place in self.places:
            by_part[place.part].append(place)
        made = []
        for number, name in enumerate(self._names[:-1]):
            source = tuple(self._excerpts(name, by_part[number], shown))
            node = self._nodes.get(name)
            about = (node.type, node.traits) if node else ("", ())
            made.append(Part(name, *about, source, tuple(written.get(name, ()))))
        rest = tuple(self._rest(by_part[-1], shown))
        return (*made, Part(REST, "", (), rest, tuple(written.get(REST, ()))))

    def _excerpts(self, name: str, places: Iterable[Place], shown: dict[str, set[int]]) -> Iterator[Excerpt]:
        """Yield the lines of a part: those of its own block, and of others those that its entries stand on."""
        wanted: dict[str, set[int]] = {}
        for file, span in self._own.get(name, ()):
            first = _lead(self._sources[file], span.first)
            wanted.setdefault(file, set()).update(range(first, span.last + 1))
        for place in places:
            lines = range(place.entry.position.line, place.last + 1)
            wanted.setdefault(place.entry.position.file, set()).update(lines)
        for file, numbers in wanted.items():
            numbers |= _above(self._sources[file], numbers)
            shown.setdefault(file, set()).update(numbers)
            yield from self._lines(file, numbers)

    def _rest(self, places: Iterable[Place], shown: Mapping[str, set[int]]) -> Iterator[Excerpt]:
        """Yield the lines that no part has, and those of what is said of the project as a whole."""
        wanted: dict[str, set[int]] = {file: set() for file in self._sources}
        for place in places:
            wanted[place.entry.position.file].update(range(place.entry.position.line, place.last + 1))
        for file, source in self._sources.items():
            taken = [Span(number, number) for number in shown.get(file, ())]
            for first, last in gaps(taken, len(source.lines)):
                wanted[file].update(range(first, last + 1))
            yield from self._lines(file, wanted[file] | _above(source, wanted[file]))

    def _lines(self, file: str, numbers: set[int]) -> Iterator[Excerpt]:
        """Yield lines of a file, those that follow one another together; blank ones at the edges are left out."""
        source = self._sources[file]
        known = _Lines(source, file, numbers, self._redaction)
        for run in _runs(sorted(number for number in numbers if number in known)):
            lines = [known[number] for number in run]
            while lines and not lines[0].strip():
                lines, run = lines[1:], run[1:]
            while lines and not lines[-1].strip():
                lines = lines[:-1]
            if lines:
                yield Excerpt(file, run[0], tuple(lines))

    def _written(self) -> dict[str, list[Span]]:
        """Return the lines of the output by the part that they are there for."""
        votes: dict[int, Counter[str]] = {}
        for place in self.places:
            for span in place.became:
                votes.setdefault(span.first, Counter())[self._names[place.part]] += 1
        services = {node.name: name for name, node in self._nodes.items() if name in self._names}
        made: dict[str, list[Span]] = {}
        taken: list[Span] = []
        # What a part is comes before what it needs.
        for name, _, span in sorted(self._output.blocks(), key=lambda block: "kind" in block[1]):
            said: Counter[str] = Counter()
            for line in range(span.first, span.last + 1):
                said.update(votes.get(line, {}))
            own = f"services.{name}" if f"services.{name}" in self._names else services.get(name, "")
            part = own or max(said, key=lambda one: said[one], default=REST)
            made.setdefault(part, []).append(span)
            taken.append(span)
        made.setdefault(REST, []).extend(gaps(taken, len(self._output.lines)))
        return made


class _Lines:
    """The lines of a file, as far as they are known."""

    def __init__(self, source: Source, file: str, numbers: Iterable[int], redaction: Redaction) -> None:
        self._source = source
        self._others = {} if source.lines else read_settings(file, sorted(numbers), redaction)

    def __contains__(self, number: int) -> bool:
        return number <= len(self._source.lines) or number in self._others

    def __getitem__(self, number: int) -> str:
        return self._source.lines[number - 1] if self._source.lines else self._others[number]


def _names(project: Project, entries: Iterable[Entry]) -> list[str]:
    """Return the names of all parts, services first, those that are no part of a section last."""
    found: dict[str, None] = {}
    for section in _SECTIONS:
        trees: list[Any] = [project.section(section), project.disabled if section == "services" else {}]
        found.update(dict.fromkeys(part_of((section, name)) for tree in trees for name in tree))
    found.update(dict.fromkeys(map(_part, entries)))
    found.pop(REST, None)
    return [*found, REST]


def _part(entry: Entry) -> str:
    name = part_of(entry.path)
    return name if "." in name or "[" in name else REST


def _sources(project: Project, entries: Iterable[Entry], redaction: Redaction) -> dict[str, Source]:
    """Return the files that entries stand in, those that were named first."""
    settings = {_whole(path) for tree in project.section("services").values() for path in _settings(tree)}
    named = set(map(_whole, project.files))
    files = dict.fromkeys(entry.position.file for entry in entries)
    found: dict[str, Source] = {}
    for file in sorted(files, key=lambda file: _whole(file) not in named):
        is_settings = _whole(file) in settings - named
        found[file] = Source((), (), {}) if is_settings else read(file, redaction)
    return found


def _whole(path: str) -> pathlib.Path:
    return pathlib.Path(path).absolute()


def _settings(tree: Mapping[str, Any]) -> Iterator[str]:
    """Yield the files of variables and labels of a service."""
    for key in ("env_file", "label_file"):
        for item in tree.get(key) or ():
            yield str(item.get("path") if isinstance(item, Mapping) else item)


def _lead(source: Source, first: int) -> int:
    """Return where the comment begins that stands right above a line."""
    while first > 1 and source.lines[first - 2].lstrip().startswith("#"):
        first -= 1
    return first


def _own(sources: Mapping[str, Source]) -> dict[str, list[tuple[str, Span]]]:
    """Return the blocks that are those of a part, by its name."""
    made: dict[str, list[tuple[str, Span]]] = {}
    for file, source in sources.items():
        for path, span in source.blocks:
            if len(path) > 1:
                made.setdefault(part_of(path), []).append((file, span))
    return made


def _above(source: Source, numbers: set[int]) -> set[int]:
    """Return what stands above and between some lines in the same block, such as an anchor that is merged."""
    inside: dict[Span, list[int]] = {}
    for number in numbers:
        at = bisect.bisect_right(source.blocks, number, key=lambda block: block[1].first) - 1
        if at >= 0 and number <= source.blocks[at][1].last:
            inside.setdefault(source.blocks[at][1], []).append(number)
    more: set[int] = set()
    for (first, _), known in inside.items():
        more.update(range(first if min(known) - first <= _NEAR else min(known), max(known) + 1))
    return more


def _runs(numbers: Sequence[int]) -> Iterator[list[int]]:
    """Yield numbers that follow one another together."""
    run: list[int] = []
    for number in numbers:
        if run and number != run[-1] + 1:
            yield run
            run = []
        run.append(number)
    if run:
        yield run
