"""A report as commands of GitHub's workflows, which show it beside the lines of a pull request."""

from __future__ import annotations

from compose2oam.diagnostics import Diagnostic, Severity
from compose2oam.emitter.report.losses import losses
from compose2oam.model.report import Report

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(report: Report) -> str:
    """Return one command for each thing that there is to say."""
    return "".join(f"{_command(item)}\n" for item in losses(report))


def _command(item: Diagnostic) -> str:
    properties = {"title": item.code}
    if item.position:
        properties = {
            "file": item.position.file,
            "line": str(item.position.line),
            "col": str(item.position.column),
            "title": item.code,
        }
    shown = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    message = f"{item.message}. {item.hint}" if item.hint else item.message
    return f"::{_COMMANDS[item.severity]} {shown}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
