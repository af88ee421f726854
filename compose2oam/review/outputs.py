"""The manifests as lines that may be shown, and which part of the project each of them is there for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from compose2oam.emitter import yaml
from compose2oam.model.path import Path
from compose2oam.model.redaction import Redaction
from compose2oam.model.review import Span
from compose2oam.rules.places import Places

_OBJECTS = "k8s-objects"


class Output:
    """What was written.

    Args:
        documents: the manifests.
        redaction: takes secrets out.
    """

    def __init__(self, documents: Sequence[Mapping[str, Any]], redaction: Redaction) -> None:
        text, starts = yaml.dump_with_lines([redaction.tree(document) for document in documents])
        self._documents = documents
        self._places = Places(documents)
        self.lines = tuple(text.split("\n")[:-1])
        self._spans = _spans(starts, len(self.lines))

    def became(self, targets: Iterable[Path]) -> list[Span]:
        """Return the lines of targets of the ledger, without those that are nowhere."""
        found = [self._span(target) for target in targets]
        return list(dict.fromkeys(span for span in found if span is not None))

    def blocks(self) -> list[tuple[str, Mapping[str, Any], Span]]:
        """Return what stands by itself: the name and the manifest of each component and object, and its lines."""
        made: list[tuple[str, Mapping[str, Any], Span]] = []
        for index, document in enumerate(self._documents):
            components = (document.get("spec") or {}).get("components")
            if document["kind"] not in ("Application", "ApplicationConfiguration") or not components:
                made.append((_name(document), document, self._spans[index,]))
                continue
            for place, component in enumerate(components):
                path: Path = (index, "spec", "components", place)
                objects = (component.get("properties") or {}).get("objects")
                if component.get("type") == _OBJECTS and objects:
                    for at, item in enumerate(objects):
                        below: Path = (*path, "properties", "objects", at)
                        made.append((_name(item), item, self._spans[below]))
                else:
                    made.append((_name(component), component, self._spans[path]))
        return made

    def _span(self, target: Path) -> Span | None:
        path = self._places.find(target)
        # What is within a text, as a line of a file, is where the text is.
        while path and path not in self._spans:
            path = path[:-1]
        return self._spans[path] if path else None


def _name(manifest: Mapping[str, Any]) -> str:
    """Return the component that something is, or whose pods an object is for."""
    given = manifest.get("componentName") or manifest.get("name")
    if given:
        return str(given)
    metadata, spec = manifest.get("metadata") or {}, manifest.get("spec") or {}
    labels, selector = metadata.get("labels") or {}, spec.get("selector")
    of = selector.get("app.oam.dev/component") if isinstance(selector, Mapping) else None
    return str(of or labels.get("app.kubernetes.io/name") or metadata.get("name") or "")


def _spans(starts: Mapping[Path, int], count: int) -> dict[Path, Span]:
    """Return the lines of each path: up to where the next begins that is not within it."""
    made: dict[Path, Span] = {}
    open_: list[tuple[Path, int]] = []

    def close(depth: int, line: int) -> None:
        while len(open_) > depth:
            path, first = open_.pop()
            made[path] = Span(first, max(first, line))

    for path, line in starts.items():
        while open_ and path[: len(open_[-1][0])] != open_[-1][0]:
            # Before another document stands the line that parts them.
            close(len(open_) - 1, line - (2 if len(path) == 1 else 1))
        open_.append((path, line))
    close(0, count)
    return made
