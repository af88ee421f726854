"""Text of hostile files, made harmless to a terminal."""

from __future__ import annotations

import functools

# Control characters move the cursor or set colours; separators and marks of direction make a line read otherwise
# than it is.
_RANGES = ((0, 32), (127, 160), (0x200E, 0x2010), (0x2028, 0x202F), (0x2066, 0x206A), (0xD800, 0xE000))


def plain(text: str) -> str:
    """Return text on one line, with what a terminal would act on spelt out."""
    # Nearly every text is printable, and nothing else can be in a range: then the table need not even be made.
    return text if text.isprintable() else text.translate(_shown())


@functools.cache
def _shown() -> dict[int, str]:
    return {
        code: f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"
        for first, end in _RANGES
        for code in range(first, end)
    }
