"""Amounts of bytes as Compose writes them."""

from __future__ import annotations

import re

from compose2oam.model.regex import regex

_SIZE = regex(r"\s*(\d+(?:\.\d+)?)\s*([kmgtp]?)i?b?\s*\Z", re.IGNORECASE)
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4, "p": 5}


def to_bytes(text: str) -> int:
    """Return ``64m`` or ``1.5g`` in bytes, 0 for what is no size (Compose specification, "Specifying byte values")."""
    match = _SIZE.match(text)
    return int(float(match[1]) * 1024 ** _POWERS[match[2].lower()]) if match else 0
