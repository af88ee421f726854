"""What a plain YAML scalar is: the rules of go-yaml, which Docker Compose reads with.

It is the YAML 1.2 core schema with some of 1.1 left in:

- ``true``, ``false``, ``null`` in three spellings (``true``, ``True``, ``TRUE``), ``~``, nothing; ``yes`` is text.
- Integers: decimal, ``0x1f``, ``0o17``, ``0b11`` and also ``017`` (octal); ``_`` may stand anywhere after the first
  character; what no 64-bit integer (signed or not) holds is a float.
- Floats: ``1.5``, ``1e3``, ``.5``, ``.inf``, ``.nan``; ``-0`` is a float; what overflows (``1e400``) is text.
- Dates and times such as ``2001-12-14`` or ``2001-12-14T21:59:43Z`` are timestamps; ``22:22`` is text.

A number is kept as a number, so its spelling is lost, as it is in Docker Compose: ``1.10`` in an environment becomes
``1.1``. :func:`text_of` spells a scalar as Docker Compose does where it turns one into text.
"""

from __future__ import annotations

from typing import Any

from compose2oam.model.regex import regex

_WORDS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys(("-0", "-0.0"), -0.0),
}
_NUMBER_STARTS = frozenset("+-.0123456789")
STARTS = _NUMBER_STARTS | {"", *"~nNtTfF"}
"""The first characters of all unquoted scalars that are no texts; ``""`` is for the empty one."""

_INTEGER = regex(r"[+-]?(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|([1-9][0-9]*|0))\Z")
_FLOAT = regex(r"[+-]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][+-]?[0-9]+)?\Z")
_DOT_FLOAT = regex(r"\.[0-9]+(?:_[0-9]+)*(?:[eE][+-]?[0-9]+(?:_[0-9]+)*)?\Z")
_BASES = (16, 2, 8, 10)
_LONGEST_DECIMAL = 20  # digits of the largest 64-bit number; Python refuses to convert very long ones

_TIMESTAMP = regex(
    r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})"
    r"(?:(?P<sep>[Tt ])(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{1,2}):(?P<second>[0-9]{1,2})(?:[.,](?P<fraction>[0-9]+))?"
    r"(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})?)?\Z"
)
_MONTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

_PREFIX = "tag:yaml.org,2002:"


class Timestamp(str):
    """A date or a time; as a string it is what Docker Compose prints as JSON (RFC 3339).

    Attributes:
        spoken: what Docker Compose makes of it where a value becomes text, such as in an environment
            (``2001-12-14 00:00:00 +0000 UTC``).
    """

    __slots__ = ("spoken",)
    spoken: str

    def __new__(cls, rfc3339: str, spoken: str) -> Timestamp:
        """Make a string that knows its other spelling."""
        made = super().__new__(cls, rfc3339)
        made.spoken = spoken
        return made

    def __reduce__(self) -> tuple[type[Timestamp], tuple[str, str]]:
        return Timestamp, (str(self), self.spoken)


def plain(text: str) -> Any:
    """Return what an unquoted scalar without a tag stands for: ``None``, a bool, a number, a timestamp or a string."""
    start = text[:1]
    if start not in STARTS:
        return text
    return _number(text) if start in _NUMBER_STARTS else _WORDS.get(text, text)


def tagged(tag: str, text: str) -> Any:
    """Return what a scalar with an explicit tag stands for.

    Args:
        tag: in full, such as ``tag:yaml.org,2002:int``. A tag that is not YAML's own makes the scalar a string.
        text: the scalar's text, quoted or not.

    Raises:
        ValueError: the text is nothing that the tag names.
    """
    name = tag[len(_PREFIX) :] if tag.startswith(_PREFIX) else ""
    if name == "binary":
        return _binary(text)
    if name not in _KINDS:
        return text
    value = plain(text)
    if name == "float" and type(value) is int:
        return float(value)
    if type(value) is not _KINDS[name]:
        raise ValueError(f"{text!r} is not a valid {name}")
    return value


def text_of(value: Any) -> str:
    """Spell a scalar as Docker Compose does where it needs text (environment, labels, build arguments).

    ``None`` becomes nothing, ``True`` becomes ``true``, 1.10 becomes ``1.1``, 1000000.0 becomes ``1e+06``.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _float_text(value)
    if isinstance(value, Timestamp):
        return value.spoken
    return str(value)


def _number(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    if text[0] == ".":
        return _finite(text) if _DOT_FLOAT.match(text) else text
    if text[4:5] == "-" and (stamp := _timestamp(text)):
        return stamp
    digits = text.replace("_", "")
    if found := _INTEGER.match(digits):
        group = found.lastindex or 0
        if len(found[group]) <= _LONGEST_DECIMAL or group < len(_BASES):
            value = int(found[group], _BASES[group - 1])
            signed = digits[0] in "+-"
            value = -value if digits[0] == "-" else value
            if -(1 << 63) <= value < (1 << 63 if signed else 1 << 64):
                return value
    if _FLOAT.match(digits):
        value = _finite(digits)
        return text if value is digits else value
    return text


def _finite(text: str) -> Any:
    """Convert to a float, or return the text where no float is large enough."""
    value = float(text)
    return text if value in (float("inf"), float("-inf")) else value


def _timestamp(text: str) -> Timestamp | None:
    found = _TIMESTAMP.match(text)
    if not found:
        return None
    year, month, day = int(found["year"]), int(found["month"]), int(found["day"])
    leap = month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if not (1 <= month <= 12 and 1 <= day <= _MONTHS[month - 1] + leap):
        return None
    date = f"{year:04}-{month:02}-{day:02}"
    if not found["sep"]:
        return Timestamp(f"{date}T00:00:00Z", f"{date} 00:00:00 +0000 UTC")
    if (found["sep"] == " ") == bool(found["zone"]):  # only the form with a space has no zone, and it never has one
        return None
    hour, minute, second = int(found["hour"]), int(found["minute"]), int(found["second"])
    if hour > 23 or minute > 59 or second > 59:
        return None
    fraction = (found["fraction"] or "")[:9].rstrip("0")
    clock = f"{hour:02}:{minute:02}:{second:02}" + (f".{fraction}" if fraction else "")
    zone = found["zone"] or "Z"
    if zone == "Z" or zone[1:] == "00:00":
        return Timestamp(f"{date}T{clock}Z", f"{date} {clock} +0000 UTC")
    if int(zone[1:3]) > 24 or int(zone[4:]) > 60:
        return None
    offset = zone.replace(":", "")
    return Timestamp(f"{date}T{clock}{zone}", f"{date} {clock} {offset} {offset}")


def _binary(text: str) -> str:
    import base64

    try:
        return base64.b64decode("".join(text.split()), validate=True).decode("utf-8", "replace")
    except ValueError:
        raise ValueError(f"{text!r} is not valid base64") from None


def _float_text(value: float) -> str:
    """Write the shortest digits that read back equal, with an exponent below 1e-4 and from 1e6 on."""
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "+Inf" if value > 0 else "-Inf"
    shortest = repr(value)
    digits = shortest.partition("e")[0].replace(".", "").lstrip("-0").rstrip("0")
    scientific = f"{value:.{max(len(digits), 1) - 1}e}"
    exponent = int(scientific.partition("e")[2])
    if -4 <= exponent < 6:
        return shortest.removesuffix(".0")
    return scientific


_KINDS: dict[str, type] = {
    "bool": bool,
    "int": int,
    "float": float,
    "null": type(None),
    "timestamp": Timestamp,
}
