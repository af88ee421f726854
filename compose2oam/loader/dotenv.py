r"""Env files: ``.env``, ``--env-file``, ``env_file`` and ``label_file``.

A statement is ``NAME=value`` or ``NAME: value``, perhaps after ``export``; a ``NAME`` alone takes the value it has
outside. A value is

- bare: to the end of the line or to `` #``, with its variables replaced;
- in double quotes: over several lines, with escapes (``\n``, ``\$``, ``\0101``) and its variables replaced;
- in single quotes: as it stands, over several lines; ``\'`` is a quote.

After a closing quote the next statement begins. The ``raw`` format has no quotes, escapes, variables nor comments after
a value. One thing differs from Docker Compose: a ``NAME`` alone at the very end of a file takes its value as anywhere
else, where Docker Compose makes a variable without a name of it; such variables are refused.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from compose2oam.diagnostics import Diagnostic, Severity
from compose2oam.errors import ComposeError
from compose2oam.loader.codes import error, warning
from compose2oam.loader.template import TemplateError, substitute
from compose2oam.source.files import read_text
from compose2oam.source.position import Position
from compose2oam.source.tree import Map

# What Go takes for white space; Python knows four more, which may stand in a value.
_BLANK = "\t\v\f\r \x85\xa0"
_SPACE = (
    _BLANK + "\n\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)

_GAP = re.compile(rf"(?:[{_SPACE}]+|#[^\n]*)*")
_EXPORT = re.compile(rf"export(?=[\t\n\f\r ])[{_BLANK}]*")
_NAME = re.compile(r"[^=:\n]*")
_ODD = re.compile(rf"[^\w.\-\[\]{_BLANK}]")
_BLANKS = re.compile(rf"[{_BLANK}]*")
_LINE = re.compile(r"[^\n]*")
_QUOTED = {
    '"': re.compile(r'"([^"\\]*(?:\\.[^"\\]*)*)"', re.DOTALL),
    "'": re.compile(r"'([^'\\]*(?:\\.[^'\\]*)*)'", re.DOTALL),
}
_PAIR = re.compile(r"\\(.)", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:([abfnrtv\\$])|0([0-3][0-7]{2})|0)")
_ESCAPED = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\", "$": "$$"}


def read_env_file(
    path: str | os.PathLike[str],
    lookup: Mapping[str, str],
    *,
    name: str | None = None,
    at: Position | None = None,
    raw: bool = False,
    pipes: bool = False,
    earlier: Mapping[str, str] | None = None,
) -> tuple[Map, list[Diagnostic]]:
    """Read an env file.

    Args:
        path: the file.
        lookup: the variables that it may refer to; they take precedence over its own.
        name: what to call the file in positions; the path by default.
        at: where a user named the file.
        raw: whether it is in the ``raw`` format.
        pipes: whether it may be a pipe, as one that a user names on the command line.
        earlier: what earlier files said, to which it may refer too; its own variables take precedence over them.

    Returns:
        The variables in order, each with the position of its name, and the warnings.

    Raises:
        ComposeError: the file cannot be read, or has faults; with all of them.
    """
    shown = os.fspath(path) if name is None else name
    text = read_text(path, shown, at=at, lenient=True, pipes=pipes)
    return parse_raw(text, shown, lookup) if raw else parse_env(text, shown, lookup, earlier)


def parse_env(
    text: str, name: str, lookup: Mapping[str, str], earlier: Mapping[str, str] | None = None
) -> tuple[Map, list[Diagnostic]]:
    """Parse the text of an env file; see :func:`read_env_file`."""
    parser = _Parser(text, name, lookup, earlier or {})
    parser.run()
    return parser.result()


def parse_raw(text: str, name: str, lookup: Mapping[str, str]) -> tuple[Map, list[Diagnostic]]:
    """Parse the text of an env file in the ``raw`` format; see :func:`read_env_file`."""
    found = Map()
    faults: list[Diagnostic] = []
    for number, line in enumerate(text.split("\n"), start=1):
        statement = line.removesuffix("\r").lstrip(_SPACE)
        if not statement or statement.startswith("#"):
            continue
        key, equals, value = statement.partition("=")
        mark = Position(name, number, line.index(statement[0]) + 1)
        if not key or " " in key or "\t" in key:
            message = "a variable has no name" if not key else f'the variable name "{key}" contains white space'
            faults.append(error("CF-205", message, (), mark, "write NAME=value"))
        elif equals or key in lookup:
            found.put(key, value if equals else lookup[key], mark)
    if faults:
        raise ComposeError.of(faults)
    return found, faults


class _Parser:
    """Goes through the text of one file, statement by statement."""

    def __init__(self, text: str, name: str, lookup: Mapping[str, str], earlier: Mapping[str, str]) -> None:
        self.text = text
        self.name = name
        self.lookup = lookup
        self.earlier = earlier
        self.found = Map()
        self.diagnostics: list[Diagnostic] = []
        self.unset: set[str] = set()
        self.counted = 0  # the lines up to here are counted
        self.line = 1

    def result(self) -> tuple[Map, list[Diagnostic]]:
        """Return what was found, or raise the faults."""
        faults = [item for item in self.diagnostics if item.severity is Severity.ERROR]
        if faults:
            raise ComposeError.of(faults)
        return self.found, self.diagnostics

    def run(self) -> None:
        """Read all statements."""
        text = self.text
        position = _end(_GAP, text, 0)
        while position < len(text):
            if export := _EXPORT.match(text, position):
                position = export.end()
            position = _end(_GAP, text, self._statement(position))

    def _statement(self, start: int) -> int:
        """Read one statement and return where it ends."""
        text = self.text
        end = _end(_NAME, text, start)
        mark = self._mark(start)
        key = text[start:end].rstrip(_SPACE)
        if odd := _ODD.search(text, start, end):
            return self._skip(end, f'unexpected character "{odd[0]}" in variable name "{key}"', mark)
        if " " in key:
            return self._skip(end, f'the variable name "{key}" contains a space', mark)
        if text[end : end + 1] in ("", "\n"):
            if key and key in self.lookup:
                self.found.put(key, self.lookup[key], mark)
            return end
        value, after = self._value(_end(_BLANKS, text, end + 1), mark)
        self.found.put(key, value, mark)
        return after

    def _value(self, start: int, mark: Position) -> tuple[str, int]:
        """Read a value and return it and where it ends."""
        quote = self.text[start : start + 1]
        if quote not in _QUOTED:
            end = _end(_LINE, self.text, start)
            return self._expand(self.text[start:end].partition(" #")[0].rstrip(_SPACE), mark), end
        found = _QUOTED[quote].match(self.text, start)
        if not found:
            self._error("unterminated quoted value", self._mark(start), f"close it with {quote}")
            return "", len(self.text)
        content = _PAIR.sub(lambda pair: quote if pair[1] == quote else pair[0], found[1])
        if quote == '"':
            content = self._expand(_ESCAPE.sub(_unescape, content), mark)
        return content, found.end()

    def _expand(self, value: str, mark: Position) -> str:
        """Replace the variables of a value."""
        try:
            return substitute(value, self._lookup, lambda name: self._not_set(name, mark))
        except TemplateError as fault:
            code, hint = ("CF-201", f"set {fault.variable}") if fault.variable else ("CF-200", "a dollar sign is $$")
            self.diagnostics.append(error(code, str(fault), (), mark, hint))
            return ""

    def _lookup(self, name: str) -> str | None:
        return self.lookup[name] if name in self.lookup else self.found.get(name, self.earlier.get(name))

    def _skip(self, position: int, message: str, mark: Position) -> int:
        """Note a fault and return the end of its line."""
        self._error(message, mark, "write NAME=value")
        return _end(_LINE, self.text, position)

    def _error(self, message: str, mark: Position, hint: str) -> None:
        self.diagnostics.append(error("CF-205", message, (), mark, hint))

    def _not_set(self, name: str, mark: Position) -> None:
        if name not in self.unset:
            self.unset.add(name)
            message = f'The "{name}" variable is not set. Defaulting to a blank string.'
            self.diagnostics.append(
                warning("CF-202", message, (), mark, "a dollar sign itself is $$, or single quotes")
            )

    def _mark(self, position: int) -> Position:
        self.line += self.text.count("\n", self.counted, position)
        self.counted = position
        return Position(self.name, self.line, position - self.text.rfind("\n", 0, position))


def _end(pattern: re.Pattern[str], text: str, position: int) -> int:
    """Return where a pattern that always matches ends."""
    found = pattern.match(text, position)
    return found.end() if found else position


def _unescape(escape: re.Match[str]) -> str:
    letter, octal = escape.groups()
    if octal:
        return chr(int(octal, 8))
    return _ESCAPED[letter] if letter else "\\"
