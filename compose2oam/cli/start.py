"""``compose2oam start``: bring back what was stopped."""

from __future__ import annotations

from compose2oam.cli import options, place, turning


@place.of_a_project
def start(
    where: place.Where,
    services: place.Services = None,
    wait: turning.Wait = True,
    timeout: place.Timeout = "5m",
    format: options.LinesOfJson = options.TextFormat.TEXT,
    quiet: options.Quiet = False,
) -> None:
    """Bring back the services that stop ended, as many of each as before; with -p no Compose file is read.

    Example: compose2oam start -p shop worker
    """
    from compose2oam.cluster.lifecycle import starting

    turning.turned(
        where, starting, services, turning.Until.BEGUN, wait=wait, timeout=timeout, how=turning.How(format, quiet)
    )
