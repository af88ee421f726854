"""From Compose files to a :class:`~compose2oam.model.compose.Project`, read as Docker Compose reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from compose2oam.loader.options import LoadOptions
    from compose2oam.loader.project import load

__all__ = ["LoadOptions", "load"]


def __getattr__(name: str) -> object:
    """Import the public names when they are first used: most modules of this package need none of them."""
    if name == "load":
        from compose2oam.loader.project import load

        return load
    if name == "LoadOptions":
        from compose2oam.loader.options import LoadOptions

        return LoadOptions
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
