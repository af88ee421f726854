"""Commands in Typer, with help in groups: commands by what they are for, and options by what they are about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import typer
from typer.core import TyperCommand, TyperGroup

from compose2oam.cli.typed import typed
from compose2oam.rules.settings import CHOICES

SECTIONS: Final = {
    "Convert a project": ("init", "convert", "check", "report", "graph", "explain", "why", "import", "config"),
    "Run it in a cluster": (
        "up", "down", "build", "scale", "stop", "start", "restart", "wait", "rollback", "suspend", "resume",
    ),
    "Look at what runs": (
        "ps", "status", "logs", "events", "exec", "port-forward", "port", "images", "ls", "diff", "history",
    ),
    "Rules and definitions": ("mappings", "capabilities", "schema"),
    "This program": ("doctor", "rbac", "completion", "version"),
}  # fmt: skip
"""The commands in the order in which the help shows them."""

ARGUMENTS: Final = "Arguments"
OPTIONS: Final = "Options"
PROJECT: Final = "Options of the project"
CLUSTER: Final = "Options of the cluster"
CONVERSION: Final = "Options of the conversion"

_ABOUT: Final = {
    **dict.fromkeys(("file", "files", "more_files", "project_name", "profile"), PROJECT),
    **dict.fromkeys(("env_file", "project_directory", "oam"), PROJECT),
    **dict.fromkeys(("context", "kubeconfig"), CLUSTER),
    **dict.fromkeys(("target", "env", "mappings", "capabilities", *CHOICES), CONVERSION),
}


def in_groups(command: Any, context: Any) -> dict[str, list[Any]]:
    """Return the parameters of a command that the help shows, by the title that they stand under."""
    found: dict[str, list[Any]] = {ARGUMENTS: [], OPTIONS: [], PROJECT: [], CLUSTER: [], CONVERSION: []}
    for item in command.get_params(context):
        if item.param_type_name == "argument":
            title = ARGUMENTS
        elif item.name == "namespace" and any(other.name == "context" for other in command.params):
            title = CLUSTER
        else:
            title = _ABOUT.get(item.name, OPTIONS)
        if item.get_help_record(context) is not None:
            found[title].append(item)
    # A few options that belong to a conversion need no title of their own.
    if not any(item.name in CHOICES for item in found[CONVERSION]):
        others = [item for item in found[OPTIONS] if item.name != "help"]
        found[OPTIONS] = [*others, *found.pop(CONVERSION), *(item for item in found[OPTIONS] if item.name == "help")]
    return {title: items for title, items in found.items() if items}


def summary(command: Any) -> str:
    """Return what a command does, as short as its help says it."""
    first, *_ = (command.short_help or command.help or "").strip().split("\n\n")
    text = " ".join(first.split()).removesuffix(".")
    for sign in ("; ", ": ", ". "):
        text = text.partition(sign)[0]
    return text


class Command(TyperCommand):
    """A command whose options stand in groups."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the options, each under its title."""
        for title, items in in_groups(self, ctx).items():
            with formatter.section(title):
                formatter.write_dl([item.get_help_record(ctx) for item in items])


class Group(TyperGroup):
    """Commands that stand in sections, told in full."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the commands, each under the title of its section."""
        for title, names in self.sections(ctx):
            with formatter.section(title):
                formatter.write_dl([(name, summary(self.commands[name])) for name in names])

    def sections(self, ctx: Any) -> Iterator[tuple[str, list[str]]]:
        """Go through the titles, each with the commands that the help shows under it."""
        shown = [name for name in self.list_commands(ctx) if not self.commands[name].hidden]
        if ctx.parent is not None:
            yield "Commands", shown
            return
        for title, names in SECTIONS.items():
            yield title, [name for name in names if name in shown]


class App(typer.Typer):
    """Commands that are declared as :mod:`compose2oam.cli.declaring` has it.

    Args:
        settings: what else :class:`typer.Typer` is told.
    """

    def __init__(self, **settings: Any) -> None:
        # Plain help starts several times as fast as the decorated one.
        super().__init__(cls=Group, no_args_is_help=True, rich_markup_mode=None, **settings)

    def command(self, name: str | None = None, **settings: Any) -> Callable[[Any], Any]:
        """Take a function for a command; it stays what it was."""
        take = super().command(name, cls=Command, **settings)

        def taken(command: Callable[..., None]) -> Callable[..., None]:
            take(typed(command))
            return command

        return taken
