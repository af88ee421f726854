"""Phase: replace the variables in every value, then make numbers and booleans of them where Compose has those.

Keys are left alone, as Docker Compose leaves them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from compose2oam.diagnostics import Diagnostic
from compose2oam.loader.casts import HERE, OLD_BOOLEANS, Cast, Casts, casts
from compose2oam.loader.codes import error, warning
from compose2oam.loader.scope import Blank
from compose2oam.loader.template import TemplateError, Variable, substitute, variables
from compose2oam.model.path import Path, Step
from compose2oam.source.position import Position
from compose2oam.source.tree import Map, Seq


def interpolate(
    tree: Map, lookup: Mapping[str, str], folder: str = "", blanks: dict[Position, Blank] | None = None
) -> tuple[Map, list[Diagnostic]]:
    """Replace the variables of a tree, in place.

    Args:
        tree: one document, before long forms.
        lookup: the variables.
        folder: where a sample of ``.env`` may say what a missing variable should be, ``""`` for nowhere.
        blanks: takes up the values in which variables are not set.

    Returns:
        The same tree, and what was found: an error for each value that cannot be interpolated (CF-200, CF-201) or is
        not of its place's type (CF-203), a warning for each variable that is not set (CF-202, at its first use) and
        each boolean that YAML 1.2 does not know (CF-208).
    """
    walk = _Walk(lookup, folder, {} if blanks is None else blanks)
    walk.entries(tree, _table())
    return tree, walk.found


def used(tree: Any) -> dict[str, Variable]:
    """Collect the variables that a tree names, by name, in order of their first use.

    A variable is required if one use insists on it; its default and its alternative are the first ones given.
    """
    found: dict[str, Variable] = {}
    for text in _strings(tree):
        for variable in variables(text):
            known = found.get(variable.name, Variable(variable.name))
            found[variable.name] = Variable(
                variable.name,
                known.default or variable.default,
                known.alternative or variable.alternative,
                known.required or variable.required,
            )
    return found


@cache
def _table() -> Casts:
    return casts()


def _strings(node: Any) -> list[str]:
    """List the strings in a tree that may be templates."""
    found: list[str] = []
    left = [node]
    while left:
        here = left.pop()
        if isinstance(here, str):
            found.append(here)
        elif isinstance(here, dict):
            left.extend(reversed(here.values()))
        elif isinstance(here, list):
            left.extend(reversed(here))
    return [text for text in found if "$" in text]


def sampled(folder: str) -> Callable[[str], str]:
    """Return a function that tells what a sample of ``.env`` says of a variable that is missing.

    Args:
        folder: where the sample may be, ``""`` for nowhere.
    """

    @cache
    def adviser() -> Callable[[str], str]:
        # Most projects lack no variable.
        from compose2oam.loader.samples import adviser

        return adviser(folder)

    return lambda variable: adviser()(variable) if folder else ""


class _Walk:
    """One pass over a tree."""

    def __init__(self, lookup: Mapping[str, str], folder: str, blanks: dict[Position, Blank]) -> None:
        self.lookup = lookup.get
        self.blanks = blanks
        self.sampled = sampled(folder)
        self.found: list[Diagnostic] = []
        self.unset: set[str] = set()
        self.path: list[Step] = []

    def entries(self, node: Any, table: Casts | None) -> None:
        """Go through a collection; ``table`` has the casts below its place."""
        path = self.path
        other = table.get("*") if table else None
        for step, value in node.items() if isinstance(node, Map) else enumerate(node):
            kind = value.__class__
            if kind is str:
                below = table.get(step, other) if table else None
                cast = below.get(HERE) if below else None
                if cast is None and "$" not in value:
                    continue
                path.append(step)
                node[step] = self.value(value, cast, _mark(node, step))
                path.pop()
            elif kind is Map or kind is Seq:
                path.append(step)
                self.entries(value, table.get(step, other) if table else None)
                path.pop()

    def value(self, text: str, cast: Cast | None, mark: Position | None) -> Any:
        """Return what becomes of one string."""
        try:
            made = substitute(text, self.lookup, lambda name: self._not_set(name, mark))
        except TemplateError as fault:
            self._fault(fault, mark)
            return text
        if cast is None:
            return made
        try:
            result = cast(made)
        except ValueError as fault:
            origin = f"it comes from {text}" if "$" in text else "correct it, or leave it out"
            self.found.append(error("CF-203", str(fault), self._here(), mark, origin))
            return made
        if made.lower() in OLD_BOOLEANS and isinstance(result, bool):
            message = f'"{made}" for boolean is not supported by YAML 1.2'
            self.found.append(warning("CF-208", message, self._here(), mark, f"write {str(result).lower()}"))
        return result

    def _here(self) -> Path:
        return tuple(self.path)

    def _not_set(self, name: str, mark: Position | None) -> None:
        hint = self.sampled(name) or f"set {name}, or write ${{{name}:-default}}; a dollar sign itself is $$"
        if mark is not None:
            _, names, first = self.blanks.get(mark) or Blank((), (), hint)
            self.blanks[mark] = Blank(self._here(), tuple(dict.fromkeys((*names, name))), first)
        if name not in self.unset:
            self.unset.add(name)
            message = f'The "{name}" variable is not set. Defaulting to a blank string.'
            self.found.append(warning("CF-202", message, self._here(), mark, hint))

    def _fault(self, fault: TemplateError, mark: Position | None) -> None:
        if fault.variable:
            hint = self.sampled(fault.variable) or f"set {fault.variable} in the environment or in an env file"
            self.found.append(error("CF-201", str(fault), self._here(), mark, hint))
        else:
            hint = "You may need to escape any $ with another $"
            self.found.append(error("CF-200", str(fault), self._here(), mark, hint))


def _mark(node: Map | Seq, step: Any) -> Position | None:
    own = node.marks.get(step) if isinstance(node, Map) else node.marks[step]
    return own or node.mark
