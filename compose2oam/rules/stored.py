"""Rules in the cache: what a rulebook was made of, so that the next process need not read and check hundreds of files.

What is found under the contents of the rules' files, and the state of our own modules, was valid. A rule comes back
with what every conversion asks of it; the rest (its templates, its conditions) is compiled from its tree once something
needs it, since few rules have a part in any one conversion.

A file of the cache has a line of JSON for the index, one for each file that a target was read from, and two for each
rule: what it says, and its examples, which are half of it and which no conversion needs.
"""

from __future__ import annotations

import json
import pathlib
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from compose2oam._version import __version__
from compose2oam.model.dataclass import fields
from compose2oam.model.namedtuple import NamedTuple
from compose2oam.rules import syntax
from compose2oam.rules.layers import Layer
from compose2oam.rules.rule import Carrier, Meaning, Rule, closed, late_parts
from compose2oam.rules.target import Target, TargetFile, target_of
from compose2oam.source import cachefile
from compose2oam.source.position import Position
from compose2oam.source.tree import Map, Seq, mark_of

# What a rule comes back with: its attributes, and what makes them of what JSON has.
_AT_ONCE: dict[type, dict[str, Callable[[Any], Any]]] = {
    Meaning: {
        **dict.fromkeys(("code", "title", "why", "scope", "group"), str),
        **dict.fromkeys(("always", "yields"), bool),
        "fields": tuple,
        "reads": lambda reads: tuple(map(tuple, reads)),
        "needs": lambda needs: tuple(frozenset(map(tuple, group)) for group in needs),
    },
    Carrier: {
        **dict.fromkeys(("code", "title", "why", "scope", "group"), str),
        "carries": tuple,
        **dict.fromkeys(("named", "closed"), frozenset),
        **dict.fromkeys(("unnamed", "orders"), bool),
    },
}
# What a rule has of its examples too.
_WITH_EXAMPLES = ("examples", "source")
_ATTRIBUTES = frozenset(field.name for kind in _AT_ONCE for field in fields(kind))


class Parts(NamedTuple):
    """What a rulebook is made of.

    Attributes:
        target: the target.
        rules: all its rules, in order.
        paths: by code, the file of a rule.
    """

    target: Target
    rules: list[Rule]
    paths: dict[str, str]


def key_of(target: str, layers: Sequence[Layer]) -> str:
    """Return all that the rules of a target hang on, as a text; ``""`` if nothing is cached, or a file cannot be read.

    It is not hashed: to import what hashes takes longer than to compare.
    """
    if cachefile.folder() is None:
        return ""
    try:
        read = [(str(layer.folder), layer.shipped, [*layer.contents()]) for layer in layers]
        return repr((__version__, sys.implementation.cache_tag, target, sorted(_modules()), read))
    except OSError:
        return ""


def recall(key: str, layers: Sequence[Layer]) -> Parts | None:
    """Return what was stored under a key, ``None`` if there is nothing."""
    lines = cachefile.read(key) if key else None
    if lines is None:
        return None
    index = json.loads(lines[0])
    files = [
        TargetFile(layers[number], name, _read(line, file), Position(file, 1, 1))
        for (number, name, file), line in zip(index["targets"], lines[1:], strict=False)
    ]
    rules: list[Rule] = []
    paths = {}
    said = lines[1 + len(files) :]
    for (file, path, values), line, examples in zip(index["rules"], said[::2], said[1::2], strict=True):
        kind, known = (_StoredMeaning, Meaning) if "reads" in values else (_StoredCarrier, Carrier)
        rule: Any = object.__new__(kind)
        for name, made_of in _AT_ONCE[known].items():
            object.__setattr__(rule, name, made_of(values[name]))
        object.__setattr__(rule, "position", Position(file, 1, 1))
        object.__setattr__(rule, "lines", (line, examples))
        rules.append(rule)
        paths[rule.code] = path
    return Parts(target_of(files), rules, paths)


def store(key: str, layers: Sequence[Layer], files: Sequence[TargetFile], parts: Parts) -> None:
    """Store what a rulebook was made of, if JSON can hold it.

    Args:
        key: the key from before the files were read; nothing is stored if one of them has changed since.
        layers: the layers of rules.
        files: the files that the target was made of.
        parts: what is stored; the carriers as their files have them.
    """
    if not key or key != key_of(parts.target.name, layers):
        return
    index = {
        "targets": [(layers.index(file.layer), file.name, file.position.file) for file in files],
        "rules": [(rule.position.file, parts.paths[rule.code], _at_once(rule)) for rule in parts.rules],
    }
    nodes = [file.node for file in files]
    for rule in parts.rules:
        nodes += _without_examples(rule.source)
    try:
        lines = [_line(index), *(_line([_encoded(node), _syntax_of(node)]) for node in nodes)]
    except TypeError:
        return
    cachefile.write(key, lines)


