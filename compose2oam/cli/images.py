"""``compose2oam images``: what images the services of a project run."""

from __future__ import annotations

from typing import Annotated

import typer

from compose2oam.cli import place
from compose2oam.cli.capabilities import ListFormat

_HEAD = ["SERVICE", "POD", "REPOSITORY", "TAG", "IMAGE ID"]
# As Docker shows a digest.
_SHORT = 12


@place.of_a_project
def images(
    where: place.Where,
    services: place.Services = None,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Print the digests alone, each once.")] = False,
    format: Annotated[ListFormat, typer.Option("--format", help="How to write it.")] = ListFormat.TABLE,
) -> None:
    """List the images that the containers of a project run; with -p no Compose file is read.

    Example: compose2oam images -p shop
    """
    from compose2oam.cluster.images import image_rows
    from compose2oam.cluster.listing import pods_of

    there = where.cluster()
    running = where.running(there)
    rows = image_rows(running, pods_of(there, running), services or ())
    if quiet:
        for digest in dict.fromkeys(row["id"] for row in rows if row["id"]):
            typer.echo(digest)
    elif format is ListFormat.JSON:
        place.as_json(rows)
    else:
        cells = [
            [row["service"], row["pod"], row["repository"], row["tag"], row["id"].rpartition(":")[2][:_SHORT]]
            for row in rows
        ]
        for line in place.table([_HEAD, *cells]):
            typer.echo(line)
