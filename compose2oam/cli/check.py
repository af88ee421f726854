"""``compose2oam check``: is an application right, before a cluster sees it?"""

from __future__ import annotations

import functools
import pathlib
from typing import TYPE_CHECKING, Annotated, Any, Optional

from compose2oam.cli import options
from compose2oam.cli.declaring import Argument, Option

if TYPE_CHECKING:
    from compose2oam.cli.console import Console
    from compose2oam.diagnostics import Diagnostic
    from compose2oam.errors import InputError
    from compose2oam.oam.catalogue import Catalogue


def check(
    file: Annotated[
        Optional[list[str]],
        Argument(metavar="[FILE]...", help="Compose files or manifests of applications; - is standard input."),
    ] = None,
    files: options.FileOptions = None,
    project_name: options.ProjectName = None,
    profile: options.Profiles = None,
    env_file: options.EnvFiles = None,
    project_directory: options.ProjectDirectory = None,
    oam: options.SideFile = None,
    env: options.Environments = None,
    mappings: options.Mappings = None,
    target: options.Target = options.USUAL_TARGET,
    capabilities: options.Capabilities = None,
    strict: Annotated[
        bool, Option("--strict", help="Types and parameters that only the cluster may know are errors.")
    ] = False,
    format: options.TextOrJson = options.TextFormat.TEXT,
    verbose: options.Verbose = False,
    quiet: options.Quiet = False,
    **choices: Any,
) -> None:
    """Check an application, or a Compose project by converting it, against the definitions of the runtime.

    Example: compose2oam check app.yaml
    """
    from compose2oam import api
    from compose2oam.cli.console import Console
    from compose2oam.errors import CheckError, InputError

    console = Console(quiet, verbose)
    manifests = [name for name in file or () if is_manifest(name)]
    composes = [name for name in file or () if name not in manifests]
    catalogue = options.catalogue(capabilities)
    told: list[Diagnostic] = []
    try:
        if manifests:
            found = [finding for name in manifests for finding in _check_manifests(name, strict, catalogue, console)]
            errors = [finding for finding in found if finding.severity.value == "error"]
            told += [finding for finding in found if finding not in errors]
            console.diagnostics(told)
            if errors:
                raise CheckError.of(errors)
        if composes or files or not manifests:
            given = options.load_options(composes, files, project_name, profile, env_file, project_directory, oam)
            made = api.convert(
                api.load(*given.pop("files"), **given),
                target=target,
                mappings=mappings or (),
                settings=options.settings_of(choices, environments=env),
                catalogue=catalogue,
            )
            told += made.diagnostics
            console.findings(made.diagnostics, made.entries)
    except InputError as error:
        if format is options.TextFormat.JSON:
            _print(told, error)
        raise
    if format is options.TextFormat.JSON:
        _print(told)
    console.note("no errors")


def _print(told: list[Diagnostic], error: InputError | None = None) -> None:
    """Print what was found as data, and last what stopped the check."""
    from compose2oam.cli import results
    from compose2oam.diagnostics import Diagnostic, Severity
    from compose2oam.emitter.report.data import diagnostic

    ends = error.diagnostics or (Diagnostic("", Severity.ERROR, error.message),) if error else ()
    code = error.exit_code if error else 0
    results.as_json({"ok": not code, "exitCode": code, "findings": [diagnostic(item) for item in (*told, *ends)]})


def is_manifest(name: str) -> bool:
    """Whether a file holds a manifest (it has an ``apiVersion``) rather than a Compose project."""
    return name != "-" and any(isinstance(document, dict) and "apiVersion" in document for document in _documents(name))


def _documents(name: str) -> list[Any]:
    from compose2oam.errors import ComposeError
    from compose2oam.source.reader import parse, read_text

    try:
        return parse(read_text(pathlib.Path(name), pipes=True), name)
    except ComposeError:
        return []


def _check_manifests(name: str, strict: bool, catalogue: Catalogue | None, console: Console) -> list[Diagnostic]:
    """Check all documents of a file that are the runtime's; the others are for the cluster to judge."""
    from compose2oam import api
    from compose2oam.model.oam import KIND
    from compose2oam.oam.old import check_old, is_old
    from compose2oam.source.tree import locate, plain

    documents = [tree for tree in _documents(name) if isinstance(tree, dict)]
    old = [tree for tree in documents if is_old(tree)]
    # A file without any application was named by mistake, and the first document says what it is.
    own = [tree for tree in documents if tree.get("kind") == KIND] or ([] if old else documents[:1])
    found = check_old([(plain(tree), functools.partial(locate, tree)) for tree in old])
    for tree in documents:
        origin = functools.partial(locate, tree)
        if any(tree is one for one in own):
            found.extend(api.check(plain(tree), strict=strict, origin=origin, catalogue=catalogue))
        elif console.verbose and not any(tree is one for one in old):
            console.note(f"{origin(()) or name}: not checked: {tree.get('apiVersion')} {tree.get('kind')}")
    return found
