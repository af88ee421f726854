"""Whether a tree of values is what a definition takes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from compose2oam.model.namedtuple import NamedTuple
from compose2oam.model.path import Path, render
from compose2oam.oam.definition import Definition, Parameter
from compose2oam.oam.findings import Findings, suggest
from compose2oam.oam.sound import Sound


class Codes(NamedTuple):
    """Which code stands for which fault."""

    unknown: str
    wrong_type: str
    missing: str
    not_allowed: str
    mixed: str


PARAMETER_CODES = Codes("OAM-141", "OAM-142", "OAM-143", "OAM-144", "OAM-145")
SHAPE_CODES = Codes("OAM-102", "OAM-103", "OAM-104", "OAM-105", "OAM-105")

# More names than these in one hint are no help.
_LISTED = 12

_TYPE_NAMES = {
    "string": "a string", "integer": "an integer", "number": "a number", "boolean": "true or false",
    "list": "a list", "map": "a mapping", "any": "anything",
}  # fmt: skip


def check_parameters(
    definition: Definition,
    properties: Any,
    path: Path,
    findings: Findings,
    *,
    partial: bool = False,
    filled: Iterable[str] = (),
    sound: Sound | None = None,
) -> None:
    """Check properties against their definition.

    Args:
        definition: what they are for.
        properties: the properties; ``None`` counts as none given.
        path: where they stand in the application.
        findings: where to note what is wrong.
        partial: the properties are a piece, as in an override policy, so nothing in them is missing.
        filled: what ``inputs`` will put there, as their ``parameterKey`` says.
        sound: answers for values that are plainly right, to be shared by the calls of one check.
    """
    given = {} if properties is None else properties
    checker = _Checker(definition.name, path, PARAMETER_CODES, findings, sound or Sound(), partial, tuple(filled))
    checker.value(given, definition.properties, path)


def check_shape(
    shape: Parameter,
    tree: Any,
    findings: Findings,
    sound: Sound | None = None,
    *,
    subject: str = "an Application",
    path: Path = (),
) -> None:
    """Check a whole document, or the object at a path of it, against the shape that its kind has."""
    _Checker(subject, path, SHAPE_CODES, findings, sound or Sound()).value(tree, shape, path)


class _Checker:
    def __init__(
        self,
        subject: str,
        root: Path,
        codes: Codes,
        findings: Findings,
        sound: Sound,
        partial: bool = False,
        filled: tuple[str, ...] = (),
    ) -> None:
        self.subject = subject
        self.root = root
        self.codes = codes
        self.findings = findings
        self.sound = sound
        self.partial = partial
        self.filled = filled

    def value(self, value: Any, parameter: Parameter, path: Path) -> None:
        if self.sound(value, parameter) or (value is None and parameter.nullable):
            return
        if not any(_fits(value, wanted) for wanted in parameter.types):
            self.wrong_type(value, parameter, path)
        elif isinstance(value, Mapping):
            self.mapping(value, parameter, path)
        elif isinstance(value, (list, tuple)):
            if parameter.items is not None:
                for index, item in enumerate(value):
                    self.value(item, parameter.items, (*path, index))
        else:
            self.limits(value, parameter, path)

    def mapping(self, value: Mapping[str, Any], parameter: Parameter, path: Path) -> None:
        if "any" in parameter.types:
            return
        needed = self.choice(value, parameter, path)
        for key, item in value.items():
            known = parameter.fields.get(key) or parameter.values
            if known is None:
                self.unknown(key, parameter, path)
                continue
            if not _counts(known, value, parameter):
                conditions = [f"{name} {' or '.join(values)}" for name, values in known.when.items()]
                message = f"{self.place(path)} does nothing with {key}"
                self.findings.add("OAM-146", (*path, key), message, f"only with {' and '.join(conditions)}")
            if known.inert:
                message = f"{self.subject} takes {render((*path, key)[len(self.root) :])} and does nothing with it"
                self.findings.add("OAM-146", (*path, key), message)
            if known.undeclared:
                self.findings.add(
                    "OAM-147", (*path, key), f"{key} works, though {self.subject} does not declare it",
                    "a runtime that refuses undeclared parameters will refuse it",
                )  # fmt: skip
            self.value(item, known, (*path, key))
        for key in parameter.fields:
            if key in needed and key not in value:
                kind = f"{key} is {_kind(parameter.fields[key])}"
                self.findings.add(self.codes.missing, path, f"{self.place(path)} needs {key}", kind)

    def choice(self, value: Mapping[str, Any], parameter: Parameter, path: Path) -> set[str]:
        """Settle which of the sets of keys is in use; returns the keys that the map must have."""
        needed = {
            key
            for key, known in parameter.fields.items()
            if known.required and not self.partial and _counts(known, value, parameter) and not self.fills(path, key)
        }
        if not parameter.choose:
            return needed
        in_groups = {key for group in parameter.choose for key in group}
        used = [key for key in value if key in in_groups]
        fitting = [group for group in parameter.choose if in_groups.intersection(used) <= set(group)]
        if not fitting:
            ways = " or ".join(_names(group) for group in parameter.choose)
            message = f"{_names(used)} cannot stand together in {self.place(path)}"
            self.findings.add(self.codes.mixed, path, message, f"use {ways}")
            return needed - in_groups
        if len(fitting) == 1:
            return needed - in_groups.difference(fitting[0])
        missing = [[key for key in group if key in needed and key not in value] for group in fitting]
        if all(missing):
            ways = " or ".join(_names(group) for group in missing)
            self.findings.add(self.codes.missing, path, f"{self.place(path)} needs {ways}")
        return needed - in_groups

    def fills(self, path: Path, key: str) -> bool:
        """Whether an input puts a value there, into it, or over something that it is in."""
        place = render((*path[len(self.root) :], key))
        return any(f"{place}.".startswith((f"{wide}.", f"{wide}[")) or f"{wide}.".startswith((f"{place}.", f"{place}["))
                   for wide in self.filled)  # fmt: skip

    def unknown(self, key: str, parameter: Parameter, path: Path) -> None:
        known = sorted(parameter.fields)
        listing = f"it has {_names(known)}" if 0 < len(known) <= _LISTED else ""
        self.findings.add(
            self.codes.unknown, (*path, key), f"{self.place(path)} has no {key}", suggest(key, known, listing)
        )

    def wrong_type(self, value: Any, parameter: Parameter, path: Path) -> None:
        hint = ""
        if "string" in parameter.types and isinstance(value, (bool, int, float)):
            hint = "write it in quotes"
        elif isinstance(value, str) and not {"integer", "number"}.isdisjoint(parameter.types) and _is_number(value):
            hint = "write it without quotes"
        self.findings.add(
            self.codes.wrong_type, path, f"{self.place(path)} must be {_kind(parameter)}, not {_found(value)}", hint
        )

    def limits(self, value: Any, parameter: Parameter, path: Path) -> None:
        if parameter.allowed and value not in parameter.allowed:
            close = suggest(str(value), [str(item) for item in parameter.allowed])
            allowed = ", ".join(str(item) or '""' for item in parameter.allowed)
            self.findings.add(
                self.codes.not_allowed, path, f"{self.place(path)} cannot be {value!r}", close or f"allowed: {allowed}"
            )
        if parameter.min is not None and value < parameter.min:
            self.findings.add(self.codes.not_allowed, path, f"{self.place(path)} must be at least {parameter.min}")
        if parameter.max is not None and value > parameter.max:
            self.findings.add(self.codes.not_allowed, path, f"{self.place(path)} must be at most {parameter.max}")
        if parameter.pattern and isinstance(value, str) and not re.search(parameter.pattern, value):
            self.findings.add(
                self.codes.not_allowed,
                path,
                f"{self.place(path)} cannot be {value!r}",
                f"it must match {parameter.pattern}",
            )

    def place(self, path: Path) -> str:
        """Name a place as a user would: by the definition, and the path in its properties."""
        inner = render(path[len(self.root) :])
        return f"{inner} of {self.subject}" if inner else self.subject


def _counts(known: Parameter, value: Mapping[str, Any], holder: Parameter) -> bool:
    """Whether the keys beside a parameter are such that it means something."""
    return all(value.get(key, holder.fields[key].default) in values for key, values in known.when.items())


def _kind(parameter: Parameter) -> str:
    kinds = " or ".join(_TYPE_NAMES[name] for name in parameter.types)
    return kinds + (" or null" if parameter.nullable else "")


def _fits(value: Any, wanted: str) -> bool:
    if isinstance(value, bool):
        return wanted in ("boolean", "any")
    if isinstance(value, str):
        return wanted in ("string", "any")
    if isinstance(value, int):
        return wanted in ("integer", "number", "any")
    if isinstance(value, float):
        return wanted in ("number", "any")
    if isinstance(value, Mapping):
        return wanted in ("map", "any")
    if isinstance(value, (list, tuple)):
        return wanted in ("list", "any")
    return wanted == "any"


def _found(value: Any) -> str:
    """Name the type of a value, never the value: it may be a secret."""
    if value is None:
        return "null"
    if isinstance(value, (bool, str, int, float)):
        return {bool: "a boolean", int: "an integer", float: "a number"}.get(type(value), "a string")
    return "a mapping" if isinstance(value, Mapping) else "a list"


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _names(keys: Iterable[str]) -> str:
    names = list(keys)
    return ", ".join(names[:-1]) + " and " + names[-1] if len(names) > 1 else "".join(names)
