"""``compose2oam version``."""

from __future__ import annotations

from compose2oam._version import __version__
from compose2oam.cli import options, results


def version(
    format: options.TextOrJson = options.TextFormat.TEXT,
) -> None:
    """Show the version.

    Example: compose2oam version --format json
    """
    if format is options.TextFormat.JSON:
        import platform
        import sys

        data = {"compose2oam": __version__, "python": platform.python_version(), "platform": sys.platform}
        results.as_json(data)
    else:
        results.line(f"compose2oam {__version__}")
