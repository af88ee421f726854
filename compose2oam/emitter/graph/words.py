"""What all drawings say of a node or an edge in the same words."""

from __future__ import annotations

from compose2oam.emitter.report.plain import plain
from compose2oam.model.graph import Edge, Graph, Kind, Node

CONDITIONS = {
    "service_healthy": "healthy",
    "service_completed_successfully": "completed",
    "service_started": "started",
}


def condition(edge: Edge) -> str:
    """Return what a dependency waits for, in a word or two."""
    word = CONDITIONS.get(edge.condition, edge.condition)
    return word if edge.required else f"{word}, optional"


def remarks(node: Node) -> list[tuple[str, str]]:
    """Return what there is to say of a node below its name and detail, each with its title."""
    said = [("ports", ", ".join(node.ports)), ("type", node.type), ("traits", ", ".join(node.traits))]
    return [(title, plain(text)) for title, text in said if text]


def lines(node: Node) -> list[str]:
    """Return the lines of a node's label."""
    if node.kind not in (Kind.SERVICE, Kind.COMPONENT):
        return [plain(node.name)]
    head = [plain(text) for text in (node.name, node.detail) if text]
    return head + [f"{title}: {text}" for title, text in remarks(node)]


def numbered(graph: Graph) -> dict[str, str]:
    """Return a short name for each node that is a word in any language."""
    return {node.id: f"n{index}" for index, node in enumerate(graph.nodes)}
