"""What must not be shown: which names stand for secrets, and how a password is taken out of a text.

The application holds what a user put into it, with a warning (C2O-008). Reports, explanations and messages name
places and never values; where a message has to quote, as with an address, this takes the password out.
"""

from __future__ import annotations

import re

from compose2oam.model.regex import regex

_SENSITIVE = regex(r"PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE", re.IGNORECASE)
_IN_ADDRESS = regex(r"(?<=:/)(/?[^/\s:@]*):[^/\s@]+@")
# All that _IN_SETTING looks for has one of these in it; to look for them takes a tenth of the time.
_WORDS = ("password", "passwd", "pwd", "secret", "token", "key")
_IN_SETTING = regex(r"((?:password|passwd|pwd|secret|token|api_?key)[\"']?[=:])[^\s,;&`\"']+", re.IGNORECASE)


def is_sensitive(name: str) -> bool:
    """Whether a variable of this name is likely to hold a secret itself, not the name of a file that does."""
    return bool(_SENSITIVE.search(name)) and not name.upper().endswith(("_FILE", "_PATH"))


def without_passwords(text: str) -> str:
    """Return a text with ``***`` for what addresses (``https://me:secret@host``) and settings (``token=x``) hide."""
    if "@" in text:
        text = _IN_ADDRESS.sub(r"\1:***@", text)
    if "=" in text or ":" in text:
        folded = text.casefold()
        if any(map(folded.__contains__, _WORDS)):
            return _IN_SETTING.sub(r"\1***", text)
    return text
