"""What a build adds to a wheel: the manual pages, written from the command line as it is then."""

from __future__ import annotations

import pathlib
import sys
import tempfile
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ManualPages(BuildHookInterface):
    """Puts them where ``man`` looks for them below the place that a wheel is installed to."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write them to a folder of their own, and name them to the builder.

        Args:
            version: ``standard``, or ``editable`` for a wheel that only points to the checkout.
            build_data: what the builder knows so far.
        """
        if version == "editable":
            return
        sys.path.insert(0, self.root)
        try:
            from compose2oam.cli import manual
        finally:
            sys.path.remove(self.root)
        self.folder = tempfile.TemporaryDirectory(prefix="compose2oam-")
        for name, text in manual.pages(self.metadata.version).items():
            file = pathlib.Path(self.folder.name, name)
            file.write_text(text, encoding="utf-8")
            build_data["shared_data"][str(file)] = f"share/man/man1/{name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove the folder."""
        if version != "editable":
            self.folder.cleanup()
