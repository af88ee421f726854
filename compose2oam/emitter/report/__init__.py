"""Reports of a conversion: text, JSON, Markdown, SARIF 2.1.0 and annotations of GitHub's workflows."""

from __future__ import annotations

import importlib

from compose2oam.errors import UsageError
from compose2oam.model.report import Report

# The module that writes a format; each has one function `render`.
FORMATS = {
    "text": "text",
    "json": "data",
    "markdown": "markdown",
    "sarif": "sarif",
    "github": "github",
}
PAGE = "html"
"""The format of :mod:`compose2oam.emitter.html`, which shows more than a report: the lines of a conversion."""
SUFFIXES = {".html": PAGE, ".htm": PAGE, ".txt": "text", ".json": "json", ".md": "markdown", ".sarif": "sarif"}


def format_of(path: str, named: str = "", *, page: bool = False) -> str:
    """Return the format of a report: the one that is named, or the one of the file's suffix.

    Args:
        path: the file.
        named: a format, or ``""``.
        page: whether there is a conversion that a page can show.

    Raises:
        UsageError: if neither says one that is known here.
    """
    known = [*FORMATS, PAGE] if page else list(FORMATS)
    name = named or next((name for suffix, name in SUFFIXES.items() if path.endswith(suffix)), "")
    if name in known:
        return name
    if named:
        raise UsageError(f"there is no report format `{named}` here; known are: {', '.join(known)}")
    raise UsageError(f"name the format of {path} with --report-format: {', '.join(known)}")


def render(report: Report, name: str) -> str:
    """Write a report in a format of :data:`FORMATS`."""
    module = importlib.import_module(f"{__name__}.{FORMATS[name]}")
    text: str = module.render(report)
    return text
