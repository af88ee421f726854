"""``compose2oam scale``: other numbers of replicas."""

from __future__ import annotations

from typing import Annotated

from compose2oam.cli import options, place, turning
from compose2oam.cli.declaring import Argument


@place.of_a_project
def scale(
    counts: Annotated[list[str], Argument(metavar="SERVICE=NUM...", help="How many of which.", completes="counts")],
    where: place.Where,
    wait: turning.Wait = True,
    timeout: place.Timeout = "5m",
    format: options.LinesOfJson = options.TextFormat.TEXT,
    quiet: options.Quiet = False,
) -> None:
    """Run other numbers of replicas, until the next up sets what the Compose file says; with -p it is not read.

    Example: compose2oam scale -p shop web=3 worker=2
    """
    from compose2oam.cli.console import Console
    from compose2oam.cluster.lifecycle import scaling

    numbers = place.counts_of(counts)
    place.seconds(timeout)
    there = where.cluster()
    running = where.running(there)
    steps = scaling(there, running, numbers)
    if turning.carry_out(
        there, running, steps, turning.Until.WELL, wait=wait, timeout=timeout, how=turning.How(format, quiet)
    ):
        Console(quiet).note("the next up sets what the Compose file says (deploy.replicas)")
