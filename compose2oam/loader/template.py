"""Variables in one string (Compose specification, "Interpolation").

``$A`` and ``${A}``; ``${A:-default}`` when unset or empty, ``${A-default}`` when unset; ``${A:+other}`` when set and
not empty, ``${A+other}`` when set; ``${A:?reason}`` and ``${A?reason}`` to insist. What follows the operator is a
template itself. ``$$`` is a dollar sign, and so is a ``$`` that begins no name (``$1``, ``$(x)``).

A brace is closed as in Docker Compose: braces within count, so that ``${A:-{"b": 1}}`` ends at the second, except that
the character right after an opening one never counts; and all of it stands on one line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from compose2oam.model.namedtuple import NamedTuple
from compose2oam.model.regex import regex

Lookup: TypeAlias = Callable[[str], "str | None"]
"""Returns the value of a variable, ``None`` for one that is not set; ``environment.get``."""

MAX_NESTING = 20
"""How deep defaults may hold defaults."""

MAX_LENGTH = 16 * 1024 * 1024
"""How long a string may become, in characters: variables that multiply one another must not fill the memory."""

_NAME = regex(r"[_A-Za-z][_A-Za-z0-9]*")
_SHOWN = regex(r"\$\{[A-Za-z0-9_]*[}:?+-]*")
_BRACED = regex(r"\{([_A-Za-z][_A-Za-z0-9]*)(\}|:?[-+?])")


class TemplateError(ValueError):
    """A template that is malformed, or insists on a variable that is missing.

    Attributes:
        variable: the variable that is missing, ``""`` for a malformed template.
    """

    def __init__(self, message: str, variable: str = "") -> None:
        super().__init__(message)
        self.variable = variable


class Variable(NamedTuple):
    """A variable as a template names it.

    Attributes:
        name: its name.
        default: what takes its place when it is missing, ``""`` for nothing.
        alternative: what takes its place when it is there, ``""`` for itself.
        required: whether the template insists on it.
    """

    name: str
    default: str = ""
    alternative: str = ""
    required: bool = False


class _Reference(NamedTuple):
    name: str
    operator: str = ""
    argument: str = ""


def substitute(text: str, lookup: Lookup, unset: Callable[[str], object] | None = None, *, depth: int = 0) -> str:
    """Replace the variables in a template.

    Args:
        text: the template.
        lookup: the variables.
        unset: called with the name of each variable that is not set and has no default; it becomes nothing.
        depth: how many templates this one is nested in.

    Raises:
        TemplateError: the template is malformed, or a variable that it insists on is missing.
    """
    if "$" not in text:
        return text
    if depth > MAX_NESTING:
        raise TemplateError(f"defaults are nested more than {MAX_NESTING} deep")
    made: list[str] = []
    length = 0
    for part in _parts(text, strict=True):
        made.append(part if isinstance(part, str) else _value(part, lookup, unset, depth))
        length += len(made[-1])
        if length > MAX_LENGTH:
            raise TemplateError(f"the value becomes longer than {MAX_LENGTH} characters")
    return "".join(made)


def variables(text: str, *, depth: int = 0) -> list[Variable]:
    """List the variables that a template names, those in defaults and alternatives included, in order.

    A malformed part is passed over.
    """
    found: list[Variable] = []
    if "$" not in text or depth > MAX_NESTING:
        return found
    for part in _parts(text, strict=False):
        if isinstance(part, str):
            continue
        kind = part.operator[-1:]
        default = part.argument if kind == "-" else ""
        alternative = part.argument if kind == "+" else ""
        found.append(Variable(part.name, default, alternative, kind == "?"))
        found += variables(default or alternative, depth=depth + 1)
    return found


def _value(part: _Reference, lookup: Lookup, unset: Callable[[str], object] | None, depth: int) -> str:
    """Return what takes the place of one reference."""
    value = lookup(part.name)
    given = bool(value) if part.operator[:1] == ":" else value is not None
    match part.operator[-1:]:
        case "-" if not given:
            return substitute(part.argument, lookup, unset, depth=depth + 1)
        case "+" if given:
            return substitute(part.argument, lookup, unset, depth=depth + 1)
        case "?" if not given:
            reason = substitute(part.argument, lookup, unset, depth=depth + 1)
            message = f"required variable {part.name} is missing a value"
            raise TemplateError(f"{message}: {reason}" if reason else message, part.name)
        case "" if value is None and unset is not None:
            unset(part.name)
    return value or ""


def _parts(text: str, *, strict: bool) -> Iterator[str | _Reference]:
    """Split a template into text and references; a malformed reference raises if ``strict``, else it is text."""
    position = 0
    line_end = last_brace = -1  # of the line that was last looked at
    while (dollar := text.find("$", position)) >= 0:
        if dollar > position:
            yield text[position:dollar]
        position = dollar + 1
        after = text[position : position + 1]
        if after == "$":
            yield "$"
            position += 1
        elif name := _NAME.match(text, position):
            yield _Reference(name[0])
            position = name.end()
        elif after != "{":
            yield "$"
        else:
            if line_end < position:
                line_end = text.find("\n", position)
                line_end = len(text) if line_end < 0 else line_end
                last_brace = text.rfind("}", position, line_end)
            reference, position = _braced(text, position, last_brace)
            if reference is not None:
                yield reference
            elif strict:
                # No more than the name: the text around it may be a password.
                shown = _SHOWN.match(text, dollar)
                raise TemplateError(f"invalid interpolation format: {shown[0] if shown else '$'}")
            else:
                yield "${"
    if position < len(text):
        yield text[position:]


def _braced(text: str, start: int, last: int) -> tuple[_Reference | None, int]:
    """Read what begins with the brace at ``start``; return it, ``None`` if malformed, and where it ends.

    ``last`` is where the last closing brace of the line stands.
    """
    head = _BRACED.match(text, start, last + 1)
    if not head:
        return None, start + 1
    name, operator = head.groups()
    if operator == "}":
        return _Reference(name), head.end()
    if last < head.end():
        return None, start + 1
    end = _closing(text, start, last)
    return _Reference(name, operator, text[head.end() : end]), end + 1


def _closing(text: str, start: int, last: int) -> int:
    """Return where the brace at ``start`` is closed, at the latest at ``last``."""
    level = 0
    position = start
    while position <= last:
        char = text[position]
        if char == "}":
            level -= 1
            if level == 0:
                return position
        elif char == "{":
            level += 1
            position += 1
        position += 1
    return last
