"""How a command declares what it takes, before it is known who reads its line.

These are named and written as those of Typer are, but to import Typer takes longer than a small conversion. So
:mod:`compose2oam.cli.direct` reads the usual lines by these alone, and :mod:`compose2oam.cli.typed` hands them to Typer
for all others, for help and for completion.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Option:
    """What stands in the annotation of a parameter that is an option.

    Args:
        names: how it is written, such as ``-o`` and ``--output``, or ``--wait/--no-wait`` for one of two.
        said: what else :func:`typer.Option` is told; ``completes`` names the function of
            :mod:`compose2oam.cli.completing` that knows what can stand there.
    """

    def __init__(self, *names: str, **said: Any) -> None:
        self.names = names
        self.said: Mapping[str, Any] = said


class Argument:
    """What stands in the annotation of a parameter that has its place on the line.

    Args:
        said: what :func:`typer.Argument` is told, and ``completes`` as above.
    """

    def __init__(self, **said: Any) -> None:
        self.said: Mapping[str, Any] = said
