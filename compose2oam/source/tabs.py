"""Comments that are indented with tabs: YAML forbids them, Docker Compose reads them below another comment.

That is how a block of lines looks that somebody commented out and indented with another editor.
"""

from __future__ import annotations

import yaml

_BLANKS = " \t"


def without_tabs(text: str, fault: Exception) -> str | None:
    """Return a text without the tabs before a comment that the parser stumbled over, ``None`` if that is not the fault.

    Every other character stays at its place. The comments that follow, and the empty lines between, lose theirs, too.

    Args:
        text: what the parser read.
        fault: what it raised.
    """
    if not isinstance(fault, yaml.MarkedYAMLError) or "cannot start any token" not in (fault.problem or ""):
        return None
    lines = text.splitlines(keepends=True)
    first = fault.problem_mark.line if fault.problem_mark else len(lines)
    above = next((line for line in reversed(lines[:first]) if line.strip()), "")
    if not _is_comment(above) or "\t" not in _indent("".join(lines[first : first + 1])):
        return None
    last = -1
    for number in range(first, len(lines)):
        if _is_comment(lines[number]):
            last = number
        elif lines[number].strip():
            break
    for number in range(first, last + 1):
        indent = _indent(lines[number])
        lines[number] = " " * len(indent) + lines[number][len(indent) :]
    return "".join(lines) if last >= 0 else None


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip(_BLANKS))]


def _is_comment(line: str) -> bool:
    return line.lstrip(_BLANKS).startswith("#")
