"""The command line: one file a command, and nothing heavy imported before a command runs.

Manifests and other data go to standard output, everything else to standard error. Exit codes stand on the classes of
:mod:`compose2oam.errors`.
"""

from __future__ import annotations

import gc
import sys
from typing import NoReturn

import typer

from compose2oam.cli import (
    absent,
    capabilities,
    check,
    config,
    convert,
    diff,
    down,
    events,
    exec_,
    explain,
    images,
    import_,
    logs,
    ls,
    mappings,
    port,
    ps,
    restart,
    scale,
    schema,
    start,
    status,
    stop,
    up,
    version,
    wait,
    why,
)

app = typer.Typer(
    name="compose2oam",
    help="Turn a Docker Compose project into an Open Application Model application, and lose nothing in silence.",
    no_args_is_help=True,
    # Plain help starts several times as fast as the decorated one.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120},
)
app.command("convert")(convert.convert)
app.command("up")(up.up)
app.command("down")(down.down)
app.command("ps")(ps.ps)
app.command("status")(status.status)
app.command("logs")(logs.logs)
app.command("exec", context_settings={"allow_interspersed_args": False})(exec_.exec_)
app.command("port-forward")(port.port_forward)
app.command("port")(port.port)
app.command("images")(images.images)
app.command("events")(events.events)
app.command("scale")(scale.scale)
app.command("stop")(stop.stop)
app.command("start")(start.start)
app.command("restart")(restart.restart)
app.command("wait")(wait.wait)
app.command("ls")(ls.ls)
app.command("diff")(diff.diff)
app.command("live-diff", hidden=True)(diff.diff)
app.command("config")(config.config)
app.command("import")(import_.import_)
app.command("check")(check.check)
app.add_typer(capabilities.app, name="capabilities")
app.add_typer(mappings.app, name="mappings")
app.command("schema")(schema.schema)
app.command("explain")(explain.explain)
app.command("why")(why.why)
app.command("version")(version.version)
absent.add_to(app)


def main() -> NoReturn:
    """Run the command line, and end the process with the right code."""
    from compose2oam.cli import failure

    # A command ends soon and makes no garbage in cycles; looking for some takes a fifth of the time of a large project.
    gc.disable()
    try:
        app()
    except Exception as error:  # the last resort: a person never sees a traceback
        sys.exit(failure.report(error))
    sys.exit(0)
