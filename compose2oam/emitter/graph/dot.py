"""A graph for Graphviz."""

from __future__ import annotations

from compose2oam.emitter.graph.words import condition, lines, numbered
from compose2oam.emitter.report.plain import plain
from compose2oam.model.graph import Edge, Graph, Kind, Link

_SHAPES = {
    Kind.SERVICE: 'shape=box, style="rounded,filled", fillcolor="#eef1fd", color="#3b4cca"',
    Kind.COMPONENT: 'shape=component, style=filled, fillcolor="#e3f4ea", color="#1a7f4b"',
    Kind.VOLUME: 'shape=cylinder, style=filled, fillcolor="#fbf0d5", color="#8a5a00"',
    Kind.NETWORK: 'shape=hexagon, style=filled, fillcolor="#eceef1", color="#5d6675"',
}


def render(graph: Graph) -> str:
    """Return a directed graph: what is waited for stands to the right of what waits."""
    names = numbered(graph)
    rows = [
        f"digraph {_quoted([graph.name])} {{",
        "  rankdir=LR",
        '  node [fontname="Helvetica", fontsize=11]',
        '  edge [fontname="Helvetica", fontsize=9, color="#5d6675"]',
        *(f"  {names[node.id]} [label={_quoted(lines(node))}, {_SHAPES[node.kind]}]" for node in graph.nodes),
        *(f"  {names[edge.start]} -> {names[edge.end]} [{_looks(edge)}]" for edge in graph.edges),
        "}",
    ]
    return "\n".join((*rows, ""))


def _looks(edge: Edge) -> str:
    if edge.link is Link.MOUNTS:
        return "dir=none"
    if edge.link is Link.JOINS:
        return "dir=none, style=dotted"
    style = "solid" if edge.required else "dashed"
    return f"style={style}, label={_quoted([condition(edge)])}"


def _quoted(texts: list[str]) -> str:
    escaped = [plain(text).replace("\\", "\\\\").replace('"', '\\"') for text in texts]
    return '"' + "\\n".join(escaped) + '"'
