"""``compose2oam ls``: the projects of a cluster."""

from __future__ import annotations

from typing import Annotated, Optional

from compose2oam.cli import options, place, results
from compose2oam.cli.declaring import Option


def ls(
    context: place.Context = "",
    kubeconfig: place.Kubeconfig = "",
    namespace: Annotated[
        Optional[str], Option("-n", "--namespace", metavar="NAME", help="Only this namespace.")
    ] = None,
    all_: Annotated[
        bool, Option("-a", "--all", help="Also applications that were not made from a Compose project.")
    ] = False,
    quiet: Annotated[bool, Option("-q", "--quiet", help="Print the names of the projects alone.")] = False,
    format: options.TableOrJson = options.ListFormat.TABLE,
) -> None:
    """List the projects that run in a cluster, in all namespaces unless one is named.

    Example: compose2oam ls --context prod
    """
    from compose2oam.cluster.applications import running
    from compose2oam.cluster.listing import project_row

    there = place.cluster(context, kubeconfig, "ls")
    rows = [project_row(item) for item in running(there, namespace or "") if all_ or item.is_compose]
    as_data = format is options.ListFormat.JSON
    if quiet:
        results.names((row["project"] for row in rows), as_data)
    elif as_data:
        results.as_json(rows)
    else:
        head = ["PROJECT", "NAMESPACE", "STATUS", "HEALTHY", "FILES"]
        cells = [
            [row["project"], row["namespace"], row["status"], f"{row['healthy']}/{row['services']}", row["files"]]
            for row in rows
        ]
        for line in place.table([head, *cells]):
            results.line(line)
