"""``compose2oam ls``: the projects of a cluster."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from compose2oam.cli import place
from compose2oam.cli.capabilities import ListFormat


def ls(
    context: place.Context = "",
    kubeconfig: place.Kubeconfig = "",
    namespace: Annotated[
        Optional[str], typer.Option("-n", "--namespace", metavar="NAME", help="Only this namespace.")
    ] = None,
    all_: Annotated[
        bool, typer.Option("-a", "--all", help="Also applications that were not made from a Compose project.")
    ] = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Print the names of the projects alone.")] = False,
    format: Annotated[ListFormat, typer.Option("--format", help="How to write it.")] = ListFormat.TABLE,
) -> None:
    """List the projects that run in a cluster, in all namespaces unless one is named.

    Example: compose2oam ls --context prod
    """
    from compose2oam.cluster.applications import running
    from compose2oam.cluster.listing import project_row

    there = place.cluster(context, kubeconfig)
    rows = [project_row(item) for item in running(there, namespace or "") if all_ or item.is_compose]
    if quiet:
        for row in rows:
            typer.echo(row["project"])
    elif format is ListFormat.JSON:
        place.as_json(rows)
    else:
        head = ["PROJECT", "NAMESPACE", "STATUS", "HEALTHY", "FILES"]
        cells = [
            [row["project"], row["namespace"], row["status"], f"{row['healthy']}/{row['services']}", row["files"]]
            for row in rows
        ]
        for line in place.table([head, *cells]):
            typer.echo(line)
