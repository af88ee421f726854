"""The command line: one file a command, and nothing heavy imported before a command runs.

Manifests and other data go to standard output, everything else to standard error. Exit codes stand on the classes of
:mod:`compose2oam.errors`.
"""

from __future__ import annotations

import gc
import importlib
import os
import sys
from typing import TYPE_CHECKING, Any, Final, NoReturn

if TYPE_CHECKING:
    import typer

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


def app(only: str = "") -> typer.Typer:
    """Make the command line.

    Args:
        only: the one command that is needed. To read the options of all of them takes longer than a small conversion.
    """
    import typer

    from compose2oam.cli.grouping import Command, Group

    made = typer.Typer(
        cls=Group,
        name="compose2oam",
        help="Turn a Docker Compose project into an Open Application Model application, and lose nothing in silence.",
        no_args_is_help=True,
        # Plain help starts several times as fast as the decorated one.
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120},
    )
    # With a callback, a single command keeps its name.
    made.callback()(lambda: None)
    for name in [only] if only else COMMANDS:
        module, _, attribute = COMMANDS[name].partition(".")
        found: Any = getattr(importlib.import_module(f"{__name__}.{module}"), attribute)
        if isinstance(found, typer.Typer):
            made.add_typer(found, name=name)
        else:
            made.command(name, cls=Command, **_SETTINGS.get(name, {}))(found)
    if not only:
        from compose2oam.cli import absent

        absent.add_to(made)
    return made


def main() -> NoReturn:
    """Run the command line, and end the process with the right code."""
    # A command ends soon and makes no garbage in cycles; looking for some takes a fifth of the time of a large project,
    # and more of that of an import.
    gc.disable()
    from compose2oam.cli import failure

    first = sys.argv[1] if len(sys.argv) > 1 and "_COMPOSE2OAM_COMPLETE" not in os.environ else ""
    try:
        # Asked for by name: under `python -m` Typer would look for a variable of another name.
        app(first if first in COMMANDS else "")(complete_var="_COMPOSE2OAM_COMPLETE")
    except Exception as error:  # the last resort: a person never sees a traceback
        sys.exit(failure.report(error))
    finally:
        # As it ends, Python looks for garbage even so; with all put aside there is nothing to look through.
        gc.freeze()
    sys.exit(0)
