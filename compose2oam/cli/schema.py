"""``compose2oam schema``: the JSON schemas by which editors complete and check what a user writes for this program."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer

from compose2oam.cli import results


class Which(str, Enum):
    """What a schema is for."""

    X_OAM = "x-oam"
    SIDE_FILE = "compose2oam"


def schema(
    which: Annotated[
        Which,
        typer.Argument(
            help="x-oam: what x-oam takes in a Compose file; compose2oam: the file compose2oam.yaml beside it."
        ),
    ],
) -> None:
    """Print a JSON schema for editors.

    Example: compose2oam schema x-oam > x-oam.schema.json
    """
    from compose2oam.rules.extension_schema import of_compose_file, of_side_file

    made = of_compose_file() if which is Which.X_OAM else of_side_file()
    results.as_json(made)
