"""``compose2oam stop``: end the pods of services, and keep all else."""

from __future__ import annotations

from compose2oam.cli import options, place, turning


@place.of_a_project
def stop(
    where: place.Where,
    services: place.Services = None,
    wait: turning.Wait = True,
    timeout: place.Timeout = "5m",
    format: options.LinesOfJson = options.TextFormat.TEXT,
    quiet: options.Quiet = False,
) -> None:
    """End the pods of services; start, or the next up, brings them back; with -p no Compose file is read.

    Volumes, addresses and settings stay. A task that runs is suspended, and one on a schedule begins no more.

    Example: compose2oam stop -p shop worker
    """
    from compose2oam.cluster.lifecycle import stopping

    turning.turned(
        where, stopping, services, turning.Until.DOWN, wait=wait, timeout=timeout, how=turning.How(format, quiet)
    )
