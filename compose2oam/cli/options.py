"""Options that several commands share, named as Docker Compose and kubectl name them."""

from __future__ import annotations

import pathlib
from collections.abc import Mapping
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any, Optional

from compose2oam.cli.declaring import Argument, Option
from compose2oam.rules.settings import Settings

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


# These annotations are read at run time, and on Python 3.10 it does not take `list[str] | None`.
Files = Annotated[Optional[list[str]], Argument(metavar="[FILE]...", help="Compose files, like -f.")]
FileOptions = Annotated[
    Optional[list[str]],
    Option("-f", "--file", metavar="FILE", help="A Compose file; several are merged in order; - is standard input."),
]
ProjectName = Annotated[
    Optional[str],
    Option("-p", "--project-name", metavar="NAME", help="The project's name."),
]
Profiles = Annotated[
    Optional[list[str]],
    Option(
        "--profile",
        metavar="NAME",
        help="A profile to enable; * enables all.",
        completes="profiles",
    ),
]
EnvFiles = Annotated[
    Optional[list[str]],
    Option("--env-file", metavar="FILE", help="A file of variables, instead of .env."),
]
ProjectDirectory = Annotated[
    Optional[str],
    Option("--project-directory", metavar="DIR", help="The folder that relative paths start from."),
]
Namespace = Annotated[
    Optional[str],
    Option("-n", "--namespace", metavar="NAME", help="Where the application goes; the project's name by default."),
]
SideFile = Annotated[
    Optional[str],
    Option(
        "--oam", metavar="FILE", help="What x-oam says, in a file; compose2oam.yaml beside the Compose file by default."
    ),
]
Environments = Annotated[
    Optional[list[str]],
    Option(
        "--env",
        metavar="NAME[=FILE]",
        help="An environment of x-oam to write for, all by default; convert also takes a Compose file of what differs.",
        completes="environments",
    ),
]
Mappings = Annotated[
    Optional[list[str]],
    Option(
        "--mappings", metavar="DIR", help="A folder of rules, or an installed package's, to lay over the built-in ones."
    ),
]
Target = Annotated[
    str,
    Option(
        "--target",
        metavar="NAME",
        help="The runtime to write for: one that ships, or one of --mappings.",
        completes="targets",
    ),
]
USUAL_TARGET = "kubevela"
Capabilities = Annotated[
    Optional[list[pathlib.Path]],
    Option("--capabilities", metavar="DIR", help="A folder of definitions: a cluster's, or more than the usual."),
]
Output = Annotated[
    Optional[str],
    Option("-o", "--output", metavar="PATH", help="A file, or a folder (ending in /), instead of standard output."),
]
OutputFormat = Annotated[
    ManifestFormat,
    Option("--format", help="How to write it; kustomize writes a folder with a base, and needs -o."),
]
Report = Annotated[str, Option("--report", metavar="FILE", help="Also write a report: .html .json .sarif .md .txt.")]
ReportFormat = Annotated[
    str, Option("--report-format", metavar="NAME", help="html, text, json, markdown, sarif or github.")
]
TextOrJson = Annotated[TextFormat, Option("--format", help="How to write it.")]
TableOrJson = Annotated[ListFormat, Option("--format", help="How to write it.")]
YamlOrJson = Annotated[Format, Option("--format", help="How to write it.")]
LinesOfJson = Annotated[
    TextFormat,
    Option("--format", help="How to say what is done: text, or an object of JSON a line on standard output."),
]
Verbose = Annotated[bool, Option("-v", "--verbose", help="Say what became of every key.")]
Quiet = Annotated[bool, Option("-q", "--quiet", help="Say nothing but errors.")]


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


def settings_of(
    choices: Mapping[str, Any], namespace: str | None = None, environments: list[str] | None = None
) -> Settings:
    """Return the settings that the flags of a command line stand for.

    Raises:
        UsageError: for values that are none.
    """
    return Settings(namespace=namespace, environments=tuple(environments) if environments else None, **choices)


def catalogue(folders: list[pathlib.Path] | None) -> Catalogue | None:
    """Return the definitions for ``--capabilities``, ``None`` for those that ship."""
    if not folders:
        return None
    from compose2oam.oam.catalogue import catalogue_of

    return catalogue_of(folders)
