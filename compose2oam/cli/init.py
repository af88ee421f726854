"""``compose2oam init``: make the first choices for a project, and write them down."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Final

from compose2oam.cli import options
from compose2oam.cli.declaring import Option
from compose2oam.model.namedtuple import NamedTuple
from compose2oam.rules.settings import CHOICES, faults_of, key_of

if TYPE_CHECKING:
    from compose2oam.cli.console import Console
    from compose2oam.model.compose import Project


class _Question(NamedTuple):
    setting: str
    asks: str
    why: str
    matters: Callable[[Project, dict[str, Any]], bool]


def _has(key: str) -> Callable[[Project, dict[str, Any]], bool]:
    return lambda project, _: any(service.get(key) for service in project.section("services").values())


def _builds_unnamed(project: Project, _: dict[str, Any]) -> bool:
    return any(service.get("build") and not service.get("image") for service in project.section("services").values())


def _has_volumes(project: Project, _: dict[str, Any]) -> bool:
    return bool(project.section("volumes"))


QUESTIONS: Final = (
    _Question(
        "expose", "How are published ports reached", "a cluster shows nothing to the outside by itself", _has("ports")
    ),
    _Question(
        "domain",
        "Domain of the ingress",
        "an ingress tells services apart by their host names",
        lambda _, answers: answers.get("expose") == "ingress",
    ),
    _Question(
        "registry", "Registry of the images that are built", "nodes fetch images from a registry", _builds_unnamed
    ),
    _Question("volume_size", "Size of a volume", "a claim has to name a size, and Compose has none", _has_volumes),
    _Question(
        "storage_class",
        "Storage class of volumes (empty: the cluster's own)",
        "it decides where the data lives",
        _has_volumes,
    ),
)
"""What is asked, in order, where it matters and nobody has said it yet."""


def init(
    files: options.Files = None,
    more_files: options.FileOptions = None,
    project_name: options.ProjectName = None,
    profile: options.Profiles = None,
    env_file: options.EnvFiles = None,
    project_directory: options.ProjectDirectory = None,
    in_compose: Annotated[
        bool, Option("--in-compose", help="Add x-oam to the Compose file, which stays as it is otherwise.")
    ] = False,
    yes: Annotated[bool, Option("-y", "--yes", help="Ask nothing, and take the defaults.")] = False,
    force: Annotated[bool, Option("--force", help="Write a compose2oam.yaml anew that is there.")] = False,
    dry_run: Annotated[bool, Option("--dry-run", help="Write nothing; print what would change.")] = False,
    quiet: options.Quiet = False,
    **choices: Any,
) -> None:
    """Ask what matters for a project on a cluster, and write compose2oam.yaml.

    A flag answers its question beforehand.

    Example: compose2oam init --expose ingress --domain shop.example.com
    """
    from compose2oam import api, starting
    from compose2oam.cli import results
    from compose2oam.cli.console import Console
    from compose2oam.emitter.files import OutputFile
    from compose2oam.errors import Stale, UsageError

    if not yes and not sys.stdin.isatty():
        raise UsageError("nobody can be asked, as standard input is no terminal; take the defaults with --yes")
    options.settings_of(choices)
    console = Console(quiet)
    given = options.load_options(files, more_files, project_name, profile, env_file, project_directory, "")
    named = given.pop("files")
    project = api.load(*named, **given)
    path = starting.compose_file(project) if in_compose else starting.side_file(project, force=force)
    for line in _found(project):
        console.note(line)
    answers = _answers(project, choices, None if yes else console)
    if not answers:
        console.note("there is nothing to choose: the defaults suit this project")
        return
    text = starting.compose_text(path, answers) if in_compose else starting.side_text(answers)
    written = OutputFile(path, text)
    if dry_run:
        try:
            results.compare([written])
        except Stale:
            console.note("nothing is written")
        return
    results.write([written], in_folder=False)
    console.note(f"{path} written")
    where = "".join(f" -f {shlex.quote(file)}" for file in named)
    console.note("next:")
    for command in ("convert", "up --dry-run client", "up"):
        console.note(f"  compose2oam {command}{where}")


def _found(project: Project) -> list[str]:
    services = project.section("services")
    ports = sum(len(service.get("ports") or ()) for service in services.values())
    builds = sum(bool(service.get("build")) for service in services.values())
    counts = ((ports, "published port"), (len(project.section("volumes")), "volume"), (builds, "image to build"))
    said = [_count(number, noun) for number, noun in counts if number]
    names = f" ({', '.join(services)})" if services else ""
    return [f"{project.name}: {_count(len(services), 'service')}{names}", *(f"  {item}" for item in said)]


def _count(number: int, noun: str) -> str:
    if number == 1:
        return f"1 {noun}"
    first, _, rest = noun.partition(" to ")
    return f"{number} {first}s{' to ' + rest if rest else ''}"


def _answers(project: Project, choices: dict[str, Any], console: Console | None) -> dict[str, Any]:
    """Return what was chosen, in the order of the table; without a console nobody is asked."""
    answers = {name: value for name, value in choices.items() if value is not None}
    said = _said(project.tree, "x-oam", "defaults")
    for question in QUESTIONS:
        name = question.setting
        if name in answers or key_of(name) in said or not question.matters(project, answers):
            continue
        answer = _asked(question, console) if console else CHOICES[name].default
        # An empty answer is what is there without one.
        if answer:
            answers[name] = answer
    return {name: answers[name] for name in CHOICES if name in answers}


def _said(node: Any, *steps: str) -> dict[str, Any]:
    for step in steps:
        node = node.get(step) if isinstance(node, dict) else None
    return node if isinstance(node, dict) else {}


def _asked(question: _Question, console: Console) -> Any:
    choice = CHOICES[question.setting]
    words = f" [{', '.join(choice.words)}]" if choice.words else ""
    console.line(f"\n{question.asks}?{words}\n  ({question.why})")
    while True:
        answer = _typed(f"> [{choice.default}] " if choice.default else "> ", console) or choice.default
        faults = list(faults_of(choice, answer))
        if not faults:
            return answer
        for message, hint in faults:
            console.error(f"this {message}{f' ({hint})' if hint else ''}")


def _typed(prompt: str, console: Console) -> str:
    # Not `input`, whose prompt goes to standard output.
    sys.stderr.write(prompt)
    sys.stderr.flush()
    line = sys.stdin.readline()
    if not line:
        console.line("\nthe answers ended, so nothing was written")
        raise SystemExit(1)
    return line.strip()
