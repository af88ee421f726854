"""Which rules read a place: the ``reads`` of all rules of a scope, as one tree."""

from __future__ import annotations

import re
from collections.abc import Iterable

from compose2oam.model.path import Path, Step
from compose2oam.rules.strict import fail
from compose2oam.source.position import Position

_STEP = re.compile(r'(?P<key>"[^"]+"|[A-Za-z0-9_$-]+|\*\*?|x-\*)(?P<items>(\[\])*)\Z')
_PARTS = re.compile(r'\.(?=(?:[^"]*"[^"]*")*[^"]*\Z)')
_ITEM = "[]"
_ANY = "*"
_DEEP = "**"


def parse_pattern(text: str, position: Position | None) -> tuple[str, ...]:
    """Split ``deploy.placement.constraints[]`` into steps: keys, ``*`` for any key, ``x-*`` for any
    extension, ``**`` for any number of steps and ``[]`` for any item. A key with dots is quoted, and one that ends
    with ``*`` stands for all that begin so: ``labels."kompose.*"``.

    Raises:
        RuleError: if it is not such a path.
    """
    steps: list[str] = []
    for part in _PARTS.split(text):
        match = _STEP.match(part)
        if match is None:
            raise fail("RULE-114", f"`{text}` is not a path such as `ports[].target`", position)
        steps.append(match["key"].strip('"'))
        steps.extend(_ITEM for _ in range(match["items"].count("[")))
    return tuple(steps)


class _Node:
    __slots__ = ("below", "codes", "deep", "prefixes")

    def __init__(self, deep: bool = False) -> None:
        self.below: dict[str, _Node] = {}
        self.prefixes: dict[str, _Node] = {}
        self.codes: list[str] = []
        self.deep = deep


class Patterns:
    """The ``reads`` of the rules of one scope; a pattern reads its place and everything below."""

    def __init__(self, patterns: Iterable[tuple[str, tuple[str, ...]]]) -> None:
        self._root = _Node()
        self._known: dict[Path, dict[str, int]] = {}
        for code, steps in patterns:
            node = self._root
            for step in steps:
                is_prefix = step.endswith(_ANY) and step not in (_ANY, _DEEP)
                places = node.prefixes if is_prefix else node.below
                node = places.setdefault(step.rstrip(_ANY) if is_prefix else step, _Node(step == _DEEP))
            node.codes.append(code)

    def match(self, path: Path) -> dict[str, int]:
        """Return the codes of the rules that read ``path``, each with how many of its steps the rule names."""
        key = tuple([_ITEM if step.__class__ is int else step for step in path])
        codes = self._known.get(key)
        if codes is None:
            codes = self._known[key] = self._match(key)
        return codes

    def _match(self, path: Path) -> dict[str, int]:
        codes = dict.fromkeys(self._root.codes, 0)
        nodes = _with_deep([self._root])
        for depth, step in enumerate(path, start=1):
            nodes = _with_deep([below for node in nodes for below in _next(node, step)])
            for node in nodes:
                codes.update(dict.fromkeys(node.codes, depth))
        return codes


def _next(node: _Node, step: Step) -> Iterable[_Node]:
    key = str(step)
    names = (_ITEM,) if key == _ITEM else (key, _ANY)
    found = [node.below[name] for name in names if name in node.below]
    found.extend(below for prefix, below in node.prefixes.items() if key.startswith(prefix))
    return [*found, node] if node.deep else found


def _with_deep(nodes: list[_Node]) -> list[_Node]:
    return nodes + [node.below[_DEEP] for node in nodes if _DEEP in node.below and not node.deep]
