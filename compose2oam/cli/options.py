"""Options that several commands share, named as Docker Compose and kubectl name them."""

from __future__ import annotations

import inspect
import pathlib
from collections.abc import Callable, Mapping
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any, Optional, TypeVar

import typer

from compose2oam.cli import completing
from compose2oam.rules.settings import CHOICES, TRUTH, Choice, Settings, flag_of

_Command = TypeVar("_Command", bound=Callable[..., None])

if TYPE_CHECKING:
    from compose2oam.oam.catalogue import Catalogue


class Format(str, Enum):
    """How data is written."""

    YAML = "yaml"
    JSON = "json"


class ManifestFormat(str, Enum):
    """How manifests are written."""

    YAML = "yaml"
    JSON = "json"
    KUSTOMIZE = "kustomize"


class TextFormat(str, Enum):
    """How an answer is written."""

    TEXT = "text"
    JSON = "json"


class ListFormat(str, Enum):
    """How a list is written."""

    TABLE = "table"
    JSON = "json"


class OnLoss(str, Enum):
    """What to do where something is lost."""

    IGNORE = "ignore"
    WARN = "warn"
    ERROR = "error"


# Typer reads these annotations at run time, and on Python 3.10 it does not take `list[str] | None`.
Files = Annotated[Optional[list[str]], typer.Argument(metavar="[FILE]...", help="Compose files, like -f.")]
FileOptions = Annotated[
    Optional[list[str]],
    typer.Option(
        "-f", "--file", metavar="FILE", help="A Compose file; several are merged in order; - is standard input."
    ),
]
ProjectName = Annotated[
    Optional[str],
    typer.Option("-p", "--project-name", metavar="NAME", help="The project's name."),
]
Profiles = Annotated[
    Optional[list[str]],
    typer.Option(
        "--profile",
        metavar="NAME",
        help="A profile to enable; * enables all.",
        autocompletion=completing.profiles,
    ),
]
EnvFiles = Annotated[
    Optional[list[str]],
    typer.Option("--env-file", metavar="FILE", help="A file of variables, instead of .env."),
]
ProjectDirectory = Annotated[
    Optional[str],
    typer.Option("--project-directory", metavar="DIR", help="The folder that relative paths start from."),
]
Namespace = Annotated[
    Optional[str],
    typer.Option(
        "-n", "--namespace", metavar="NAME", help="Where the application goes; the project's name by default."
    ),
]
SideFile = Annotated[
    Optional[str],
    typer.Option(
        "--oam", metavar="FILE", help="What x-oam says, in a file; compose2oam.yaml beside the Compose file by default."
    ),
]
Environments = Annotated[
    Optional[list[str]],
    typer.Option(
        "--env",
        metavar="NAME[=FILE]",
        help="An environment of x-oam to write for, all by default; convert also takes a Compose file of what differs.",
        autocompletion=completing.environments,
    ),
]
Mappings = Annotated[
    Optional[list[str]],
    typer.Option(
        "--mappings", metavar="DIR", help="A folder of rules, or an installed package's, to lay over the built-in ones."
    ),
]
Target = Annotated[
    str,
    typer.Option(
        "--target",
        metavar="NAME",
        help="The runtime to write for: one that ships, or one of --mappings.",
        autocompletion=completing.targets,
    ),
]
USUAL_TARGET = "kubevela"
Capabilities = Annotated[
    Optional[list[pathlib.Path]],
    typer.Option("--capabilities", metavar="DIR", help="A folder of definitions: a cluster's, or more than the usual."),
]
Output = Annotated[
    Optional[str],
    typer.Option(
        "-o", "--output", metavar="PATH", help="A file, or a folder (ending in /), instead of standard output."
    ),
]
OutputFormat = Annotated[
    ManifestFormat,
    typer.Option("--format", help="How to write it; kustomize writes a folder with a base, and needs -o."),
]
Report = Annotated[
    str, typer.Option("--report", metavar="FILE", help="Also write a report: .html .json .sarif .md .txt.")
]
ReportFormat = Annotated[
    str, typer.Option("--report-format", metavar="NAME", help="html, text, json, markdown, sarif or github.")
]
TextOrJson = Annotated[TextFormat, typer.Option("--format", help="How to write it.")]
TableOrJson = Annotated[ListFormat, typer.Option("--format", help="How to write it.")]
YamlOrJson = Annotated[Format, typer.Option("--format", help="How to write it.")]
LinesOfJson = Annotated[
    TextFormat,
    typer.Option("--format", help="How to say what is done: text, or an object of JSON a line on standard output."),
]
Verbose = Annotated[bool, typer.Option("-v", "--verbose", help="Say what became of every key.")]
Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="Say nothing but errors.")]


def load_options(
    files: list[str] | None,
    more_files: list[str] | None,
    project_name: str | None,
    profiles: list[str] | None,
    env_files: list[str] | None,
    project_directory: str | None,
    side_file: str | None = None,
) -> dict[str, Any]:
    """Return the arguments of :func:`compose2oam.api.load` for these options; what is not given is left to it."""
    given: dict[str, Any] = {
        "project_name": project_name,
        "profiles": tuple(profiles or ()),
        "env_files": tuple(env_files or ()),
        "project_directory": project_directory,
    }
    # An empty name of a side file says that none is wanted.
    beside = {} if side_file is None else {"oam": side_file}
    chosen = {key: value for key, value in given.items() if value}
    return {"files": (*(files or ()), *(more_files or ())), **chosen, **beside}


def with_choices(command: _Command) -> _Command:
    """Give a command, in the place of its ``**choices``, a flag for each setting of a conversion."""
    signature = inspect.signature(command, eval_str=True)
    own = [item for item in signature.parameters.values() if item.kind is not item.VAR_KEYWORD]
    made = signature.replace(parameters=[*own, *_PARAMETERS])
    # Both are what Typer reads a command's options from.
    vars(command)["__signature__"] = made
    command.__annotations__ = {item.name: item.annotation for item in made.parameters.values()}
    return command


def settings_of(
    choices: Mapping[str, Any], namespace: str | None = None, environments: list[str] | None = None
) -> Settings:
    """Return the settings that the flags of a command line stand for.

    Raises:
        UsageError: for values that are none.
    """
    return Settings(namespace=namespace, environments=tuple(environments) if environments else None, **choices)


def _option(name: str, choice: Choice) -> Any:
    flag = f"--{flag_of(name)}"
    if choice.kind == TRUTH:
        usual = f"{choice.decides}.  [default: {'on' if choice.default else 'off'}]"
        return Annotated[Optional[bool], typer.Option(f"{flag}/--no-{flag_of(name)}", help=_sentence(usual))]
    # As Typer says it of other options; these have no default of their own, so that x-oam can say one.
    usual = f"{choice.decides}.  [default: {choice.default}]" if choice.default else f"{choice.decides}."
    known = completing.words(*choice.shown.lower().split("|")) if "|" in choice.shown else None
    return Annotated[
        Optional[str], typer.Option(flag, metavar=choice.shown, help=_sentence(usual), autocompletion=known)
    ]


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]


def catalogue(folders: list[pathlib.Path] | None) -> Catalogue | None:
    """Return the definitions for ``--capabilities``, ``None`` for those that ship."""
    if not folders:
        return None
    from compose2oam.oam.catalogue import catalogue_of

    return catalogue_of(folders)


_PARAMETERS = [
    inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=_option(name, choice))
    for name, choice in CHOICES.items()
]
