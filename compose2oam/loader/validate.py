"""Validation: every key is known, every value has a kind that its place allows (the Compose JSON schema's rules).

The whole tree is walked, so that all errors are reported at once, each at the place where a user wrote it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from compose2oam.diagnostics import Diagnostic
from compose2oam.loader.codes import error, warning
from compose2oam.loader.keys import Place, root
from compose2oam.model.path import Path, render
from compose2oam.source.position import Position
from compose2oam.source.tree import Map, Seq

_WORDS = {
    "string": "a string",
    "integer": "an integer",
    "number": "a number",
    "boolean": "a boolean",
    "null": "empty",
    "list": "a list",
    "mapping": "a mapping",
}
# What a text at such a place is read as, so that quotes around another kind of value do not help.
_READ = frozenset({"bool", "device_count", "duration", "float", "int", "mode", "size", "uint", "ulimit"})
_KINDS: dict[type, frozenset[str]] = {
    str: frozenset({"string"}),
    bool: frozenset({"boolean"}),
    int: frozenset({"integer", "number"}),
    float: frozenset({"number"}),
    type(None): frozenset({"null"}),
    Map: frozenset({"mapping"}),
    Seq: frozenset({"list"}),
}
_WHOLE = frozenset({"integer", "number"})


def validate(tree: Map) -> list[Diagnostic]:
    """Check a Compose file against the table of keys and return everything that is wrong with it."""
    findings: list[Diagnostic] = []
    _Validator(findings).visit(tree, root(), (), tree.mark)
    return findings


def kind_of(value: Any) -> frozenset[str]:
    """Return the YAML kinds of a value; a whole number is both an integer and a number."""
    if isinstance(value, float) and value.is_integer():
        return _WHOLE
    for known in type(value).__mro__:
        if known in _KINDS:
            return _KINDS[known]
    return frozenset({"string"})


def nearest(word: str, known: Iterable[str]) -> str:
    """Return a hint that names the most similar known word, ``""`` where none is similar."""
    import difflib

    similar = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6 if len(word) > 3 else 0.5)
    return f"did you mean `{similar[0]}`?" if similar else ""


class _Validator:
    def __init__(self, findings: list[Diagnostic]) -> None:
        self.findings = findings

    def visit(self, value: Any, here: Place, path: Path, mark: Position | None) -> None:
        kinds = _KINDS.get(type(value)) or kind_of(value)
        if type(value) is float:
            kinds = kind_of(value)
            self.finite(value, path, mark)
        if not kinds & here.kinds:
            self.wrong_kind(value, here, path, mark)
        elif isinstance(value, Map):
            self.mapping(value, here, path, mark)
        elif isinstance(value, Seq):
            self.list(value, here, path)
        elif isinstance(value, str):
            self.string(value, here, path, mark)
        elif here.least is not None or here.most is not None:
            self.number(value, here, path, mark)

    def wrong_kind(self, value: Any, here: Place, path: Path, mark: Position | None) -> None:
        if not path:
            self.findings.append(error("CF-102", "a Compose file must be a mapping", path, mark))
            return
        words = [_WORDS[kind] for kind in _WORDS if kind in here.kinds]
        if "an integer" in words and "a number" in words:
            words.remove("an integer")
        wanted = " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
        got = " or ".join(sorted(_WORDS[kind] for kind in kind_of(value) if kind != "number")) or "a number"
        hint = ""
        if "string" in here.kinds and here.type not in _READ and isinstance(value, (bool, int, float)):
            hint = f'put it in quotes: "{str(value).lower() if isinstance(value, bool) else value}"'
        message = f"{render(path)} must be {wanted}, but it is {got}"
        self.findings.append(error("CF-401", message, path, mark, hint))

    def mapping(self, value: Map, here: Place, path: Path, mark: Position | None) -> None:
        keys, each, names, marks = here.keys, here.each, here.names, value.marks
        for key, child in value.items():
            known = keys.get(key)
            if known is not None:
                if known.deprecated:
                    message = f"{render((*path, key))} is deprecated"
                    place = (*path, key)
                    self.findings.append(warning("CF-408", message, place, marks.get(key) or mark, known.deprecated))
                # Nearly every value is a text where any will do.
                if not (known.takes_any_text and type(child) is str):
                    self.visit(child, known, (*path, key), marks.get(key) or mark)
            elif here.extensible and key.startswith("x-"):
                self.extension(child, (*path, key), marks.get(key) or mark)
            elif each is not None and (names is None or names.fullmatch(key)):
                self.visit(child, each, (*path, key), marks.get(key) or mark)
            elif not here.free:
                self.unknown(key, here, path, marks.get(key) or mark)
        for key in here.required:
            if key not in value:
                message = f"{render(path)} needs the key `{key}`"
                self.findings.append(error("CF-402", message, path, mark))
        if here.one_of and not any(key in value for key in here.one_of):
            message = f"{render(path)} needs one of the keys {', '.join(f'`{key}`' for key in here.one_of)}"
            self.findings.append(error("CF-402", message, path, mark))

    def unknown(self, key: str, here: Place, path: Path, mark: Position | None) -> None:
        if here.each is not None:
            message = f"`{key}` is not a valid name"
            hint = "use letters, digits, `.`, `_` and `-`" if key else "a name cannot be empty"
        else:
            where = render(path) if path else "the top level"
            message = f"the key `{key}` is not known in {where}"
            hint = nearest(key, here.keys) or ("start its name with `x-` to keep it" if here.extensible else "")
        self.findings.append(error("CF-400", message, (*path, key), mark, hint))

    def list(self, value: Seq, here: Place, path: Path) -> None:
        item = here.item
        if item is not None:
            for index, child in enumerate(value):
                if item.takes_any_text and type(child) is str:
                    continue
                self.visit(child, item, (*path, index), value.marks[index] or value.mark)
        if here.distinct and len(value) > 1:
            seen: dict[Any, int] = {}
            for index, child in enumerate(value):
                first = seen.setdefault(_comparable(child), index)
                if first != index:
                    message = f"{render(path)} holds the same entry twice: items {first} and {index}"
                    self.findings.append(error("CF-405", message, (*path, index), value.marks[index] or value.mark))

    def string(self, value: str, here: Place, path: Path, mark: Position | None) -> None:
        if here.enum and value not in here.enum:
            message = f"{render(path)} cannot be `{value}`"
            hint = nearest(value, here.enum) or f"use one of {', '.join(here.enum)}"
            self.findings.append(error("CF-403", message, path, mark, hint))
        elif here.pattern is not None and not here.pattern.search(value):
            message = f"{render(path)} has no valid form: `{value}`"
            self.findings.append(error("CF-404", message, path, mark))

    def number(self, value: float, here: Place, path: Path, mark: Position | None) -> None:
        if here.least is not None and value < here.least:
            message = f"{render(path)} must be at least {here.least:g}, but it is {value}"
            self.findings.append(error("CF-409", message, path, mark))
        if here.most is not None and value > here.most:
            message = f"{render(path)} must be at most {here.most:g}, but it is {value}"
            self.findings.append(error("CF-409", message, path, mark))

    def extension(self, value: Any, path: Path, mark: Position | None) -> None:
        """Refuse what JSON cannot say, even where anything goes: Docker Compose validates the model as JSON."""
        if isinstance(value, Map):
            for key, child in value.items():
                self.extension(child, (*path, key), value.marks.get(key) or mark)
        elif isinstance(value, Seq):
            for index, child in enumerate(value):
                self.extension(child, (*path, index), value.marks[index] or mark)
        elif isinstance(value, float):
            self.finite(value, path, mark)

    def finite(self, value: float, path: Path, mark: Position | None) -> None:
        if not math.isfinite(value):
            message = f"{render(path)} is not a finite number"
            self.findings.append(error("CF-401", message, path, mark, "put it in quotes"))


def _comparable(value: Any) -> Any:
    """Return something hashable that is equal for values that are equal as JSON: 1 and 1.0 are, 1 and true are not."""
    if isinstance(value, dict):
        return frozenset((key, _comparable(child)) for key, child in value.items())
    if isinstance(value, list):
        return tuple(_comparable(child) for child in value)
    if isinstance(value, bool):
        return (bool, value)
    return value
