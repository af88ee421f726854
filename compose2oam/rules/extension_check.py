"""Whether what stands under ``x-oam`` is what :mod:`compose2oam.rules.extension_keys` says, all faults at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from compose2oam.diagnostics import Diagnostic
from compose2oam.errors import InputError
from compose2oam.model.oam import Component, Policy, Workflow
from compose2oam.model.path import Path
from compose2oam.rules import strict
from compose2oam.rules.extension_keys import SCOPES
from compose2oam.rules.extension_shapes import AMOUNT, FORMS, WHOLE, Block, Key, Named
from compose2oam.rules.faults import fault
from compose2oam.rules.settings import CHOICES, Choice, faults_of
from compose2oam.source.position import Position
from compose2oam.source.tree import Map, Seq, mark_of

_TRUTHS = {"true": True, "false": False}
# What goes into the application as it stands must have the shape that it has there.
_PASSED_ON: Mapping[str, Callable[[Any], object]] = {
    "components": Component.from_dict,
    "policies": Policy.from_dict,
    "workflow": Workflow.from_dict,
}


class Check:
    """A look at one ``x-oam``.

    Args:
        path: where it stands.

    Attributes:
        faults: what is wrong.
        casts: the texts that stand for a number or a truth, as a variable gives them: place, and what they stand for.
    """

    def __init__(self, path: Path) -> None:
        self.faults: list[Diagnostic] = []
        self.casts: list[tuple[Path, Any]] = []
        self._root = path

    def scope(self, node: Any, scope: str, parent: Any) -> Check:
        """Check the ``x-oam`` of a part of the project."""
        self.block(node, SCOPES[scope], self._root, parent)
        if scope == "project" and isinstance(node, Map):
            for key in _PASSED_ON:
                self._passed_on(node, key)
        return self

    def block(self, node: Any, block: Block, path: Path, parent: Any) -> None:
        """Check a mapping of known keys."""
        if not isinstance(node, Map):
            say = f"{block.name} must be a mapping, not {strict.kind_of(node)}"
            self.faults.append(fault(say, path, mark_of(parent, path[-1])))
            return
        position = mark_of(parent, path[-1]) or node.mark
        for key, value in node.items():
            if key in block.keys:
                self._key(node, key, value, block, path)
            else:
                hint = strict.near(key, block.keys) or f"allowed are: {', '.join(block.keys)}"
                self.faults.append(fault(f"{block.name} has no key `{key}`", path, mark_of(node, key), hint))
        for key in block.required:
            if key not in node:
                self.faults.append(fault(f"{block.name} needs a `{key}`", path, position))
        if block.filled and not node:
            self.faults.append(fault(f"{block.name} says nothing", path, position, block.filled))
        for key, other, say in block.needs:
            if key in node and other not in node:
                self.faults.append(fault(say, path, mark_of(parent, path[-1]) or position))
        for keys, because in block.apart:
            given = [key for key in keys if key in node]
            if len(given) > 1:
                say = f"{block.name} cannot have both `{given[0]}` and `{given[1]}`"
                self.faults.append(fault(say, (*path, given[1]), mark_of(node, given[1]), because))

    def _key(self, node: Map, key: str, value: Any, block: Block, path: Path) -> None:
        known: Key = block.keys[key]
        place = (*path, key)
        if not self._has_shape(value, known.shape, place):
            say = f"`{key}` of {block.name} must be {known.shape}, not {strict.kind_of(value)}"
            self.faults.append(fault(say, path, mark_of(node, key)))
        elif known.form in CHOICES:
            if known.shape != strict.TRUTH:
                self._setting(node, key, CHOICES[known.form], place)
        elif isinstance(known.holds, Block) and isinstance(value, list):
            for index, item in enumerate(value):
                self.block(item, known.holds, (*place, index), value)
        elif isinstance(known.holds, Block):
            self.block(value, known.holds, place, node)
        elif isinstance(known.holds, Named):
            self._named(value, key, known.holds, place)
        elif known.shape == strict.TEXTS:
            for index, item in enumerate(value):
                if isinstance(item, str):
                    self._value(item, key, known, (*place, index), mark_of(value, index))
                else:
                    say = f"`{key}` of {block.name} must be {strict.TEXTS}; here is {strict.kind_of(item)}"
                    self.faults.append(fault(say, path, mark_of(value, index)))
        else:
            self._value(value, key, known, place, mark_of(node, key))

    def _setting(self, node: Map, key: str, choice: Choice, place: Path) -> None:
        for say, hint in faults_of(choice, node[key]):
            self.faults.append(fault(f"`{key}` of x-oam {say}", place, mark_of(node, key), hint))

    def _named(self, value: Map, key: str, named: Named, place: Path) -> None:
        for name, item in value.items():
            where = (*place, name)
            names = FORMS.get(named.names)
            if names is not None and not names.takes(name):
                say = f"`{key}` of x-oam cannot have `{name}`"
                self.faults.append(fault(say, place, mark_of(value, name), names.hint))
            elif isinstance(named.of, Block):
                # `test:` alone is an environment of which nothing else is said.
                if item is not None:
                    self.block(item, named.of, where, value)
            elif not self._has_shape(item, named.of, where):
                say = f"`{key}.{name}` of x-oam must be {named.of}, not {strict.kind_of(item)}"
                hint = "write it in quotes" if named.of == strict.TEXT else FORMS[named.form].hint
                self.faults.append(fault(say, place, mark_of(value, name), hint))
            elif named.form and not FORMS[named.form].takes(_number(item)):
                say = f"`{key}` of x-oam cannot have `{name}: {item}`"
                self.faults.append(fault(say, place, mark_of(value, name), FORMS[named.form].hint))

    def _has_shape(self, value: Any, shape: str, place: Path) -> bool:
        if shape == AMOUNT and not (isinstance(value, str) and value.isdigit()):
            return isinstance(value, str) or type(value) is int
        if shape in (WHOLE, AMOUNT):
            if isinstance(value, str) and value.isascii() and value.isdigit():
                self.casts.append((place, int(value)))
                return True
            return type(value) is int
        if shape == strict.TRUTH and isinstance(value, str) and value in _TRUTHS:
            self.casts.append((place, _TRUTHS[value]))
            return True
        return isinstance(value, strict.TYPES[shape])

    def _value(self, value: Any, key: str, known: Key, place: Path, position: Position | None) -> None:
        verb = "have" if known.shape == strict.TEXTS else "be"
        hint = ""
        if known.words and value not in known.words:
            hint = strict.near(str(value), known.words) or f"allowed are: {', '.join(known.words)}"
        elif known.form:
            number = _number(value) if known.shape in (WHOLE, AMOUNT) else value
            form = FORMS["count"] if isinstance(number, int) and known.shape == AMOUNT else FORMS[known.form]
            hint = "" if form.takes(number) else form.hint
        if hint:
            self.faults.append(fault(f"`{key}` of x-oam cannot {verb} `{value}`", place, position, hint))

    def _passed_on(self, node: Map, key: str) -> None:
        value = node.get(key)
        items = enumerate(value) if isinstance(value, list) else [(None, value)] if isinstance(value, dict) else []
        for index, item in items:
            where = (*self._root, key) if index is None else (*self._root, key, index)
            try:
                _PASSED_ON[key](item)
            except InputError as error:
                position = mark_of(node if index is None else value, where[-1])
                self.faults.append(fault(f"`{key}` of x-oam: {error.message}", where, position))


def _number(value: Any) -> Any:
    return int(value) if isinstance(value, str) and value.isdigit() else value


def with_values(tree: Map, casts: list[tuple[Path, Any]]) -> Map:
    """Return a copy of a tree with other values at some places; what is not on the way to them is shared."""
    copies: dict[Path, Any] = {(): _copy(tree)}
    for path, value in casts:
        for depth in range(1, len(path)):
            if path[:depth] not in copies:
                parent: Any = copies[path[: depth - 1]]
                copies[path[:depth]] = parent[path[depth - 1]] = _copy(parent[path[depth - 1]])
        copies[path[:-1]][path[-1]] = value
    made: Map = copies[()]
    return made


def _copy(node: Any) -> Any:
    if isinstance(node, Map):
        return Map(node, node.mark, node.marks)
    return Seq(node, node.mark, node.marks) if isinstance(node, Seq) else node
