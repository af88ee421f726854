"""``compose2oam diff``: what runs in a cluster against what the Compose project says."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

from compose2oam.cli import options, place, results
from compose2oam.cli.declaring import Option

if TYPE_CHECKING:
    from compose2oam.cluster.client import Cluster
    from compose2oam.difference import Difference
    from compose2oam.model.compose import Project
    from compose2oam.words import Change

_LOOKS = {"added": "32", "removed": "31", "changed": "33", "+": "32", "-": "31", "@": "36"}


def diff(
    services: place.Services = None,
    files: options.FileOptions = None,
    project_name: options.ProjectName = None,
    namespace: options.Namespace = None,
    context: place.Context = "",
    kubeconfig: place.Kubeconfig = "",
    profile: options.Profiles = None,
    env_file: options.EnvFiles = None,
    project_directory: options.ProjectDirectory = None,
    oam: options.SideFile = None,
    env: options.Environments = None,
    mappings: options.Mappings = None,
    target: Annotated[
        str,
        Option("--target", metavar="NAME", help="The runtime to write for; by default what the project runs as."),
    ] = "",
    raw: Annotated[bool, Option("--raw", help="Show the manifests line by line, with secrets hidden.")] = False,
    format: options.TextOrJson = options.TextFormat.TEXT,
    quiet: options.Quiet = False,
    **choices: Any,
) -> None:
    """Say how what runs differs from what the Compose project says, in Compose's words; nothing is changed.

    The server works out what an up would change, by a dry run. Exits with 0 if that is nothing, with 1 if it is
    something, and with 2 or more if it cannot be said.

    Example: compose2oam diff -n shop web
    """
    from compose2oam import api, deploy, difference
    from compose2oam.cli.console import Console
    from compose2oam.errors import UsageError
    from compose2oam.rules.names import component_name

    settings = options.settings_of(choices, namespace, env)
    given = options.load_options(None, files, project_name, profile, env_file, project_directory, oam)
    project = api.load(*given.pop("files"), **given)
    named = list(project.section("services"))
    unknown = [name for name in services or () if name not in named]
    if unknown:
        raise UsageError(f"no such service: {', '.join(unknown)}; there is {', '.join(named)}")
    there = place.cluster(context, kubeconfig, "diff")
    chosen = target or _target(there, project, settings.namespace)
    made = api.convert(project, target=chosen, mappings=mappings or (), settings=settings)
    plan = deploy.plan(project, made)
    names = {component_name(name): name for name in named}
    with place.interruptible("nothing was changed"):
        found = difference.compare(there, project.name, plan.documents, names)
    changes = list(difference.of_services(found.changes, services or ()))
    console = Console(quiet)
    for note in found.others:
        console.note(f"note: {note}")
    if format is options.TextFormat.JSON:
        results.as_json([_data(project, item) for item in changes])
    else:
        for line in _raw(found) if raw else _lines(project, changes):
            results.line(line)
    if any(item.manager for item in changes):
        console.note("note: what others set, up takes back only with --force-conflicts")
    if changes:
        raise SystemExit(1)
    console.note(f"no difference: {plan.name} is in {plan.namespace} as the project says")


def _target(there: Cluster, project: Project, namespace: str | None) -> str:
    """Return what the project runs as; what is not there yet would be written for the usual target."""
    from compose2oam.cluster.applications import NotRunning, find

    extension = project.tree.get("x-oam")
    written = extension.get("namespace") if isinstance(extension, dict) else None
    try:
        return find(there, project.name, str(namespace or written or "")).target
    except NotRunning:
        return options.USUAL_TARGET


def _lines(project: Project, changes: list[Change]) -> Iterator[str]:
    from compose2oam import difference
    from compose2oam.emitter.report.plain import plain

    for item in changes:
        where = difference.position(project, item)
        notes = [f"{os.path.relpath(where.file)}:{where.line}"] if where else []
        if item.manager:
            ago = place.age(item.since)
            notes.append(f"what is there was set by {item.manager}{f', {ago} ago' if ago else ''}")
        more = f" ({'; '.join(notes)})" if notes else ""
        yield styled(plain(f"{item}{more}"), _LOOKS[item.kind])


def _raw(found: Difference) -> Iterator[str]:
    from compose2oam import difference
    from compose2oam.emitter.report.plain import plain

    for line in difference.raw(found):
        yield styled(plain(line), _LOOKS.get(line[:1], ""))


def _data(project: Project, item: Change) -> dict[str, Any]:
    from compose2oam import difference

    where = difference.position(project, item)
    return {**item.as_data(), **({"file": where.file, "line": where.line} if where else {})}


def styled(text: str, look: str) -> str:
    """Return a line for standard output, in colours where a person looks at it, in signs that it can show."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except (LookupError, UnicodeEncodeError):
        text = text.replace("→", "->").encode(encoding, "backslashreplace").decode(encoding)
    is_shown = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return f"\x1b[{look}m{text}\x1b[0m" if look and is_shown else text
