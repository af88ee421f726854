"""``compose2oam down``: take a project out of a cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from compose2oam.cli import options, place, results
from compose2oam.cli.declaring import Option
from compose2oam.cli.progress import applied_data, applied_text

if TYPE_CHECKING:
    from compose2oam.cluster.applications import Running
    from compose2oam.cluster.client import Cluster
    from compose2oam.cluster.objects import Applied


@place.of_a_project
def down(
    where: place.Where,
    volumes: Annotated[bool, Option("-v", "--volumes", help="Also delete the volumes, with what is in them.")] = False,
    wait: Annotated[bool, Option("--wait/--no-wait", help="Wait until all is gone.")] = True,
    timeout: place.Timeout = "5m",
    format: options.LinesOfJson = options.TextFormat.TEXT,
    quiet: options.Quiet = False,
) -> None:
    """Take a project out of a cluster. Its volumes stay, and the next up finds them again.

    Example: compose2oam down -p shop
    """
    from compose2oam.cli.console import Console
    from compose2oam.cluster import removal
    from compose2oam.cluster.applications import NotRunning

    console = Console(quiet)
    patience = place.seconds(timeout)

    def tell(item: Applied) -> None:
        if format is options.TextFormat.JSON:
            results.as_json_line(applied_data(item))
        else:
            console.note(applied_text(item))

    there = where.cluster()
    try:
        running = where.running(there)
    except NotRunning as error:
        # As Docker Compose has it: what is down is no error. An earlier `down` may have been interrupted.
        console.note(error.message)
        for item in removal.remove_rest(there, error.namespace, error.project):
            tell(item)
        if volumes:
            for item in removal.remove_volumes(there, error.namespace, error.project.replace("_", "-")):
                tell(item)
        return
    with place.interruptible("the application is being deleted; the same command goes on"):
        for item in removal.remove(there, running, volumes=volumes, wait=wait, timeout=patience):
            tell(item)
    if not volumes and not quiet:
        _note_of_volumes(there, running)


def _note_of_volumes(there: Cluster, running: Running) -> None:
    from compose2oam.cli.console import Console
    from compose2oam.cluster.removal import volumes_of
    from compose2oam.errors import ClusterError

    try:
        kept = volumes_of(there, running.namespace, running.name)
    except ClusterError:
        return
    if kept:
        Console().note(f"kept the volumes {', '.join(kept)} in the namespace {running.namespace}")
