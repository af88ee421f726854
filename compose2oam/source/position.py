"""Where in a text something stands."""

from __future__ import annotations

from compose2oam.model.namedtuple import NamedTuple


class Position(NamedTuple):
    """A place in a text file.

    Attributes:
        file: the file as a user would name it (relative to the working directory where that is shorter), ``-`` for
            standard input.
        line: counted from 1.
        column: counted from 1, in characters.
    """

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"
