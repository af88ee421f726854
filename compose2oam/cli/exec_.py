"""``compose2oam exec``: run a command in a container of a service."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated, Optional

from compose2oam.cli import place
from compose2oam.cli.declaring import Argument, Option

if TYPE_CHECKING:
    from queue import SimpleQueue


@place.of_a_project
def exec_(
    service: place.Service,
    command: Annotated[list[str], Argument(metavar="COMMAND [ARG]...", help="What to run.")],
    where: place.Where,
    no_tty: Annotated[
        bool, Option("-T", "--no-tty", "--no-TTY", help="No terminal, as where the input is none.")
    ] = False,
    env: Annotated[
        Optional[list[str]], Option("-e", "--env", metavar="KEY=VALUE", help="A variable; done by `env`.")
    ] = None,
    workdir: Annotated[str, Option("-w", "--workdir", metavar="DIR", help="The folder to be in; done by `sh`.")] = "",
    index: Annotated[
        int, Option("--index", min=0, metavar="NUM", help="Which of several; 0 is the first that is ready.")
    ] = 0,
    # What Docker Compose has beside these, taken so that it can be answered.
    interactive: Annotated[bool, Option("-i", "-t", "--interactive", "--tty", hidden=True)] = False,
    detach: Annotated[bool, Option("-d", "--detach", hidden=True)] = False,
    user: Annotated[str, Option("-u", "--user", hidden=True)] = "",
    privileged: Annotated[bool, Option("--privileged", hidden=True)] = False,
) -> None:
    """Run a command in a container of a service, and end with its exit code; with -p no Compose file is read.

    Options stand before the service. At a terminal the command has it; otherwise it reads the standard input.

    Example: compose2oam exec -p shop web sh
    """
    from compose2oam.cli import terminal
    from compose2oam.cli.console import Console
    from compose2oam.cluster.remote import CannotStart, Streams, execute
    from compose2oam.cluster.workloads import place_of

    _refuse(detach, user, privileged)
    there = where.cluster()
    running = where.running(there)
    target = place_of(there, running, service, index)
    console = Console()
    try:
        with place.interruptible(f"the command may go on in {target.name}"), ExitStack() as stack:
            sizes: SimpleQueue[terminal.Size] | None = None
            if not no_tty and terminal.is_interactive():
                sizes = stack.enter_context(terminal.lent())
            streams = Streams(terminal.pieces(), terminal.out, terminal.err, sizes, console.note)
            wanted = _wrapped(command, env or [], workdir)
            code = execute(there, running.namespace, target.name, target.container, wanted, streams)
    except CannotStart as error:
        console.error(error.message)
        raise SystemExit(error.code) from None
    raise SystemExit(code)


def _refuse(detach: bool, user: str, privileged: bool) -> None:
    from compose2oam.errors import UsageError

    if detach:
        raise UsageError("Kubernetes ends a command with its connection; sh -c 'COMMAND >/dev/null 2>&1 &' leaves it")
    if user:
        raise UsageError(
            f"Kubernetes runs commands as the user of the container, never as another; su {user} -c COMMAND does where "
            "the container runs as root"
        )
    if privileged:
        raise UsageError("a container has the rights that it began with; set privileged: true in the project")


def _wrapped(command: list[str], env: list[str], workdir: str) -> list[str]:
    """Return a command with what Kubernetes cannot say of it said by the programs of the container."""
    import os

    found = [item if "=" in item else f"{item}={os.environ[item]}" for item in env if "=" in item or item in os.environ]
    if found:
        command = ["env", *found, *command]
    if workdir:
        command = ["sh", "-c", 'cd "$0" && exec "$@"', workdir, *command]
    return command
