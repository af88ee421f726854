"""A report as commands of GitHub's workflows, which show it beside the lines of a pull request.

GitHub shows ten errors, ten warnings and ten notices of a step, so the gravest come first and the counts go with them.
"""

from __future__ import annotations

from compose2oam.diagnostics import Severity
from compose2oam.emitter.report.losses import Loss, losses
from compose2oam.emitter.report.plain import plain
from compose2oam.emitter.report.text import summary
from compose2oam.model.report import Report

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(report: Report) -> str:
    """Return one command for each thing that there is to say of a line, and the counts as the first notice."""
    made = [(_COMMANDS[item.finding.severity], _command(item, report)) for item in losses(report)]
    counts = ("notice", f"::notice title={_property(report.project)}::{_data(summary(report))}")
    first = next((index for index, (command, _) in enumerate(made) if command == "notice"), len(made))
    return "".join(f"{line}\n" for _, line in (*made[:first], counts, *made[first:]))


def _command(item: Loss, report: Report) -> str:
    found = item.finding
    text = report.rules.get(found.code)
    properties = {"title": f"{text.title} [{found.code}]" if text else found.code}
    if found.position:
        place = {"file": found.position.file, "line": str(found.position.line), "col": str(found.position.column)}
        properties = {**place, **properties}
    shown = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{_COMMANDS[found.severity]} {shown}::{_data(item.message)}"


def _data(text: str) -> str:
    # The log of a workflow acts on colours and the like; a line break is told in GitHub's own way.
    return "%0A".join(plain(line) for line in text.replace("%", "%25").split("\n"))


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
