"""Which cluster, which project and which namespace a command is about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from compose2oam.cli import options

if TYPE_CHECKING:
    from compose2oam.cluster.applications import Running
    from compose2oam.cluster.client import Cluster

Context = Annotated[str, typer.Option("--context", metavar="NAME", help="A context of the kubeconfig.")]
Kubeconfig = Annotated[
    str, typer.Option("--kubeconfig", metavar="FILE", help="The kubeconfig; KUBECONFIG or ~/.kube/config by default.")
]
Namespace = Annotated[
    Optional[str],
    typer.Option("-n", "--namespace", metavar="NAME", help="Where the project runs; the project's name by default."),
]
Services = Annotated[Optional[list[str]], typer.Argument(metavar="[SERVICE]...", help="Services; all without one.")]
Timeout = Annotated[
    str, typer.Option("--timeout", metavar="TIME", help="How long to wait: 90, 90s, 5m, 1h; 0 does not wait at all.")
]

_TIME = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h)?")
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, None: 1.0}


def cluster(context: str, kubeconfig: str) -> Cluster:
    """Return the cluster that the options name.

    Raises:
        ClusterError: they name none.
    """
    import gc

    from compose2oam.cluster.client import Cluster

    # A command that stays has to clean up after itself, unlike one that only converts.
    gc.enable()
    return Cluster("" if context == "." else context, kubeconfig)


def running(
    there: Cluster,
    project_name: str | None,
    namespace: str | None,
    files: list[str] | None = None,
    project_directory: str | None = None,
    env_files: list[str] | None = None,
) -> Running:
    """Return the application that a command is about; a Compose file is read only where ``-p`` does not name it.

    Raises:
        ClusterError: it is not there.
        ComposeError: there is no ``-p``, and no Compose file.
    """
    from compose2oam.cluster.applications import find

    name = project_name
    if not name:
        name, written = _of_files(files, project_directory, env_files)
        namespace = namespace or written
    return find(there, name, namespace or "")


def _of_files(
    files: list[str] | None, project_directory: str | None, env_files: list[str] | None
) -> tuple[str, str | None]:
    """Return the name of the project in this folder, and the namespace that it says."""
    from compose2oam import api

    given = options.load_options(None, files, None, None, env_files, project_directory)
    project = api.load(
        *given.pop("files"), **given, validate=False, consistency=False, resolve_environment=False, profiles=("*",)
    )
    extension = project.tree.get("x-oam")
    written = extension.get("namespace") if isinstance(extension, dict) else None
    return project.name, str(written) if written else None


def seconds(text: str) -> float:
    """Return a time in seconds.

    Raises:
        UsageError: it is none.
    """
    total, at = 0.0, 0
    for match in _TIME.finditer(text.strip()):
        if match.start() != at:
            break
        total, at = total + float(match[1]) * _UNITS[match[2]], match.end()
    if not text.strip() or at != len(text.strip()):
        from compose2oam.errors import UsageError

        raise UsageError(f"{text!r} is no time; write 90, 90s, 5m or 1h")
    return total


@contextmanager
def interruptible(note: str) -> Iterator[None]:
    """Say how to go on after Ctrl-C, and end with 130, as a shell does."""
    try:
        yield
    except KeyboardInterrupt:
        from compose2oam.cli.console import Console

        Console().line(f"\ninterrupted: {note}")
        raise typer.Exit(130) from None


def table(rows: list[list[str]]) -> Iterator[str]:
    """Go through the lines of a table; the first row is its head."""
    from compose2oam.emitter.report.plain import plain

    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        yield plain("   ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def age(since: str) -> str:
    """Return how long ago a moment is (``2026-01-31T12:00:00Z``), as kubectl says it."""
    from datetime import datetime, timezone

    try:
        moment = datetime.fromisoformat(since.replace("Z", "+00:00"))
    except ValueError:
        return ""
    passed = max(0, int((datetime.now(timezone.utc) - moment).total_seconds()))
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if passed >= 2 * size:
            return f"{passed // size}{unit}"
    return f"{passed}s"


def as_json(data: Any) -> None:
    """Print data."""
    import json

    typer.echo(json.dumps(data, indent=2, ensure_ascii=False))
