"""Reading declarative files strictly: an unknown, missing or misshapen key stops the load and names file and line."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from typing import Any

from compose2oam.diagnostics import Diagnostic, Severity
from compose2oam.errors import RuleError
from compose2oam.source.position import Position
from compose2oam.source.tree import Map, mark_of

TEXT = "a text"
TRUTH = "true or false"
LIST = "a list"
TEXTS = "a list of texts"
MAPPING = "a mapping"
ANY = "any value"

TYPES: dict[str, type | tuple[type, ...]] = {
    TEXT: str,
    TRUTH: bool,
    LIST: list,
    TEXTS: list,
    MAPPING: dict,
    ANY: object,
}


def near(word: str, known: Iterable[str]) -> str:
    """Return ``did you mean `x`?`` for the known word that is nearest, or an empty text."""
    import difflib

    found = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"did you mean `{found[0]}`?" if found else ""


def fail(code: str, message: str, position: Position | None, hint: str = "") -> RuleError:
    """Make the error for one fault in a rule file."""
    return RuleError.of([Diagnostic(code, Severity.ERROR, message, (), position, hint)])


# What goes wrong inside a rule where a value has not the shape that it expects.
MISFITS = (TypeError, KeyError, AttributeError, ValueError, IndexError)


def misfit(code: str, position: Position, error: Exception) -> RuleError:
    """Make the error for one of :data:`MISFITS`: it names the rule, its file and the reason."""
    hint = "what a rule writes must have the shape of its field; `mappings show` shows rules that do"
    return fail("RULE-126", f"{code} cannot be applied: {type(error).__name__}: {error}", position, hint)


@contextlib.contextmanager
def applying(code: str, position: Position) -> Iterator[None]:
    """Turn :data:`MISFITS` into errors of a rule.

    Raises:
        RuleError: see :func:`misfit`.
    """
    try:
        yield
    except MISFITS as error:
        raise misfit(code, position, error) from error


def read(node: Any, shapes: dict[str, str], required: Iterable[str], what: str, position: Position | None) -> Map:
    """Check that ``node`` is a mapping of known keys of known shapes, and return it.

    Args:
        node: what the reader made of the text.
        shapes: for each allowed key, one of the shapes of this module.
        required: the keys that must be there.
        what: how to call it in a message: "a rule", "an example".
        position: where it stands, for a node that carries no position.

    Raises:
        RuleError: naming the key, its place and the nearest right name.
    """
    if not isinstance(node, Map):
        raise fail("RULE-101", f"{what} must be a mapping, not {kind_of(node)}", position)
    for key, value in node.items():
        if key not in shapes:
            allowed = ", ".join(shapes)
            hint = near(key, shapes) or f"allowed are: {allowed}"
            raise fail("RULE-102", f"{what} has no key `{key}`", mark_of(node, key) or position, hint)
        if not isinstance(value, TYPES[shapes[key]]):
            message = f"`{key}` of {what} must be {shapes[key]}, not {kind_of(value)}"
            raise fail("RULE-103", message, mark_of(node, key) or position)
        texts: Any = value if shapes[key] == TEXTS else ()
        for index, item in enumerate(texts):
            if not isinstance(item, str):
                message = f"`{key}` of {what} must be {TEXTS}; here is {kind_of(item)}"
                raise fail("RULE-103", message, mark_of(value, index) or position)
    for key in required:
        if key not in node:
            raise fail("RULE-104", f"{what} needs a key `{key}`", node.mark or position)
    return node


def kind_of(value: Any) -> str:
    """Name the shape of a value for a message."""
    for shape in (TRUTH, TEXT, LIST, MAPPING):
        if isinstance(value, TYPES[shape]):
            return shape
    return "nothing" if value is None else "a number"
