"""``up --watch``: the same again whenever a file of the project changes."""

from __future__ import annotations

import functools
import inspect
import os
import pathlib
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

from compose2oam.cli.declaring import Option
from compose2oam.errors import BuildError, ClusterError, Compose2OamError, Unhealthy

if TYPE_CHECKING:
    from compose2oam.cli.console import Console
    from compose2oam.deploy import Seen
    from compose2oam.model.compose import Project

Watch = Annotated[bool, Option("-w", "--watch", help="Stay, and do the same again when a file of the project changes.")]
# More names than these are only counted.
_NAMED = 3


class Changed(Exception):
    """Files have changed while the services of an earlier state were followed."""

    def __init__(self, files: Sequence[str]) -> None:
        super().__init__(", ".join(files))
        self.files = files


class Session:
    """What a watch keeps from one round to the next.

    Attributes:
        observe: shows how the services do, and calls :meth:`tick` again and again, at least each second.
        seen: how they were when they were last seen.
        at: the options by which other commands find the project.
    """

    def __init__(self) -> None:
        from compose2oam.watching import Watcher

        self.watcher = Watcher()
        self.observe: Callable[[], None] | None = None
        self.seen: Seen | None = None
        self.at = ""
        self._told: set[str] = set()

    def tick(self) -> None:
        """Stop what is going on if files have changed.

        Raises:
            Changed: they have.
        """
        files = self.watcher.changed()
        if files:
            raise Changed(files)

    @staticmethod
    def require_files(project: Project) -> None:
        """Refuse a project that cannot be read again.

        Raises:
            UsageError: part of it is standard input.
        """
        from compose2oam.errors import UsageError

        if "-" in project.files:
            raise UsageError("--watch reads the files again, which standard input does not allow")

    def sources(self, project: Project, console: Console) -> None:
        """Also build again for what `develop.watch` names."""
        from compose2oam.watching import look_at_sources

        for service in look_at_sources(project):
            if service not in self._told:
                self._told.add(service)
                console.note(f"{service}: of `develop.watch`, only `rebuild` has a way to a cluster")

    def wait(self, console: Console) -> Sequence[str]:
        """Wait until files have changed, and return which."""
        from compose2oam.watching import PAUSE

        console.note(f"watching {self.watcher.count} files; Ctrl-C ends it, and leaves all as it runs")
        try:
            if self.observe is not None:
                self.observe()
        except Changed as change:
            return change.files
        except ClusterError as error:
            console.error(f"{error.message}; still watching the files")
        while True:
            files = self.watcher.changed()
            if files:
                return files
            time.sleep(PAUSE)


def watchable(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command ``--watch`` in the place of its argument ``watched``, which is the session then, else ``None``."""

    @functools.wraps(command)
    def run(*, watch: bool = False, **arguments: Any) -> None:
        if watch:
            _go_on(command, arguments)
        else:
            command(**arguments)

    signature = inspect.signature(command, eval_str=True)
    option = inspect.Parameter("watch", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=Watch)
    own = [option if item.name == "watched" else item for item in signature.parameters.values()]
    vars(run)["__signature__"] = signature.replace(
        parameters=[item if item.kind is item.VAR_KEYWORD else item.replace(kind=item.KEYWORD_ONLY) for item in own]
    )
    return run


def _go_on(command: Callable[..., None], arguments: dict[str, Any]) -> NoReturn:
    """Run a command, and again for each change, until Ctrl-C.

    Raises:
        UsageError: options that do not go together.
        Compose2OamError: the first round failed; later ones are only told.
    """
    from compose2oam.cli import failure
    from compose2oam.cli.console import Console
    from compose2oam.source.record import recorded
    from compose2oam.watching import look_through

    _refuse(arguments)
    console = Console(arguments["quiet"], arguments["verbose"])
    session = Session()
    is_first = True
    try:
        while True:
            files: Sequence[str] = ()
            with recorded() as record:
                session.watcher.look_at(record)
                for folder in filter(os.path.isdir, arguments["mappings"] or ()):
                    look_through(folder)
                try:
                    command(watched=session, **arguments)
                except Changed as change:
                    files = change.files
                except Compose2OamError as error:
                    if is_first and not isinstance(error, (Unhealthy, BuildError)):
                        raise
                    session.watcher.keep()
                    failure.report(error)
                    if not isinstance(error, (Unhealthy, ClusterError)):
                        console.note("nothing was sent; the cluster is left as it is")
            is_first = False
            files = files or session.wait(console)
            console.note(f"\n{_named(files)} changed")
    except KeyboardInterrupt:
        Console().line(f"\nno longer watching: all goes on as it runs; compose2oam down{session.at} ends it")
        raise SystemExit(130) from None


def _refuse(arguments: dict[str, Any]) -> None:
    from compose2oam.errors import UsageError

    if arguments["detach"] or not arguments["wait"]:
        raise UsageError("--watch stays, and -d (--no-wait) goes: choose one")
    if arguments["dry_run"].value != "none":
        raise UsageError("--watch and --dry-run do not go together; convert shows what would be sent")


def _named(files: Sequence[str]) -> str:
    """Name files as one would type them, or count them."""
    if len(files) > _NAMED:
        return f"{len(files)} files"
    here = pathlib.Path.cwd()
    paths = map(pathlib.Path, files)
    return ", ".join(str(path.relative_to(here) if path.is_relative_to(here) else path) for path in paths)
