"""``compose2oam ps``: the pods of a project, by service."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from compose2oam.cli import options, place
from compose2oam.cli.capabilities import ListFormat

_HEAD = ["NAME", "SERVICE", "STATUS", "READY", "RESTARTS", "AGE", "IMAGE"]


def ps(
    services: place.Services = None,
    files: options.FileOptions = None,
    project_name: options.ProjectName = None,
    namespace: place.Namespace = None,
    context: place.Context = "",
    kubeconfig: place.Kubeconfig = "",
    env_file: options.EnvFiles = None,
    project_directory: options.ProjectDirectory = None,
    all_: Annotated[bool, typer.Option("-a", "--all", help="Also pods that ran to their end.")] = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Print the names of the pods alone.")] = False,
    names: Annotated[bool, typer.Option("--services", help="Print the names of the services alone.")] = False,
    format: Annotated[ListFormat, typer.Option("--format", help="How to write it.")] = ListFormat.TABLE,
) -> None:
    """List the pods of a project by service; with -p no Compose file is read.

    Example: compose2oam ps -p shop
    """
    from compose2oam.cluster.listing import pod_rows, pods_of

    there = place.cluster(context, kubeconfig)
    running = place.running(there, project_name, namespace, files, project_directory, env_file)
    rows = pod_rows(running, pods_of(there, running), services or (), everything=all_)
    if names:
        for name in dict.fromkeys(row["service"] for row in rows):
            typer.echo(name)
    elif quiet:
        for name in dict.fromkeys(row["name"] for row in rows if row["name"]):
            typer.echo(name)
    elif format is ListFormat.JSON:
        place.as_json(rows)
    else:
        for line in place.table([_HEAD, *map(_cells, rows)]):
            typer.echo(line)


def _cells(row: dict[str, Any]) -> list[str]:
    if not row["name"]:
        return ["-", row["service"], row["status"], "", "", "", ""]
    ready, restarts = "yes" if row["ready"] else "no", str(row["restarts"])
    return [row["name"], row["service"], row["status"], ready, restarts, place.age(row["created"]), row["image"]]
