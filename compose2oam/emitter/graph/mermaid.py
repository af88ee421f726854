"""A graph for Mermaid, which GitHub and GitLab draw in Markdown."""

from __future__ import annotations

import json
import re

from compose2oam.emitter.graph.words import condition, lines, numbered
from compose2oam.emitter.report.plain import plain
from compose2oam.model.graph import Edge, Graph, Kind, Link, Node

# Everything else is written as the number of its character, which Mermaid shows as that character.
_SPECIAL = re.compile(r"[^\w ./:,-]", re.ASCII)
_SHAPES = {
    Kind.SERVICE: ('["', '"]'),
    Kind.COMPONENT: ('[["', '"]]'),
    Kind.VOLUME: ('[("', '")]'),
    Kind.NETWORK: ('{{"', '"}}'),
}


def render(graph: Graph) -> str:
    """Return a flow chart: what is waited for stands to the right of what waits."""
    names = numbered(graph)
    head = ["---", f"title: {json.dumps(_text(plain(graph.name)))}", "---", "flowchart LR"]
    nodes = [f"  {names[node.id]}{_label(node)}:::{node.kind.value}" for node in graph.nodes]
    edges = [f"  {names[edge.start]} {_arrow(edge)} {names[edge.end]}" for edge in graph.edges]
    looks = [
        "  classDef service fill:#eef1fd,stroke:#3b4cca,color:#1d2430",
        "  classDef component fill:#e3f4ea,stroke:#1a7f4b,color:#1d2430",
        "  classDef volume fill:#fbf0d5,stroke:#8a5a00,color:#1d2430",
        "  classDef network fill:#eceef1,stroke:#5d6675,color:#1d2430",
    ]
    return "\n".join((*head, *nodes, *edges, *looks, ""))


def _label(node: Node) -> str:
    opened, closed = _SHAPES[node.kind]
    return f"{opened}{'<br/>'.join(map(_text, lines(node)))}{closed}"


def _arrow(edge: Edge) -> str:
    if edge.link is Link.MOUNTS:
        return "---"
    if edge.link is Link.JOINS:
        return "-.-"
    line = "-->" if edge.required else "-.->"
    return f'{line}|"{_text(condition(edge))}"|' if edge.condition else line


def _text(text: str) -> str:
    return _SPECIAL.sub(lambda found: f"#{ord(found[0])};", text)
