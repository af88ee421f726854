"""``compose2oam ps``: the pods of a project, by service."""

from __future__ import annotations

from typing import Annotated, Any

from compose2oam.cli import options, place, results
from compose2oam.cli.declaring import Option

_HEAD = ["NAME", "SERVICE", "STATUS", "READY", "RESTARTS", "AGE", "IMAGE"]


@place.of_a_project
def ps(
    where: place.Where,
    services: place.Services = None,
    all_: Annotated[bool, Option("-a", "--all", help="Also what is stopped, or ran to its end.")] = False,
    quiet: Annotated[bool, Option("-q", "--quiet", help="Print the names of the pods alone.")] = False,
    names: Annotated[bool, Option("--services", help="Print the names of the services alone.")] = False,
    format: options.TableOrJson = options.ListFormat.TABLE,
) -> None:
    """List the pods of a project by service; with -p no Compose file is read.

    Example: compose2oam ps -p shop
    """
    from compose2oam.cluster.listing import pod_rows, pods_of

    there = where.cluster()
    running = where.running(there)
    rows = pod_rows(running, pods_of(there, running), services or (), everything=all_)
    as_data = format is options.ListFormat.JSON
    if names:
        results.names((row["service"] for row in rows), as_data)
    elif quiet:
        results.names((row["name"] for row in rows if row["name"]), as_data)
    elif as_data:
        results.as_json(rows)
    else:
        for line in place.table([_HEAD, *map(_cells, rows)]):
            results.line(line)


def _cells(row: dict[str, Any]) -> list[str]:
    if not row["name"]:
        return ["-", row["service"], row["status"], "", "", "", ""]
    ready, restarts = "yes" if row["ready"] else "no", str(row["restarts"])
    return [row["name"], row["service"], row["status"], ready, restarts, place.age(row["created"]), row["image"]]
