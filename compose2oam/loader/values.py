"""Scalars as Docker Compose understands and writes them: numbers, sizes, durations, paths, shell words.

Docker Compose is a Go program, and some of Go's own rules show in its model: how a float becomes text, what a clean
path is, what a duration may look like. They are gathered here. Every parser raises :class:`ValueError` with a message
that fits after "the value".
"""

from __future__ import annotations

import re
import struct
from functools import lru_cache
from typing import Any, Final

from compose2oam.model.regex import regex
from compose2oam.source.scalars import text_of

_INTEGER: Final = regex(r"[+-]?[0-9]+\Z")
_FLOAT: Final = regex(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\Z")
_INT64: Final = 1 << 63
_UNITS: Final = {"k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40, "p": 1 << 50}
_NANOSECONDS: Final = {
    "ns": 1,
    "us": 10**3,
    "\u00b5s": 10**3,
    "\u03bcs": 10**3,
    "ms": 10**6,
    "s": 10**9,
    "m": 60 * 10**9,
    "h": 3600 * 10**9,
    "d": 24 * 3600 * 10**9,
    "w": 168 * 3600 * 10**9,
}
_DURATION_PART: Final = regex(r"(?P<whole>[0-9]*)(?P<fraction>\.[0-9]*)?(?P<unit>[^0-9.]+)")


def text(value: Any) -> str:
    """Write a value as Go's ``fmt.Sprint`` does: what an unquoted number in ``environment`` becomes."""
    if value is None:
        return "<nil>"
    if isinstance(value, list):
        return "[" + " ".join(text(item) for item in value) + "]"
    if isinstance(value, dict):
        return "map[" + " ".join(f"{key}:{text(value[key])}" for key in sorted(value)) + "]"
    return text_of(value)


@lru_cache
def single_precision(value: float) -> float:
    """Round to the shortest decimal that a 32-bit float tells apart, as Docker Compose does with ``cpus``."""
    try:
        (wanted,) = struct.unpack("f", struct.pack("f", value))
    except OverflowError:
        return value
    for digits in range(1, 10):
        short = float(f"{wanted:.{digits}g}")
        if struct.unpack("f", struct.pack("f", short))[0] == wanted:
            return short
    return value


def integer(word: str) -> int:
    """Parse a decimal 64-bit integer."""
    if not _INTEGER.match(word) or not -_INT64 <= int(word) < _INT64:
        raise ValueError(f"`{word}` is not an integer")
    return int(word)


def number(word: str) -> float:
    """Parse a decimal number."""
    if not _FLOAT.match(word):
        raise ValueError(f"`{word}` is not a number")
    return float(word)


@lru_cache
def size(word: str) -> int:
    """Parse an amount of memory such as ``512m`` or ``1.5 GiB`` into bytes; units are powers of 1024."""
    if _INTEGER.match(word):
        return integer(word)
    end = max(word.rfind(char) for char in "0123456789. ")
    if end < 0:
        raise ValueError(f"`{word}` is not a size")
    amount = number(word[:end] if word[end] == " " else word[: end + 1])
    unit = word[end + 1 :].lower()
    if amount < 0:
        raise ValueError(f"`{word}` is negative")
    if unit in ("", "b"):
        return int(amount)
    if unit[0] not in _UNITS or unit[1:] not in ("", "b", "ib"):
        raise ValueError(f"`{word}` has the unknown unit `{unit}`; use b, k, m, g, t or p")
    return int(amount * _UNITS[unit[0]])


@lru_cache
def duration(word: str) -> int:
    """Parse a duration such as ``1m30s``, ``1.5h`` or ``2d`` into nanoseconds."""
    rest = word[1:] if word[:1] in ("-", "+") else word
    if rest == "0":
        return 0
    total, start = 0, 0
    while start < len(rest) or not rest:
        part = _DURATION_PART.match(rest, start)
        if not part or not (part["whole"] or (part["fraction"] or ".") != "."):
            why = (
                "a number has no unit"
                if re.fullmatch(r"[0-9.]+", rest[start:])
                else "a number and a unit must alternate"
            )
            raise ValueError(f"`{word}` is not a duration ({why}); write 30s, 1m30s or 1.5h")
        unit = _NANOSECONDS.get(part["unit"])
        if unit is None:
            raise ValueError(f"`{word}` has the unknown unit `{part['unit']}`; use ns, us, ms, s, m, h, d or w")
        total += int(part["whole"] or 0) * unit
        if part["fraction"] and part["fraction"] != ".":
            digits = part["fraction"][1:19]
            total += int(float(int(digits)) * (float(unit) / float(10 ** len(digits))))
        start = part.end()
    if total >= _INT64:
        raise ValueError(f"`{word}` is too long a time")
    return -total if word.startswith("-") else total


@lru_cache
def duration_text(nanoseconds: int) -> str:
    """Write a duration as Go does: ``1h0m0s``, ``1m30s``, ``1.5s``, ``300ms``, ``0s``."""
    sign, rest = ("-", -nanoseconds) if nanoseconds < 0 else ("", nanoseconds)
    if rest == 0:
        return "0s"
    for unit, length in (("ns", 1), ("\u00b5s", 10**3), ("ms", 10**6)):
        if rest < length * 1000:
            return f"{sign}{_decimal(rest, length)}{unit}"
    minutes, seconds = divmod(rest, 60 * 10**9)
    hours, minutes = divmod(minutes, 60)
    lead = f"{hours}h{minutes}m" if hours else f"{minutes}m" if minutes else ""
    return f"{sign}{lead}{_decimal(seconds, 10**9)}s"


def _decimal(amount: int, length: int) -> str:
    whole, rest = divmod(amount, length)
    return f"{whole}.{rest:0{len(str(length)) - 1}d}".rstrip("0") if rest else str(whole)


def clean_path(path: str) -> str:
    """Return the shortest equal slash-separated path, ``.`` for the empty one (Go's ``path.Clean``)."""
    if path[:1] not in ("", ".") and "//" not in path and "/." not in path and path[-1] != "/":
        return path
    rooted = path.startswith("/")
    parts: list[str] = []
    for part in path.split("/"):
        if part in ("", "."):
            continue
        if part != "..":
            parts.append(part)
        elif parts and parts[-1] != "..":
            parts.pop()
        elif not rooted:
            parts.append(part)
    return ("/" if rooted else "") + "/".join(parts) or "."


def join_path(base: str, path: str) -> str:
    """Join two paths and clean the result (Go's ``filepath.Join``)."""
    return clean_path("/".join(part for part in (base, path) if part)) if base or path else ""


def shell_words(line: str) -> list[str]:
    """Split a command line into words, with quotes and backslashes as Docker Compose treats them.

    No variable and no command is expanded, and the words end at the first unquoted ``;``, ``&``, ``|``, ``<`` or ``>``.
    """
    words: list[str] = []
    word, quote = "", ""
    begun = quoted = escaped = False
    for char in line:
        if escaped:
            word += "\\" + char if quote in ("`", "(") else {"t": "\t", "n": "\n"}.get(char, char)
            begun, escaped = True, False
        elif char == "\\" and quote != "'":
            escaped = True
        elif char == "\\" or (char in " \t\r\n" and quote):
            word += char
        elif char in " \t\r\n":
            if quoted or (begun and word):
                words.append(word)
            word, begun, quoted = "", False, False
        elif char in "\"'" and quote in ("", char):
            quoted = quoted or bool(quote)
            quote = "" if quote else char
        elif char == "(" and not quote:
            if not word.endswith("$") or word.endswith("\\$"):
                raise ValueError("this is not a command line: a bracket must be in quotes")
            word, quote = word + char, char
        elif char in "()" and quote in ("", "("):
            if char == "(" or not quote:
                raise ValueError("this is not a command line: a bracket must be in quotes")
            word, quote, begun = word + char, "", True
        elif char in ";&|<>" and not quote:
            if char == ">" and word.isdigit() and word.isascii():
                word, begun, quoted = "", False, False
            break
        else:
            if char == "`" and quote in ("", char):
                quote = "" if quote else char
            word, begun, quoted = word + char, True, False
    if quote or escaped:
        raise ValueError("this is not a command line: a quote or an escape is left open")
    if quoted or (begun and word):
        words.append(word)
    return words
