"""``compose2oam schema``: the JSON schemas by which editors complete and check what a user writes for this program."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

from compose2oam.cli import results
from compose2oam.cli.declaring import Argument


class Which(str, Enum):
    """What a schema is for."""

    COMPOSE = "compose"
    X_OAM = "x-oam"
    SIDE_FILE = "compose2oam"


def schema(
    which: Annotated[
        Which,
        Argument(
            metavar="NAME",
            help="compose: a Compose file with x-oam; x-oam: the same without what Compose says itself; "
            "compose2oam: the file compose2oam.yaml beside it.",
        ),
    ],
) -> None:
    """Print a JSON schema, by which an editor completes and checks what you write.

    Example: compose2oam schema compose > compose.schema.json
    """
    from compose2oam.rules import extension_schema

    make = {
        Which.COMPOSE: extension_schema.of_whole_file,
        Which.X_OAM: extension_schema.of_compose_file,
        Which.SIDE_FILE: extension_schema.of_side_file,
    }
    results.as_json(make[which]())
