"""Env files that a project ships as samples, such as ``.env.example``: what to copy where something is missing.

Many public projects keep ``.env`` out of their repository and a sample of it in there. Docker Compose does not read
that, and neither does this; it is only named in the help.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from compose2oam.errors import InputError
from compose2oam.loader.scope import shown
from compose2oam.loader.values import join_path
from compose2oam.model.regex import regex
from compose2oam.source.files import exists, read_text
from compose2oam.source.record import names_in, was_listed

_WORDS = frozenset(("default", "defaults", "dist", "example", "sample", "template", "tmpl", "tpl"))
_PARTS = regex(r"[^._-]+")
_NAME = regex(r"(?m)^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*[=:]")
_MOST_BYTES = 1024 * 1024


def sample_of(file: str) -> str:
    """Return the sample of an env file that lies beside it, ``""`` if there is none.

    Args:
        file: the absolute path of the env file, which may be absent.
    """
    folder, name = os.path.split(file)
    wanted = _PARTS.findall(name.lower())

    def look() -> tuple[str, ...]:
        return tuple(other for other in names_in(folder) if _is_sample(other, wanted))

    was_listed(folder, look)
    # Of several, the one whose name goes on where the file's ends.
    best = min(look(), key=lambda other: (not other.startswith(name), other), default="")
    return join_path(folder, best) if best else ""


def adviser(folder: str) -> Callable[[str], str]:
    """Return a function that tells, for the name of a variable that is not set, how a sample of ``.env`` would set it.

    Args:
        folder: where ``.env`` is looked for, as an absolute path. The sample is looked for at the first call.
    """
    file = join_path(folder, ".env")
    known: dict[str, frozenset[str]] = {}

    def advise(variable: str) -> str:
        if not known:
            sample = sample_of(file)
            known[sample] = _variables(sample)
        ((sample, names),) = known.items()
        if variable not in names:
            return ""
        if exists(file):
            return f"{shown(sample)} has it: add it to {shown(file)}"
        return f"{shown(sample)} has it: copy that file to {shown(file)} and fill it in, or name it with --env-file"

    return advise


def _is_sample(name: str, wanted: list[str]) -> bool:
    parts = _PARTS.findall(name.lower())
    kept = [part for part in parts if part not in _WORDS]
    return kept == wanted and kept != parts


def _variables(file: str) -> frozenset[str]:
    try:
        text = read_text(file, limit=_MOST_BYTES, lenient=True) if file else ""
    except InputError:
        text = ""
    return frozenset(_NAME.findall(text))
