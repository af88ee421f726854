"""A conversion laid out to be read: the lines of the project, what each became, and a graph of the whole."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from typing import Any

from compose2oam.api import Conversion
from compose2oam.model.compose import Project
from compose2oam.model.redaction import Redaction, hides, secret_values
from compose2oam.model.review import Review
from compose2oam.review.graph import graph_of
from compose2oam.review.outputs import Output
from compose2oam.review.parts import Parts

__all__ = ["graph_of", "redaction_of", "review"]


def review(project: Project, made: Conversion, target: str) -> Review:
    """Lay out a conversion.

    The files of the project are read once more; of one that is not there any more, such as standard input, no line
    is shown.

    Args:
        project: the project.
        made: what it was converted to.
        target: the name of the target.
    """
    redaction = redaction_of(project, made)
    output = Output(made.documents, redaction)
    graph = graph_of(project, made)
    parts = Parts(project, made.entries, output, redaction, {node.id: node for node in graph.nodes})
    return Review(made.report, target, parts.files, parts.parts(), parts.places, output.lines, graph)


def redaction_of(project: Project, made: Conversion) -> Redaction:
    """Return what takes the secrets of a project out of its lines and out of what it became."""
    sections = (project.tree, project.disabled)
    values = [value for tree in sections for value in secret_values(tree)]
    values += [value for name, value in project.environment.items() if hides(name) and len(value) >= _SURELY]
    values += [value for secret in made.secrets for value in _kept(secret)]
    return Redaction(values, [name for tree in sections for name in _names(tree)])


# The environment of a process is full of what the project has nothing to do with.
_SURELY = 8


def _kept(secret: Mapping[str, Any]) -> Iterator[str]:
    """Yield the values of a Secret, and how they are written in it."""
    yield from (secret.get("stringData") or {}).values()
    for value in (secret.get("data") or {}).values():
        yield value
        try:
            yield base64.b64decode(value).decode()
        except (binascii.Error, UnicodeDecodeError):
            continue


def _names(node: Any) -> Iterator[str]:
    """Yield what everybody may know: the keys and the images of a project."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            yield str(key)
            if key == "image" and isinstance(value, str):
                yield value
            yield from _names(value)
    elif isinstance(node, list):
        for item in node:
            yield from _names(item)
