"""A conversion laid out to be read: the lines of the project beside the lines that they became."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from compose2oam.model.entry import Entry
from compose2oam.model.graph import Graph
from compose2oam.model.namedtuple import NamedTuple
from compose2oam.model.report import Report


class Span(NamedTuple):
    """Lines of a text, counted from 1, the last one included."""

    first: int
    last: int


class Excerpt(NamedTuple):
    """Lines of a file of the project, without its secrets.

    Attributes:
        file: the name of the file.
        first: the number of the first line.
        lines: the lines.
    """

    file: str
    first: int
    lines: tuple[str, ...]


class Place(NamedTuple):
    """An entry of the ledger and where it stands on both sides.

    Attributes:
        entry: the entry.
        part: the index of its part.
        last: the last line of what it is about, in its file.
        became: lines of the output.
    """

    entry: Entry
    part: int
    last: int
    became: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a project: a service, a volume..., or all that is none of these.

    Attributes:
        name: its path, ``services.web``; ``project`` for the rest.
        type: the type of the component that it becomes, ``""`` where it becomes none.
        traits: the types of that component's traits.
        source: its lines.
        output: the lines of the output that are there for it.
    """

    name: str
    type: str
    traits: tuple[str, ...]
    source: tuple[Excerpt, ...]
    output: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Review:
    """All of a conversion.

    Attributes:
        report: what became of each line, and what there is to say.
        target: the name of the target.
        files: the names of the files that lines come from.
        parts: the parts of the project, in its order, the rest last.
        places: the entries of the ledger, in its order.
        output: the lines of the manifests as YAML, without secrets.
        graph: the application as a graph.
    """

    report: Report
    target: str
    files: tuple[str, ...]
    parts: tuple[Part, ...]
    places: tuple[Place, ...]
    output: tuple[str, ...]
    graph: Graph

    def counts(self, part: int) -> Mapping[str, int]:
        """Return how many lines of a part ended in each way."""
        made: dict[str, int] = {}
        for place in self.places:
            if place.part == part:
                made[place.entry.outcome.value] = made.get(place.entry.outcome.value, 0) + 1
        return made
