"""A graph as JSON, for programs."""

from __future__ import annotations

from typing import Any

from compose2oam.emitter import json
from compose2oam.model.graph import Edge, Graph, Link, Node


def render(graph: Graph) -> str:
    """Return the graph as a JSON document."""
    nodes = [_node(node) for node in graph.nodes]
    return json.dump([{"name": graph.name, "nodes": nodes, "edges": [_edge(edge) for edge in graph.edges]}])


def _node(node: Node) -> dict[str, Any]:
    more = {"detail": node.detail, "type": node.type, "ports": list(node.ports), "traits": list(node.traits)}
    return {"id": node.id, "kind": node.kind.value, "name": node.name, **{key: more[key] for key in more if more[key]}}


def _edge(edge: Edge) -> dict[str, Any]:
    made: dict[str, Any] = {"from": edge.start, "to": edge.end, "kind": edge.link.value}
    if edge.link is Link.DEPENDS:
        made |= {"condition": edge.condition, "required": edge.required}
    return made
