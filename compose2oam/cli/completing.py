"""What can stand where a user presses the tab key: names out of the project here, of the rules and of the kubeconfig.

Each function takes what Typer has read of the line so far, and returns all that begins with the word at the cursor,
plain or with a line of help. A project or a kubeconfig that cannot be read has no names: a shell that completes shows
no errors.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import typer

    from compose2oam.model.compose import Project
    from compose2oam.rules.rulebook import Rulebook

_Source = Callable[[Any], Iterable[tuple[str, str]]]
_Completer = Callable[[Any, str], list[tuple[str, str]]]


def _completer(source: _Source) -> _Completer:
    # Not functools.wraps: Typer reads the parameters from the signature, which would be that of the source.
    # It knows the parameters by these names.
    def complete(ctx: Any, incomplete: str) -> list[tuple[str, str]]:
        try:
            return [item for item in source(ctx) if item[0].startswith(incomplete)]
        except Exception:  # whatever is wrong with a file is told by the command, not while its line is typed
            return []

    complete.__doc__ = source.__doc__
    return complete


def words(*known: str) -> _Completer:
    """Make a function that offers these words."""
    return _completer(lambda _: _bare(known))


@_completer
def services(context: typer.Context) -> Iterable[tuple[str, str]]:
    """Offer the services of the project."""
    return [(name, _image(entry)) for name, entry in _project(context).section("services").items()]


@_completer
def counts(context: typer.Context) -> Iterable[tuple[str, str]]:
    """Offer the services of the project, each for a number to follow."""
    return _bare(f"{name}=" for name in _project(context).section("services"))


@_completer
def commands_with_rights(context: typer.Context) -> Iterable[tuple[str, str]]:
    """Offer the commands that have roles."""
    from compose2oam.cluster.rights import RIGHTS

    return _bare(RIGHTS)


@_completer
def profiles(context: typer.Context) -> Iterable[tuple[str, str]]:
    """Offer the profiles that services of the project name."""
    entries = _project(context).section("services").values()
    return _bare(sorted({str(name) for entry in entries for name in entry.get("profiles", ())}))


@_completer
def environments(context: typer.Context) -> Iterable[tuple[str, str]]:
    """Offer the environments of the project's x-oam."""
    return _bare(_project(context).section("x-oam").get("environments", ()))


@_completer
def places_and_codes(context: typer.Context) -> Iterable[tuple[str, str]]:
    """Offer what can be explained: each code, and each service, volume... of the project."""
    from compose2oam import api

    yield from ((code, text.title) for code, text in sorted(api.texts(_rulebook(context)).items()))
    project = _project(context)
    for section in ("services", "networks", "volumes", "configs", "secrets"):
        yield from _bare(f"{section}.{name}" for name in project.section(section))


@_completer
def rules(context: typer.Context) -> Iterable[tuple[str, str]]:
    """Offer the codes of the rules."""
    return sorted((rule.code, rule.title) for rule in _rulebook(context).rules())


@_completer
def keys(context: typer.Context) -> Iterable[tuple[str, str]]:
    """Offer the keys of a service that rules read."""
    meanings = _rulebook(context).meanings["service"]
    return _bare(sorted({".".join(reads) for rule in meanings for reads in rule.reads}))


@_completer
def targets(context: typer.Context) -> Iterable[tuple[str, str]]:
    """Offer the runtimes that can be written for."""
    from compose2oam.rules.layers import layers_of

    layers = layers_of(context.params.get("mappings") or ())
    return _bare(sorted({name for layer in layers for name in layer.targets()}))


@_completer
def definitions(context: typer.Context) -> Iterable[tuple[str, str]]:
    """Offer the types of the definitions that ship, or of ``--capabilities``."""
    from compose2oam.oam.catalogue import catalogue_of
    from compose2oam.oam.definition import Kind

    known = catalogue_of(context.params.get("capabilities") or ())
    return _bare(sorted({name for kind in Kind for name in known.names(kind)}))


@_completer
def contexts(context: typer.Context) -> Iterable[tuple[str, str]]:
    """Offer the contexts of the kubeconfig."""
    import os
    import pathlib

    from compose2oam.source.reader import parse, read_text

    named = context.params.get("kubeconfig") or os.environ.get("KUBECONFIG") or "~/.kube/config"
    for name in named.split(os.pathsep):
        path = pathlib.Path(name).expanduser()
        for document in parse(read_text(path), str(path)) if path.is_file() else ():
            yield from _bare(str(item["name"]) for item in document["contexts"])


def _bare(names: Iterable[str]) -> Iterable[tuple[str, str]]:
    return ((name, "") for name in names)


def _image(entry: Any) -> str:
    return str(entry.get("image", ""))


def _project(context: typer.Context) -> Project:
    """Read the project that the line names so far, with all its profiles; what is wrong in it does not matter here.

    Raises:
        ComposeError: there is none that can be read.
    """
    from compose2oam import api
    from compose2oam.cli import options
    from compose2oam.errors import UsageError

    given = context.params.get
    found = options.load_options(
        given("file"), given("files"), None, None, given("env_file"), given("project_directory"), given("oam")
    )
    files = found.pop("files")
    if "-" in files:
        raise UsageError("the keyboard is no file")
    loaded = functools.partial(api.load, validate=False, consistency=False, resolve_environment=False)
    return loaded(*files, **found, profiles=("*",))


def _rulebook(context: typer.Context) -> Rulebook:
    from compose2oam.cli import options
    from compose2oam.rules.rulebook import load_rulebook

    return load_rulebook(context.params.get("target") or options.USUAL_TARGET, context.params.get("mappings") or ())
