"""How one YAML scalar is written, so that YAML 1.1 and YAML 1.2 readers agree on what it is.

Kubernetes reads YAML with the habits of 1.1 (``yes`` is a boolean, ``22:22`` a number), most new tools read 1.2. A
string therefore stands plain only where neither could take it for something else; every doubt is settled with quotes.
"""

from __future__ import annotations

import math
import re
from typing import Any

from compose2oam.errors import InputError, UsageError
from compose2oam.model.regex import regex

# What nobody could take for anything but a string, unless it is a word of the set below: most keys and most values.
_SIMPLE = regex(r"[A-Za-z_/][A-Za-z0-9_./@-]*\Z")

_WORDS = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null"])

# What may open a plain scalar: no indicator, and neither `=`, `<` (merge key) nor `~`.
_OPENING = regex(r"[A-Za-z0-9_/.$(^;+\\]|[^\x00-\xa0]|--?[A-Za-z0-9_/.$]")

# Numbers of every YAML dialect, and more: sexagesimal `22:22`, `1_000`, `0o17`, `1e3`, `.5`, `.inf`.
_NUMBER = regex(
    r"""[-+]? (?: 0[xX][0-9a-fA-F_]* | 0[oO][0-9_]* | 0[bB][01_]* | [0-9_]+ (?: :[0-9_.]* )+
    | [0-9.][0-9_]* \.? [0-9_]* (?: [eE][-+]?[0-9_]* )? | \.inf | \.nan )\Z""",
    re.VERBOSE | re.IGNORECASE,
)
_DATE = regex(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}")

# Control characters, line breaks of old YAML (NEL, LS, PS), byte order marks, what a reader cannot see, and what turns
# the direction of text around: all are written as escapes, so that a reviewer sees them.
_INVISIBLE = (
    "\x00-\x08\x0b-\x1f\x7f-\xa0\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\uffff"
    "\U000e0000-\U000e0fff"
)
_UNSEEN = regex(f"[{_INVISIBLE}]")
_ESCAPED = regex(f'["\\\\\t\n{_INVISIBLE}]')
_SHORT_ESCAPES = {'"': '\\"', "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}


def text(value: str) -> str:
    """Write a string on one line: plain where that is safe, else in quotes.

    Raises:
        InputError: it holds half a surrogate pair, which no encoding can carry.
    """
    if _SIMPLE.match(value):
        return value if value.lower() not in _WORDS else f'"{value}"'
    if not _is_unicode(value):
        raise InputError(f"text that is not valid Unicode cannot be written: {value[:60]!a}")
    if _is_plain(value):
        return value
    if "\t" in value or "\n" in value or _has_unseen(value):
        return '"' + _ESCAPED.sub(_escape, value) + '"'
    return "'" + value.replace("'", "''") + "'" if "\\" in value or '"' in value else f'"{value}"'


def literal(value: str) -> tuple[str, list[str]] | None:
    """Write a string of several lines as a literal block, where one can hold it.

    Returns:
        The header (``|``, ``|-``, ``|2+``...) and the lines to indent by two more than the parent, or ``None``.
    """
    body = value.strip("\n")
    if not body or "\n" not in value or _UNSEEN.search(value) or not _is_unicode(value):
        return None
    # Readers guess the indentation from the first line; one that begins with blanks would mislead them.
    header = "|2" if value.lstrip("\n")[0] in " \t" else "|"
    lines = value.split("\n")
    if lines[-1]:
        return header + "-", lines
    lines.pop()
    return (header, lines) if lines[-1] else (header + "+", lines)


def scalar(value: Any) -> str:
    """Write ``None``, a boolean, a number or a string on one line.

    Raises:
        InputError: see :func:`text`.
        UsageError: it is of no type that YAML and JSON share.
    """
    if isinstance(value, str):
        return text(str.__str__(value))
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, float):
        return _float(value)
    raise UsageError(f"a value of type {type(value).__name__} cannot be written as YAML: {value!r:.60}")


def _is_plain(value: str) -> bool:
    return (
        _OPENING.match(value) is not None
        and ": " not in value
        and " #" not in value
        and value[-1] not in " :"
        and "\t" not in value
        and "\n" not in value
        and not value.startswith("...")
        and not _has_unseen(value)
        and not _NUMBER.match(value)
        and not _DATE.match(value)
    )


def _has_unseen(value: str) -> bool:
    # Most texts are told by their type: to compile so large a set takes as long as to write hundreds of them.
    return not (value.isascii() and value.isprintable()) and _UNSEEN.search(value) is not None


def _is_unicode(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _escape(found: re.Match[str]) -> str:
    char = found[0]
    short = _SHORT_ESCAPES.get(char)
    if short:
        return short
    code = ord(char)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _float(value: float) -> str:
    if math.isnan(value):
        return ".nan"
    if math.isinf(value):
        return ".inf" if value > 0 else "-.inf"
    digits = float.__repr__(value)
    # `1e+20` is a string to a YAML 1.1 reader, `1.0e+20` a number to everybody.
    return digits if "." in digits else digits.replace("e", ".0e")
