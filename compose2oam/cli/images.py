"""``compose2oam images``: what images the services of a project run."""

from __future__ import annotations

from typing import Annotated

from compose2oam.cli import options, place, results
from compose2oam.cli.declaring import Option

_HEAD = ["SERVICE", "POD", "REPOSITORY", "TAG", "IMAGE ID"]
# As Docker shows a digest.
_SHORT = 12


@place.of_a_project
def images(
    where: place.Where,
    services: place.Services = None,
    quiet: Annotated[bool, Option("-q", "--quiet", help="Print the digests alone, each once.")] = False,
    format: options.TableOrJson = options.ListFormat.TABLE,
) -> None:
    """List the images that the containers of a project run; with -p no Compose file is read.

    Example: compose2oam images -p shop
    """
    from compose2oam.cluster.images import image_rows
    from compose2oam.cluster.listing import pods_of

    there = where.cluster()
    running = where.running(there)
    rows = image_rows(running, pods_of(there, running), services or ())
    as_data = format is options.ListFormat.JSON
    if quiet:
        results.names((row["id"] for row in rows if row["id"]), as_data)
    elif as_data:
        results.as_json(rows)
    else:
        cells = [
            [row["service"], row["pod"], row["repository"], row["tag"], row["id"].rpartition(":")[2][:_SHORT]]
            for row in rows
        ]
        for line in place.table([_HEAD, *cells]):
            results.line(line)
