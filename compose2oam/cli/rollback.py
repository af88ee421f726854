"""``compose2oam rollback``: bring back an earlier revision of a project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from compose2oam.cli import options, place, results
from compose2oam.cli.declaring import Argument, Option
from compose2oam.cli.progress import Style, applied_data, applied_text, style_of

if TYPE_CHECKING:
    from compose2oam.cluster.applications import Running
    from compose2oam.cluster.client import Cluster
    from compose2oam.cluster.revisions import Revision


@place.of_a_project
def rollback(
    where: place.Where,
    revision: Annotated[
        str, Argument(metavar="[REVISION]", help="Its number or name; by default the last one that was well.")
    ] = "",
    service: Annotated[
        str,
        Option("--service", metavar="NAME", help="The service; needed where revisions are kept by service."),
    ] = "",
    wait: Annotated[bool, Option("--wait/--no-wait", help="Wait until all is well, or only apply.")] = True,
    timeout: place.Timeout = "5m",
    dry_run: Annotated[
        bool, Option("--dry-run", help="Change nothing: say what would change, and let the server try it.")
    ] = False,
    publish_version: Annotated[
        str, Option("--publish-version", metavar="NAME", help="Roll out under the name of a version.")
    ] = "",
    force_conflicts: Annotated[
        bool, Option("--force-conflicts", help="Take over fields that somebody else set.")
    ] = False,
    style: Annotated[Style, Option("--progress", help="How to show what happens.")] = Style.AUTO,
    format: options.LinesOfJson = options.TextFormat.TEXT,
    quiet: options.Quiet = False,
) -> None:
    """Bring back an earlier revision of a project, and wait until it is well; history lists them.

    The Compose file still says otherwise, and the next up brings that back. Secrets and volumes stay as they are.

    Example: compose2oam rollback -p shop 3
    """
    from compose2oam import difference
    from compose2oam.cli.console import Console
    from compose2oam.cli.following import follow
    from compose2oam.cluster import objects, restoring
    from compose2oam.emitter.report.plain import plain

    style = style_of(style, format)
    console = Console(quiet)
    patience = place.seconds(timeout)
    there = where.cluster()
    running = where.running(there)
    chosen = _chosen(there, running, revision, service)
    if chosen.current:
        console.note(f"{running.project} is at {chosen.name} already")
        return
    present, wanted = restoring.wanted(there, running, chosen, publish_version)
    names = {name: running.service_of(name) for name in running.runs}
    for change in difference.compare(there, running.project, [wanted], names).changes:
        console.note(plain(str(change)))
    with place.interruptible("what was sent stays; the same command goes on"):
        done = objects.apply(there, wanted, present, force=force_conflicts, dry_run=dry_run)
        if style is Style.JSON:
            results.as_json_line({**applied_data(done, dry_run), "revision": chosen.name})
        console.note(f"{applied_text(done, dry_run)}: as in {chosen.name}")
        if dry_run:
            return
        console.note("note: the Compose file still says otherwise, and the next up brings that back")
        if wait and patience:
            how = follow(there, running, patience, style, quiet=quiet)
            console.note(f"{running.name} is well" if how == "healthy" else f"the workflow of {running.name} is held")


def _chosen(there: Cluster, running: Running, revision: str, service: str) -> Revision:
    """Return the revision to bring back.

    Raises:
        UsageError: there is none, or it is not said of which service.
    """
    from compose2oam.cluster.applications import KUBEVELA
    from compose2oam.cluster.revisions import chosen, revisions
    from compose2oam.errors import UsageError

    if running.target == KUBEVELA and service:
        raise UsageError("revisions are of the application as a whole here; leave out --service")
    if running.target != KUBEVELA and not service:
        names = ", ".join(running.service_of(name) for name in running.runs)
        raise UsageError(f"revisions are kept by service here; name one with --service: {names}")
    return chosen(revisions(there, running, [service] if service else ()), revision)
