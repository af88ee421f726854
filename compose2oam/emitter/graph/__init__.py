"""An application as a graph: Mermaid, DOT, SVG and JSON."""

from __future__ import annotations

import importlib

from compose2oam.errors import UsageError
from compose2oam.model.graph import Graph

# The module that writes a format; each has one function `render`.
FORMATS = {"mermaid": "mermaid", "dot": "dot", "svg": "svg", "json": "data"}
SUFFIXES = {".mmd": "mermaid", ".mermaid": "mermaid", ".dot": "dot", ".gv": "dot", ".svg": "svg", ".json": "json"}


def format_of(path: str, named: str = "") -> str:
    """Return the format of a graph: the one that is named, the one of the file's suffix, or else Mermaid.

    Raises:
        UsageError: the one that is named is none.
    """
    if named and named not in FORMATS:
        raise UsageError(f"there is no graph format `{named}`; known are: {', '.join(FORMATS)}")
    return named or next((name for suffix, name in SUFFIXES.items() if path.endswith(suffix)), "mermaid")


def render(graph: Graph, name: str) -> str:
    """Write a graph in a format of :data:`FORMATS`."""
    module = importlib.import_module(f"{__name__}.{FORMATS[name]}")
    text: str = module.render(graph)
    return text
