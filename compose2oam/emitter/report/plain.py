"""Text of hostile files, made harmless to a terminal."""

from __future__ import annotations

# Control characters move the cursor or set colours; separators and marks of direction make a line read otherwise
# than it is.
_RANGES = ((0, 32), (127, 160), (0x200E, 0x2010), (0x2028, 0x202F), (0x2066, 0x206A), (0xD800, 0xE000))
_SHOWN = {
    code: f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" for first, end in _RANGES for code in range(first, end)
}


def plain(text: str) -> str:
    """Return text on one line, with what a terminal would act on spelt out."""
    return text.translate(_SHOWN)
