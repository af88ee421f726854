"""``compose2oam logs``: what the services of a project write."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated

from compose2oam.cli import options, place, results
from compose2oam.cli.declaring import Option

if TYPE_CHECKING:
    from collections.abc import Iterable

    from compose2oam.cluster.applications import Running
    from compose2oam.cluster.client import Cluster
    from compose2oam.cluster.logs import Line

# Colours that can be read on a dark screen and on a light one; the second five are of the 256.
_COLOURS = ("36", "33", "32", "35", "34", "38;5;166", "38;5;30", "38;5;97", "38;5;64", "38;5;131")


@place.of_a_project_that_follows
def logs(
    where: place.Where,
    services: place.Services = None,
    follow: Annotated[
        bool,
        Option("-f", "--follow", help="Go on with what is written; as in Docker Compose, -f is no file here."),
    ] = False,
    tail: Annotated[str, Option("--tail", metavar="NUM", help="So many of the last lines of each container.")] = "all",
    since: Annotated[
        str, Option("--since", metavar="TIME", help="Lines of the last 10m or 2h, or since 2026-01-31T12:00:00Z.")
    ] = "",
    timestamps: Annotated[bool, Option("-t", "--timestamps", help="Say when each line was written.")] = False,
    no_prefix: Annotated[bool, Option("--no-log-prefix", help="Leave out who wrote it.")] = False,
    no_color: Annotated[bool, Option("--no-color", help="Use no colours.")] = False,
    format: options.LinesOfJson = options.TextFormat.TEXT,
) -> None:
    """Show what the services of a project write; with -p no Compose file is read.

    Example: compose2oam logs -p shop -f web
    """
    from compose2oam.cluster.logs import Following

    query = _query(tail, since)
    there = where.cluster()
    running = where.running(there)
    show = _data if format is options.TextFormat.JSON else _Printer(timestamps, not no_prefix, not no_color).all
    with place.interruptible(f"{running.project} goes on"):
        if follow:
            show(Following(there, running, services or (), query))
        else:
            show(_read(there, running, services or [], query))


def _query(tail: str, since: str) -> dict[str, str]:
    from compose2oam.errors import UsageError

    query = {}
    if tail != "all":
        if not tail.isdecimal():
            raise UsageError(f"--tail {tail}: write a number, or all")
        query["tailLines"] = tail
    if since:
        if "T" in since:
            query["sinceTime"] = since if since.endswith("Z") or "+" in since else f"{since}Z"
        else:
            query["sinceSeconds"] = str(max(1, int(place.seconds(since))))
    return query


def _read(there: Cluster, running: Running, services: list[str], query: dict[str, str]) -> Iterable[Line]:
    """Go through the logs container by container; one that cannot be read does not hide the others.

    Raises:
        ClusterError: none can be read.
    """
    from compose2oam.cli.console import Console
    from compose2oam.cluster.listing import pods_of
    from compose2oam.cluster.logs import read, sources
    from compose2oam.errors import ClusterError

    failed = []
    found = sources(running, pods_of(there, running), services)
    for source in found:
        try:
            yield from read(there, running.namespace, source, query)
        except ClusterError as error:
            failed.append(f"{source.pod}: {error.message}")
            if len(failed) < len(found):
                Console().note(failed[-1])
    if failed and len(failed) == len(found):
        raise ClusterError(failed[-1])
    if not found:
        Console().note("nothing has begun yet")


def _data(lines: Iterable[Line]) -> None:
    """Print lines as data, as they come."""
    for line in lines:
        source = line.source
        where = {"service": source.service, "pod": source.pod, "container": source.container}
        results.as_json_line({"time": line.time, **where, "text": line.text})


class _Printer:
    """Prints lines on standard output, each after the name of who wrote it."""

    def __init__(self, timestamps: bool, prefix: bool, colours: bool) -> None:
        self._timestamps, self._prefix = timestamps, prefix
        self._colours = colours and sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        self._width = 0
        self._of: dict[str, str] = {}

    def all(self, lines: Iterable[Line]) -> None:
        """Print lines as they come."""
        for line in lines:
            text = f"{line.time} {line.text}" if self._timestamps else line.text
            sys.stdout.write(f"{self._head(line)}{text}\n" if self._prefix else f"{text}\n")
            sys.stdout.flush()

    def _head(self, line: Line) -> str:
        source = line.source
        name = source.pod if source.pod.startswith(source.service) else f"{source.service} {source.pod}"
        self._width = max(self._width, len(name))
        head = f"{name:<{self._width}} | "
        colour = self._of.setdefault(source.service, _COLOURS[len(self._of) % len(_COLOURS)])
        return f"\x1b[{colour}m{head}\x1b[0m" if self._colours else head
