"""The command line: one file a command, and nothing heavy imported before a command runs.

Manifests and other data go to standard output, everything else to standard error. Exit codes stand on the classes of
:mod:`compose2oam.errors`.
"""

from __future__ import annotations

import importlib
import os
import sys
from typing import TYPE_CHECKING, Any, Final, NoReturn

if TYPE_CHECKING:
    from compose2oam.cli.grouping import App

COMMANDS: Final = {
    "init": "init.init",
    "convert": "convert.convert",
    "report": "report.report",
    "graph": "graph.graph",
    "up": "up.up",
    "build": "build.build",
    "down": "down.down",
    "ps": "ps.ps",
    "status": "status.status",
    "logs": "logs.logs",
    "exec": "exec_.exec_",
    "port-forward": "port.port_forward",
    "port": "port.port",
    "images": "images.images",
    "events": "events.events",
    "scale": "scale.scale",
    "stop": "stop.stop",
    "start": "start.start",
    "restart": "restart.restart",
    "wait": "wait.wait",
    "ls": "ls.ls",
    "diff": "diff.diff",
    "live-diff": "diff.diff",
    "history": "history.history",
    "rollback": "rollback.rollback",
    "suspend": "suspend.suspend",
    "resume": "resume.resume",
    "rbac": "rbac.rbac",
    "config": "config.config",
    "import": "import_.import_",
    "check": "check.check",
    "doctor": "doctor.doctor",
    "capabilities": "capabilities.app",
    "mappings": "mappings.app",
    "schema": "schema.schema",
    "explain": "explain.explain",
    "why": "why.why",
    "version": "version.version",
    "completion": "completion.completion",
}
"""Every command in the order of the help: the module that has it, and its function, or its app of further commands."""

_SETTINGS: Final[dict[str, dict[str, Any]]] = {
    "exec": {"context_settings": {"allow_interspersed_args": False}},
    "live-diff": {"hidden": True},
}


def app(only: str = "") -> App:
    """Make the command line.

    Args:
        only: the one command that is needed. To read the options of all of them takes longer than a small conversion.
    """
    from compose2oam.cli.grouping import App

    made = App(
        name="compose2oam",
        help="Turn a Docker Compose project into an Open Application Model application, and lose nothing in silence.",
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120},
    )
    # With a callback, a single command keeps its name.
    made.callback()(lambda: None)
    for name in [only] if only else COMMANDS:
        found = _command(name)
        if isinstance(found, App):
            made.add_typer(found, name=name)
        else:
            made.command(name, **_SETTINGS.get(name, {}))(found)
    if not only:
        from compose2oam.cli import absent

        absent.add_to(made)
    return made


def main() -> NoReturn:
    """Run the command line, and exit with the right code."""
    from compose2oam.cli import failure

    try:
        _run(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # Whoever read along has left, and what is still in a buffer must not be told to nobody as Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as error:  # the last resort: a person never sees a traceback
        sys.exit(failure.report(error))
    sys.exit(0)


def _run(words: list[str]) -> None:
    """Call the command that a line names, by what it declares or, where the line is no usual one, through Typer."""
    first = words[0] if words and "_COMPOSE2OAM_COMPLETE" not in os.environ else ""
    if first not in COMMANDS:
        first = ""
    elif first not in _SETTINGS:
        from compose2oam.cli import direct

        command = _command(first)
        given = direct.read(command, words[1:])
        if given is not None:
            command(**given)
            return
    # Asked for by name: under `python -m` Typer would look for a variable of another name.
    app(first)(complete_var="_COMPOSE2OAM_COMPLETE")


def _command(name: str) -> Any:
    module, _, attribute = COMMANDS[name].partition(".")
    return getattr(importlib.import_module(f"{__name__}.{module}"), attribute)
