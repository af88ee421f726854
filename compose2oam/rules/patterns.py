"""Which rules read a place: the ``reads`` of all rules of a scope, as one tree."""

from __future__ import annotations

from collections.abc import Iterable

from compose2oam.model.path import Path, Step
from compose2oam.model.regex import regex
from compose2oam.rules.strict import fail
from compose2oam.source.position import Position

_STEP = regex(r'(?P<key>"[^"]+"|[A-Za-z0-9_$-]+|\*\*?|x-\*)(?P<items>(\[\])*)\Z')
_PARTS = regex(r'\.(?=(?:[^"]*"[^"]*")*[^"]*\Z)')
_ITEM = "[]"
_ANY = "*"
_DEEP = "**"

# How many steps below a place are kept: most keys recur from service to service.
_KEPT = 256


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


class Reached:
    """Where a path has led to in the patterns of one scope; made when a path first comes there.

    Attributes:
        codes: the codes of the rules that read the path, each with how many of its steps the rule names.
        below: where one more step leads to.
    """

    __slots__ = ("_depth", "_nodes", "below", "codes")

    def __init__(self, nodes: list[_Node], codes: dict[str, int], depth: int) -> None:
        self._nodes = nodes + [node.below[_DEEP] for node in nodes if _DEEP in node.below and not node.deep]
        self._depth = depth
        self.codes = {**codes, **{code: depth for node in self._nodes for code in node.codes}}
        self.below = _Below(self, self._nodes)

    def after(self, key: str) -> Reached:
        """Return where one more step leads to, worked out anew."""
        if not self._nodes:
            return self
        found = [below for node in self._nodes for below in _next(node, key)]
        return Reached(found, self.codes, self._depth + 1)


class _Below(dict[Step, Reached]):
    """Where the steps below a path lead to, those that some pattern names each once."""

    def __init__(self, above: Reached, nodes: list[_Node]) -> None:
        self._above = above
        self._named = {_ITEM, *(name for node in nodes for name in node.below)}
        self._prefixes = tuple({prefix for node in nodes for prefix in node.prefixes})
        self._others: dict[tuple[str, ...], Reached] = {}

    def __missing__(self, step: Step) -> Reached:
        if isinstance(step, int):
            known = self[step] = self[_ITEM]
            return known
        if step in self._named:
            known = self[step] = self._above.after(step)
            return known
        # Keys that no pattern names are all one, and few are kept: what users call things shall not fill the memory.
        kind = tuple([prefix for prefix in self._prefixes if step.startswith(prefix)]) if self._prefixes else ()
        if kind not in self._others:
            self._others[kind] = self._above.after(step)
        if len(self) < _KEPT:
            self[step] = self._others[kind]
        return self._others[kind]


class Patterns:
    """The ``reads`` of the rules of one scope; a pattern reads its place and everything below.

    Attributes:
        start: where an empty path leads to.
    """

    def __init__(self, patterns: Iterable[tuple[str, tuple[str, ...]]] = ()) -> None:
        root = _Node()
        for code, steps in patterns:
            node = root
            for step in steps:
                is_prefix = step.endswith(_ANY) and step not in (_ANY, _DEEP)
                places = node.prefixes if is_prefix else node.below
                node = places.setdefault(step.rstrip(_ANY) if is_prefix else step, _Node(step == _DEEP))
            node.codes.append(code)
        self.start = Reached([root], {}, 0)

    def match(self, path: Path) -> dict[str, int]:
        """Return the codes of the rules that read ``path``, each with how many of its steps the rule names."""
        reached = self.start
        for step in path:
            reached = reached.below[step]
        return reached.codes


def _next(node: _Node, key: str) -> Iterable[_Node]:
    names = (_ITEM,) if key == _ITEM else (key, _ANY)
    found = [node.below[name] for name in names if name in node.below]
    found.extend(below for prefix, below in node.prefixes.items() if key.startswith(prefix))
    return [*found, node] if node.deep else found
