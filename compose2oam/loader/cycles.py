"""Circles in a graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def find_cycle(graph: Mapping[str, Sequence[str]]) -> list[str]:
    """Return one circle of a graph as ``[a, b, a]``, ``[]`` where there is none; linear in its edges.

    Args:
        graph: for each node, the nodes it leads to, all of which are nodes of the graph.
    """
    done: set[str] = set()
    for start in graph:
        if start in done:
            continue
        way, stack = {start: 0}, [iter(graph[start])]
        while stack:
            step = next(stack[-1], None)
            if step is None:
                stack.pop()
                done.add(way.popitem()[0])
            elif step in way:
                return [*list(way)[way[step] :], step]
            elif step not in done:
                way[step] = len(way)
                stack.append(iter(graph[step]))
    return []
