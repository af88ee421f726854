"""Nodes in columns: what is pointed at stands to the right, with as few crossings as a few sweeps give.

The steps are those of Sugiyama's method: break cycles, give each node a column, put empty places where a line passes
a column, order the columns by the neighbours' places, and move everything as near to its neighbours as there is room.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence

Name = str | int
"""A node, or a place where a line passes a column."""

# With more nodes than this in a column, another is begun.
_TALLEST = 9
# So many places for lines to pass are kept free; more would draw the columns apart.
_MOST_PLACES = 240
_SWEEPS = 10
# How far lines keep from one another, in pixels.
_APART = 7.0


def without_cycles(nodes: Sequence[str], edges: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the edges, those that close a cycle turned round."""
    after: dict[str, list[str]] = {node: [] for node in nodes}
    for start, end in edges:
        after[start].append(end)
    made: list[tuple[str, str]] = []
    done: set[str] = set()
    for root in nodes:
        path: dict[str, None] = {}
        waiting = [(root, iter(after[root]))] if root not in done else []
        path.update(dict.fromkeys([root] if waiting else []))
        while waiting:
            node, rest = waiting[-1]
            following = next(rest, None)
            if following is None:
                waiting.pop()
                done.add(node)
                path.pop(node, None)
            elif following == node:
                continue
            elif following in path:
                made.append((following, node))
            else:
                made.append((node, following))
                if following not in done:
                    path[following] = None
                    waiting.append((following, iter(after[following])))
    return list(dict.fromkeys(made))


def columns(nodes: Sequence[str], edges: Sequence[tuple[str, str]]) -> list[list[str]]:
    """Return the nodes by column, each to the left of all that it points at, and no further left than it must be."""
    before: dict[str, list[str]] = {node: [] for node in nodes}
    after: dict[str, list[str]] = {node: [] for node in nodes}
    for start, end in edges:
        after[start].append(end)
        before[end].append(start)
    order = _sorted(nodes, before, after)
    depth = dict.fromkeys(nodes, 0)
    for node in order:
        for end in after[node]:
            depth[end] = max(depth[end], depth[node] + 1)
    for node in reversed(order):
        if after[node]:
            depth[node] = min(depth[end] for end in after[node]) - 1
    made: list[list[str]] = [[] for _ in range(max(depth.values(), default=0) + 1)]
    for node in nodes:
        made[depth[node]].append(node)
    return made


def _sorted(nodes: Sequence[str], before: Mapping[str, list[str]], after: Mapping[str, list[str]]) -> list[str]:
    open_ = {node: len(before[node]) for node in nodes}
    order = [node for node in nodes if not open_[node]]
    for node in order:
        for end in after[node]:
            open_[end] -= 1
            if not open_[end]:
                order.append(end)
    return order


def folded(made: list[list[str]]) -> list[list[str]]:
    """Return columns none of which is much taller than the whole is wide."""
    count = sum(map(len, made))
    tallest = max(_TALLEST, math.ceil(1.5 * math.sqrt(count)))
    parts: list[list[str]] = []
    for column in made:
        pieces = math.ceil(len(column) / tallest)
        size = math.ceil(len(column) / pieces)
        parts += [column[at : at + size] for at in range(0, len(column), size)]
    return parts


def with_places(
    made: list[list[str]], edges: Sequence[tuple[str, str]]
) -> tuple[list[list[Name]], dict[tuple[str, str], list[Name]]]:
    """Return the columns with a place for each line that passes one, and the way of each line."""
    at = {node: index for index, column in enumerate(made) for node in column}
    placed: list[list[Name]] = [list(column) for column in made]
    passed = sum(max(0, at[end] - at[start] - 1) for start, end in edges)
    ways: dict[tuple[str, str], list[Name]] = {}
    count = 0
    for start, end in edges:
        way: list[Name] = [start]
        if passed <= _MOST_PLACES:
            for column in range(at[start] + 1, at[end]):
                placed[column].append(count)
                way.append(count)
                count += 1
        ways[start, end] = [*way, end]
    return placed, ways


def ordered(placed: list[list[Name]], ways: Iterable[Sequence[Name]]) -> list[list[Name]]:
    """Return the columns, each sorted by the places of its neighbours."""
    before: dict[Name, list[Name]] = {}
    after: dict[Name, list[Name]] = {}
    for way in ways:
        for start, end in itertools.pairwise(way):
            before.setdefault(end, []).append(start)
            after.setdefault(start, []).append(end)
    place = {name: float(index) for column in placed for index, name in enumerate(column)}
    made = [list(column) for column in placed]
    for sweep in range(_SWEEPS):
        to_right = sweep % 2 == 0
        beside = before if to_right else after
        for column in made if to_right else reversed(made):
            wished = {name: _mean([place[item] for item in beside.get(name, ())], place[name]) for name in column}
            column.sort(key=wished.__getitem__)
            place.update({name: float(index) for index, name in enumerate(column)})
    return made


def heights(
    made: Sequence[Sequence[Name]], ways: Iterable[Sequence[Name]], tall: Mapping[Name, float], gap: float
) -> dict[Name, float]:
    """Return the middle of each name from top to bottom, near its neighbours and apart from those of its column."""
    beside: dict[Name, list[Name]] = {}
    for way in ways:
        for start, end in itertools.pairwise(way):
            beside.setdefault(end, []).append(start)
            beside.setdefault(start, []).append(end)
    middle: dict[Name, float] = {}
    for column in made:
        _stack(column, {}, tall, gap, middle)
    for _ in range(_SWEEPS):
        for column in (*made, *reversed(made)):
            wished = {name: _mean([middle[item] for item in beside.get(name, ())], middle[name]) for name in column}
            _stack(column, wished, tall, gap, middle)
    return middle


def _stack(
    column: Sequence[Name],
    wished: Mapping[Name, float],
    tall: Mapping[Name, float],
    gap: float,
    middle: dict[Name, float],
) -> None:
    """Give the names of a column middles near those that they wish for: half way between pushing down and up."""
    down: list[float] = []
    for index, name in enumerate(column):
        least = down[-1] + _apart(column[index - 1], name, tall, gap) if index else -math.inf
        down.append(max(wished.get(name, least if index else 0.0), least))
    up: list[float] = []
    for index in range(len(column) - 1, -1, -1):
        name = column[index]
        most = up[-1] - _apart(name, column[index + 1], tall, gap) if up else math.inf
        up.append(min(wished.get(name, down[index]), most))
    for name, high, low in zip(column, down, reversed(up), strict=True):
        middle[name] = (high + low) / 2


def _apart(upper: Name, lower: Name, tall: Mapping[Name, float], gap: float) -> float:
    """Return how far the middles of two neighbours are at least from one another."""
    lines = isinstance(upper, int) and isinstance(lower, int)
    return (tall[upper] + tall[lower]) / 2 + (_APART if lines else gap)


def _mean(values: list[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise
