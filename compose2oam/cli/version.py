"""``compose2oam version``."""

from __future__ import annotations

import json
import platform
import sys
from typing import Annotated

import typer

from compose2oam._version import __version__


def version(
    format: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
) -> None:
    """Show the version.

    Example: compose2oam version --format json
    """
    if format == "json":
        data = {"compose2oam": __version__, "python": platform.python_version(), "platform": sys.platform}
        typer.echo(json.dumps(data))
    else:
        typer.echo(f"compose2oam {__version__}")
