"""``compose2oam version``."""

from __future__ import annotations

import typer

from compose2oam._version import __version__
from compose2oam.cli import options


def version(
    format: options.TextOrJson = options.TextFormat.TEXT,
) -> None:
    """Show the version.

    Example: compose2oam version --format json
    """
    if format is options.TextFormat.JSON:
        import platform
        import sys

        from compose2oam.cli import results

        data = {"compose2oam": __version__, "python": platform.python_version(), "platform": sys.platform}
        results.as_json(data)
    else:
        typer.echo(f"compose2oam {__version__}")
