"""``compose2oam restart``: new pods in the place of those that run."""

from __future__ import annotations

from compose2oam.cli import options, place, turning


@place.of_a_project
def restart(
    where: place.Where,
    services: place.Services = None,
    wait: turning.Wait = True,
    timeout: place.Timeout = "5m",
    format: options.LinesOfJson = options.TextFormat.TEXT,
    quiet: options.Quiet = False,
) -> None:
    """Put new pods in the place of those that run, a few at a time; with -p no Compose file is read.

    A task runs again: its job is deleted and made anew. A pod that runs several services goes with all of them.

    Example: compose2oam restart -p shop web
    """
    from compose2oam.cluster.lifecycle import restarting

    turning.turned(
        where, restarting, services, turning.Until.BEGUN, wait=wait, timeout=timeout, how=turning.How(format, quiet)
    )
