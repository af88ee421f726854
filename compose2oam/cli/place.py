"""Which cluster, which project and which namespace a command is about."""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any, Optional, TypeVar

from compose2oam.cli import options
from compose2oam.cli.declaring import Argument, Option
from compose2oam.model.namedtuple import NamedTuple

if TYPE_CHECKING:
    from compose2oam.cluster.applications import Running
    from compose2oam.cluster.client import Cluster

Context = Annotated[
    str,
    Option("--context", metavar="NAME", help="A context of the kubeconfig.", completes="contexts"),
]
Kubeconfig = Annotated[
    str, Option("--kubeconfig", metavar="FILE", help="The kubeconfig; KUBECONFIG or ~/.kube/config by default.")
]
Namespace = Annotated[
    Optional[str],
    Option("-n", "--namespace", metavar="NAME", help="Where the project runs; the project's name by default."),
]
Services = Annotated[
    Optional[list[str]],
    Argument(metavar="[SERVICE]...", help="Services; all by default.", completes="services"),
]
Service = Annotated[str, Argument(metavar="SERVICE", help="A service.", completes="services")]
Timeout = Annotated[
    str, Option("--timeout", metavar="TIME", help="How long to wait: 90, 90s, 5m, 1h; 0 does not wait at all.")
]

# Columns that the last column of a table needs, so that it goes on below itself and not at the left.
_LEAST = 12

# Where -f means something else, as in Docker Compose's own `logs`.
_LongFiles = Annotated[
    Optional[list[str]], Option("--file", metavar="FILE", help="A Compose file; several are merged in order.")
]

_Command = TypeVar("_Command", bound=Callable[..., None])

_TIME = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h)?")
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, None: 1.0}


class Where(NamedTuple):
    """What the options of :func:`of_a_project` say, each under its own name, and which command was called."""

    files: list[str] | None
    project_name: str | None
    namespace: str | None
    context: str
    kubeconfig: str
    env_file: list[str] | None
    project_directory: str | None
    command: str

    def cluster(self) -> Cluster:
        """Return the cluster that they name; raises :class:`compose2oam.errors.ClusterError` if they name none."""
        return cluster(self.context, self.kubeconfig, self.command)

    def running(self, there: Cluster) -> Running:
        """Return the project that they name, as :func:`running` does, which says what it raises."""
        return running(there, self.project_name, self.namespace, self.files, self.project_directory, self.env_file)


def of_a_project(command: _Command) -> _Command:
    """Give a command, in the place of its parameter ``where``, the options that name a project in a cluster."""
    made: _Command = _placed(command, options.FileOptions)
    return made


def of_a_project_that_follows(command: _Command) -> _Command:
    """Do the same for a command whose ``-f`` is ``--follow``."""
    made: _Command = _placed(command, _LongFiles)
    return made


def _placed(command: Callable[..., None], files: Any) -> Any:
    shared: dict[str, tuple[Any, Any]] = {
        "files": (files, None),
        "project_name": (options.ProjectName, None),
        "namespace": (Namespace, None),
        "context": (Context, ""),
        "kubeconfig": (Kubeconfig, ""),
        "env_file": (options.EnvFiles, None),
        "project_directory": (options.ProjectDirectory, None),
    }
    # A name that means something else to Python has a line after it.
    own_name = command.__name__.rstrip("_").replace("_", "-")
    made = []
    for own in inspect.signature(command, eval_str=True).parameters.values():
        if own.name != "where":
            made.append(own.replace(kind=own.KEYWORD_ONLY))
            continue
        made += [
            inspect.Parameter(name, own.KEYWORD_ONLY, default=default, annotation=annotation)
            for name, (annotation, default) in shared.items()
        ]

    @functools.wraps(command)
    def called(**given: Any) -> None:
        where = Where(**{name: given.pop(name) for name in shared}, command=own_name)
        command(where=where, **given)

    vars(called)["__signature__"] = inspect.Signature(made)
    return called


def cluster(context: str, kubeconfig: str, command: str) -> Cluster:
    """Return the cluster that the options of a command name.

    Raises:
        ClusterError: they name none.
    """
    import gc

    from compose2oam.cluster.client import Cluster

    # A command that stays has to clean up after itself, unlike one that only converts.
    gc.enable()
    return Cluster("" if context == "." else context, kubeconfig, command)


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


def counts_of(texts: list[str], before: str = "") -> dict[str, int]:
    """Return the numbers of ``SERVICE=NUM`` by service.

    Args:
        texts: as the user wrote them.
        before: the option that they were given to, for the error.

    Raises:
        UsageError: one is none.
    """
    from compose2oam.errors import UsageError

    found = {}
    for text in texts:
        name, equals, number = text.partition("=")
        if not (name and equals and number.isdecimal()):
            raise UsageError(f"{f'{before} {text}'.strip()}: write SERVICE=NUM, such as web=3")
        found[name] = int(number)
    return found


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
        raise SystemExit(130) from None


def table(rows: list[list[str]], width: int | None = None) -> Iterator[str]:
    """Go through the rows of a table as text; the first one is its head.

    Args:
        rows: cells.
        width: of the terminal, where what is too wide goes on below its last column; 0 for none; by default asked for.
    """
    from compose2oam.emitter.report.plain import plain

    if width is None:
        width = _width()
    rows = [[plain(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    is_narrow = 0 < width <= sum(widths) + 3 * (len(widths) - 1)
    gap = "  " if is_narrow else "   "
    start = sum(widths[:-1]) + len(gap) * (len(widths) - 1)
    for row in rows:
        cells = [cell.ljust(size) for cell, size in zip(row[:-1], widths[:-1], strict=True)]
        last = row[-1:]
        if is_narrow and width - 1 - start >= _LEAST:
            import textwrap

            last = textwrap.wrap(last[0], width - 1 - start) or [""]
        yield "\n".join([gap.join([*cells, last[0]]).rstrip(), *(" " * start + text for text in last[1:])])


def _width() -> int:
    import os
    import sys

    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns if sys.stdout.isatty() else 0
    except (OSError, ValueError):
        return 0


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