def _without_examples(source: Map) -> tuple[Map, Seq]:
    """Part the examples of a rule from all else; an empty list keeps their place."""
    if "examples" not in source:
        return source, Seq()
    parted = source.copied()
    parted["examples"] = Seq(mark=source["examples"].mark)
    return parted, source["examples"]


class _Stored:
    """A rule most of whose attributes are in lines of the cache still."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        """Compile the rule, when an attribute is asked for that is not there."""
        if name not in _ATTRIBUTES:
            raise AttributeError(name)
        for late, value in self.late_parts(with_examples=name in _WITH_EXAMPLES).items():
            object.__setattr__(self, late, value)
        return object.__getattribute__(self, name)

    def late_parts(self, *, with_examples: bool) -> dict[str, Any]:
        """Return the attributes that are in the cache still, those without examples or all."""
        rule: Any = self
        line, examples = rule.lines
        node = _read(line, rule.position.file)
        if with_examples and "examples" in node:
            node["examples"] = _read(examples, rule.position.file)
        parts = late_parts(node)
        return parts if with_examples else {name: parts[name] for name in parts if name not in _WITH_EXAMPLES}


class _StoredMeaning(_Stored, Meaning):
    __slots__ = ("lines",)


class _StoredCarrier(_Stored, Carrier):
    __slots__ = ("lines",)

    def closed_to(self, types: frozenset[str]) -> Carrier:
        """Close its ways once they are there."""
        object.__setattr__(self, "closed", types)
        return self

    def late_parts(self, *, with_examples: bool) -> dict[str, Any]:
        """Return the attributes that are in the cache still, its ways closed where it is."""
        parts = super().late_parts(with_examples=with_examples)
        return parts | {"ways": closed(parts["ways"], self.closed)} if self.closed else parts


def _modules() -> Iterator[tuple[str, int, int]]:
    """Yield the files that decide what a rule means: a changed program must not meet what it stored before."""
    package = pathlib.Path(__file__).resolve().parents[1]
    for folder in ("model", "rules", "source"):
        yield from cachefile.stamps(package / folder, ".py")


def _at_once(rule: Rule) -> dict[str, Any]:
    return {name: getattr(rule, name) for name in _AT_ONCE[type(rule)]}


def _line(data: Any) -> bytes:
    """Write a line of JSON.

    Raises:
        TypeError: if JSON has no place for something.
    """
    return json.dumps(data, separators=(",", ":"), default=sorted).encode()


def _encoded(node: Any) -> Any:
    """Return a tree as what JSON has: a collection is a list of its sort, its place, and its entries with theirs.

    Raises:
        TypeError: for a scalar that would not come back as it is, such as a date.
    """
    if isinstance(node, (Map, Seq)):
        made: list[Any] = [isinstance(node, Map), *_place(node.mark)]
        for key, value in node.items() if isinstance(node, Map) else enumerate(node):
            made += (key, *_place(mark_of(node, key)), _encoded(value))
        return made
    if node is not None and type(node) not in (str, bool, int, float):
        raise TypeError(node)
    return node


def _place(mark: Position | None) -> tuple[int, int]:
    return (mark.line, mark.column) if mark else (0, 0)


def _decoded(data: Any, file: str) -> Any:
    """Return the tree that was encoded, with positions in a file."""
    if data.__class__ is not list:
        return data
    is_map, *place = data[:3]
    marks = [_position(file, *at) for at in zip(data[4::4], data[5::4], strict=True)]
    values = [_decoded(value, file) if value.__class__ is list else value for value in data[6::4]]
    if not is_map:
        return Seq(values, _position(file, *place), marks)
    keys = data[3::4]
    known = {key: mark for key, mark in zip(keys, marks, strict=True) if mark}
    return Map(zip(keys, values, strict=True), _position(file, *place), known)


def _position(file: str, line: int, column: int) -> Position | None:
    return Position(file, line, column) if line else None


def _read(line: bytes, file: str) -> Any:
    """Return the tree in a line of the cache, and let the syntax of its expressions be known."""
    data, trees = json.loads(line)
    for text, tree in trees.items():
        syntax.remember(text, tree)
    return _decoded(data, file)


def _syntax_of(node: Any) -> dict[str, Any]:
    """Return the syntax trees of the expressions in a rule: of each text that was parsed as one."""
    found: dict[str, Any] = {}
    if isinstance(node, str):
        tree = syntax.known(node)
        if tree is not None:
            found[node] = tree
    elif isinstance(node, (Map, Seq)):
        for child in node.values() if isinstance(node, Map) else node:
            found |= _syntax_of(child)
    return found
