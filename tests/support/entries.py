"""Entries of a conversion, as a test asks for them."""

from __future__ import annotations

from compose2oam.api import Conversion
from compose2oam.model.entry import Entry
from compose2oam.model.path import render


def entry_at(made: Conversion, path: str) -> Entry:
    """What became of the line at a path; there is one entry of it."""
    (found,) = (entry for entry in made.entries if render(entry.path) == path)
    return found
