"""Where nodes and lines of a drawing go: parts that hang together in columns, the parts side by side."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from compose2oam.emitter.graph import layers
from compose2oam.model.namedtuple import NamedTuple

_GAP = 22.0
_BETWEEN_COLUMNS = 72.0
_BETWEEN_PARTS = 40.0
_PLACE = 6.0
# How much wider than tall a drawing is to be.
_WIDER = 1.7

Point = tuple[float, float]


class Size(NamedTuple):
    """How wide and tall something is, in pixels."""

    width: float
    height: float


class Drawing(NamedTuple):
    """Where everything is, in pixels from the top left.

    Attributes:
        size: of the whole.
        places: the top left of each node.
        ways: the points that a line passes, for each edge.
    """

    size: Size
    places: Mapping[str, Point]
    ways: Mapping[tuple[str, str], Sequence[Point]]


def arrange(sizes: Mapping[str, Size], edges: Iterable[tuple[str, str]]) -> Drawing:
    """Return a place for each node and a way for each edge; the same for the same input.

    Args:
        sizes: how large each node is, in the order in which nodes of equal rights are to stand.
        edges: from a node to one that is to stand on its right.
    """
    known = [(start, end) for start, end in dict.fromkeys(edges) if start != end]
    parts = _parts(list(sizes), known)
    lonely = [part[0] for part in parts if len(part) == 1]
    drawn = [_columns(part, sizes, known) for part in parts if len(part) > 1]
    if lonely:
        drawn.append(_packed([Drawing(sizes[name], {name: (0.0, 0.0)}, {}) for name in lonely], _GAP))
    return _packed(drawn, _BETWEEN_PARTS)


def _parts(nodes: list[str], edges: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Return the nodes by what hangs together, in order."""
    beside: dict[str, list[str]] = {node: [] for node in nodes}
    for start, end in edges:
        beside[start].append(end)
        beside[end].append(start)
    number: dict[str, int] = {}
    for root in nodes:
        waiting = [root] if root not in number else []
        while waiting:
            node = waiting.pop()
            if node not in number:
                number[node] = number.get(root, len(number))
                waiting += beside[node]
    made: dict[int, list[str]] = {}
    for node in nodes:
        made.setdefault(number[node], []).append(node)
    return list(made.values())


def _columns(nodes: list[str], sizes: Mapping[str, Size], edges: Iterable[tuple[str, str]]) -> Drawing:
    """Draw one part."""
    inside = set(nodes)
    forward = layers.without_cycles(nodes, [edge for edge in edges if edge[0] in inside])
    placed, ways = layers.with_places(layers.folded(layers.columns(nodes, forward)), forward)
    made = layers.ordered(placed, ways.values())
    tall = {name: sizes[name].height if isinstance(name, str) else _PLACE for column in made for name in column}
    middle = layers.heights(made, ways.values(), tall, _GAP)
    top = min(middle[name] - tall[name] / 2 for name in tall)
    left = 0.0
    places: dict[str, Point] = {}
    sides: dict[layers.Name, tuple[float, float]] = {}
    for column in made:
        wide = max((sizes[name].width for name in column if isinstance(name, str)), default=0.0)
        for name in column:
            sides[name] = (left, left + wide)
            if isinstance(name, str):
                own = sizes[name].width
                places[name] = (left + (wide - own) / 2, middle[name] - top - tall[name] / 2)
                sides[name] = (places[name][0], places[name][0] + own)
        left += wide + _BETWEEN_COLUMNS
    bottom = max(middle[name] + tall[name] / 2 for name in tall) - top
    lines = {
        edge: [point for name in way for point in _passing(name, way, sides[name], middle[name] - top)]
        for edge, way in ways.items()
    }
    return Drawing(Size(left - _BETWEEN_COLUMNS, bottom), places, lines)


def _passing(name: layers.Name, way: Sequence[layers.Name], sides: tuple[float, float], height: float) -> list[Point]:
    """Return the points at which a line leaves, passes or reaches a name."""
    points = [(sides[0], height), (sides[1], height)]
    if name == way[0]:
        return points[1:]
    return points[:1] if name == way[-1] else points


def _packed(drawn: Sequence[Drawing], gap: float) -> Drawing:
    """Put drawings side by side in rows, the tall ones first, into something wider than tall."""
    if not drawn:
        return Drawing(Size(0.0, 0.0), {}, {})
    area = sum((item.size.width + gap) * (item.size.height + gap) for item in drawn)
    wide = max(math.sqrt(area * _WIDER), *(item.size.width for item in drawn), 0.0)
    left = top = row = right = 0.0
    places: dict[str, Point] = {}
    ways: dict[tuple[str, str], list[Point]] = {}
    for item in sorted(drawn, key=lambda item: -item.size.height):
        if left and left + item.size.width > wide:
            left, top, row = 0.0, top + row + gap, 0.0
        places |= {name: (x + left, y + top) for name, (x, y) in item.places.items()}
        ways |= {edge: [(x + left, y + top) for x, y in way] for edge, way in item.ways.items()}
        left += item.size.width + gap
        row = max(row, item.size.height)
        right = max(right, left - gap)
    return Drawing(Size(right, top + row), places, ways)
