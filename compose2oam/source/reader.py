"""From YAML text to trees with positions: usual text the quick way, and all other by the events of a parser."""

from __future__ import annotations

from collections.abc import Collection

from compose2oam.errors import ComposeError, InputError
from compose2oam.source import quick
from compose2oam.source.files import read_text
from compose2oam.source.tree import Documents

__all__ = ["parse", "read_text"]


def parse(
    text: str, name: str, *, tags: Collection[str] = (), strict: bool = False, error: type[InputError] = ComposeError
) -> Documents:
    """Parse YAML text.

    Args:
        text: the YAML, of any number of documents.
        name: the file's name in positions.
        tags: the tags that are kept as :class:`Tagged` nodes (``!reset``). Any other tag that is not YAML's own does
            no more than make a scalar a string, as in Docker Compose.
        strict: refuse such tags instead.
        error: the class of what is raised.

    Returns:
        One tree for each document, none for a text without any: :class:`Map`, :class:`Seq`, or a scalar as
        :mod:`compose2oam.source.scalars` has it.

    Raises:
        InputError: the text is no valid YAML; with a finding for each fault after which reading could go on.
    """
    usual = quick.read(text, name)
    if usual is not None:
        return Documents([usual])
    from compose2oam.source import events

    return events.parse(text, name, frozenset(tags), strict, error)
