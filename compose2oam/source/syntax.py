"""What is wrong with a text that is no YAML, said for people: where it went wrong, and what to do about it."""

from __future__ import annotations

import yaml

from compose2oam.diagnostics import Diagnostic, Severity
from compose2oam.source.position import Position

# (what the parser's problem or context begins with, message, hint, whether the place is where the context began)
_KNOWN: tuple[tuple[str, str, str, bool], ...] = (
    ("while scanning a quoted scalar: found unexpected end of stream", "the quote is never closed", "close it", True),
    ("while scanning a quoted scalar: found unexpected document", "the quote is never closed", "close it", True),
    (
        ": mapping values are not allowed",
        "a mapping cannot begin here",
        "put a value that contains ': ' in quotes; check that this line is indented like its neighbours",
        False,
    ),
    (
        ": block sequence entries are not allowed",
        "a list cannot begin here",
        "put the first '- ' on a line of its own, below the key",
        False,
    ),
    (
        "while scanning a simple key: could not find expected ':'",
        "a key without ':' after it",
        "write 'key: value'; indent the lines of a text of several lines more than its key",
        True,
    ),
    (
        "while parsing a block mapping: did not find expected key",
        "this line does not fit the mapping around it",
        "check the indentation: the keys of one mapping begin in the same column",
        False,
    ),
    (
        "while parsing a block collection: did not find expected '-' indicator",
        "this line does not fit the list around it",
        "begin each item with '- ' in the same column",
        False,
    ),
    (
        "while parsing a flow sequence:",
        "a ',' is missing before this, or the list is never closed",
        "close it with ']'",
        False,
    ),
    (
        "while parsing a flow mapping:",
        "a ',' is missing before this, or the mapping is never closed",
        "close it with '}'",
        False,
    ),
    (
        "while parsing a flow node: did not find expected node content",
        "a value is missing here",
        "write one, or close the '[' or '{' that is open",
        False,
    ),
    (
        "while parsing a quoted scalar: found unknown escape character",
        "an unknown escape after '\\'",
        "write '\\\\' for a backslash, or use single quotes",
        False,
    ),
)
_CANNOT_START = {
    "\t": ("a tab is used for indentation", "indent with spaces"),
    "@": ("a value cannot begin with '@'", "put it in quotes"),
    "`": ("a value cannot begin with '`'", "put it in quotes"),
    "%": ("a value cannot begin with '%'", "put it in quotes"),
}
_CONFLICT = ("<<<<<<<", "=======", ">>>>>>>")


def explain(fault: Exception, text: str, name: str) -> Diagnostic:
    """Turn an exception of the YAML parser into a finding.

    Args:
        fault: what the parser raised.
        text: the text that it read.
        name: the file's name in positions.
    """
    if not isinstance(fault, yaml.MarkedYAMLError):
        return _unreadable(fault, text, name)
    problem, context = fault.problem or "", fault.context or ""
    mark, message, hint = fault.problem_mark, problem, ""
    said = f"{context}: {problem}"
    for known, better, advice, at_context in _KNOWN:
        if said.startswith(known) or (known.startswith(":") and problem.startswith(known[2:])):
            message, hint = better, advice
            mark = fault.context_mark if at_context and fault.context_mark else mark
            break
    else:
        message = said if context else problem
    line, column = (mark.line, mark.column) if mark else (0, 0)
    lines = text.splitlines()
    written = lines[line] if line < len(lines) else ""
    if "cannot start any token" in problem:
        message, hint = _CANNOT_START.get(written[column : column + 1], (message, hint))
    if fault.context_mark and context in ("while parsing a flow sequence", "while parsing a flow mapping"):
        message = f"{message} (it begins at line {fault.context_mark.line + 1})"
    if written.startswith(_CONFLICT):
        message, hint = "a merge conflict is left in the file", "resolve it"
    return _diagnostic(message, Position(name, line + 1, column + 1), hint)


def _unreadable(fault: Exception, text: str, name: str) -> Diagnostic:
    """Point at the first character that YAML does not allow."""
    for number, line in enumerate(text.split("\n"), start=1):
        for column, char in enumerate(line, start=1):
            if not _allowed(ord(char)):
                message = f"a control character (code {ord(char):#x}) is not allowed"
                return _diagnostic(message, Position(name, number, column), "is this the right file?")
    return _diagnostic(str(fault), Position(name, 1, 1), "")


def _allowed(code: int) -> bool:
    return code in (0x9, 0xA, 0xD, 0x85) or 0x20 <= code < 0x7F or 0xA0 <= code < 0xD800 or 0xE000 <= code < 0x110000


def _diagnostic(message: str, position: Position, hint: str) -> Diagnostic:
    return Diagnostic("CF-101", Severity.ERROR, message, (), position, hint)
