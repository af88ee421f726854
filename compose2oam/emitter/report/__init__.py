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
SUFFIXES = {".txt": "text", ".json": "json", ".md": "markdown", ".sarif": "sarif"}


def format_of(path: str, named: str = "") -> str:
    """Return the format of a report: the one that is named, or the one of the file's suffix.

    Raises:
        UsageError: if neither says one.
    """
    if named:
        if named not in FORMATS:
            raise UsageError(f"there is no report format `{named}`; known are: {', '.join(FORMATS)}")
        return named
    for suffix, name in SUFFIXES.items():
        if path.endswith(suffix):
            return name
    raise UsageError(f"name the format of {path} with --report-format: {', '.join(FORMATS)}")


def render(report: Report, name: str) -> str:
    """Write a report in a format of :data:`FORMATS`."""
    module = importlib.import_module(f"{__name__}.{FORMATS[name]}")
    text: str = module.render(report)
    return text
