"""Regular expressions that are compiled when they are first used: most runs use few of those that modules define.

Python compiles them anew in each process, which for all of them took a tenth of a small conversion.
"""

from __future__ import annotations

import re
from typing import Any, cast

_METHODS = ("findall", "finditer", "fullmatch", "match", "pattern", "scanner", "search", "split", "sub", "subn")


class _Late:
    """What becomes a regular expression: its methods take their places when one of them is asked for."""

    __slots__ = ("_flags", "_text", *_METHODS)

    def __init__(self, text: str, flags: int) -> None:
        self._text = text
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        compiled = re.compile(self._text, self._flags)
        if name not in _METHODS:
            return getattr(compiled, name)
        for method in _METHODS:
            setattr(self, method, getattr(compiled, method))
        return getattr(self, name)

    def __repr__(self) -> str:
        return f"regex({self._text!r})"


def regex(text: str, flags: int = 0) -> re.Pattern[str]:
    """Return the regular expression that :func:`re.compile` gives, which is compiled when it is first used.

    Raises:
        re.error: then, if it is none.
    """
    return cast("re.Pattern[str]", _Late(text, flags))
