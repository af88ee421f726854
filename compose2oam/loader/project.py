"""Loading a project: find its files, load the model they make, and bring it to its final form."""

from __future__ import annotations

import pathlib
from typing import Final

from compose2oam.diagnostics import Diagnostic
from compose2oam.errors import ComposeError
from compose2oam.loader import consistency, envfiles, normalise, profiles, pruning, types
from compose2oam.loader.codes import error
from compose2oam.loader.discovery import discover
from compose2oam.loader.options import LoadOptions
from compose2oam.loader.pipeline import DOCUMENT, MODEL, Phase, load_model, read_base, run
from compose2oam.loader.scope import Scope, shown
from compose2oam.model.compose import Project
from compose2oam.source.tree import Map


def _normalise(tree: Map, scope: Scope) -> tuple[Map, list[Diagnostic]]:
    return normalise.normalise(tree, scope.name, scope.environment), []


def _types(tree: Map, _scope: Scope) -> tuple[Map, list[Diagnostic]]:
    return tree, types.settle(tree)


def _profiles(tree: Map, scope: Scope) -> tuple[Map, list[Diagnostic]]:
    profiles.enable(tree, scope.disabled, scope.profiles)
    return tree, []


def _consistency(tree: Map, scope: Scope) -> tuple[Map, list[Diagnostic]]:
    found = consistency.check(tree, scope.disabled)
    consistency.settle_scale(tree)
    return tree, found


def _env_files(tree: Map, scope: Scope) -> tuple[Map, list[Diagnostic]]:
    return tree, envfiles.merge_env_files(tree, scope.environment)


def _label_files(tree: Map, _scope: Scope) -> tuple[Map, list[Diagnostic]]:
    return tree, envfiles.merge_label_files(tree)


def _selection(tree: Map, scope: Scope) -> tuple[Map, list[Diagnostic]]:
    names = scope.options.services
    more = profiles.profiles_of(scope.disabled, names)
    if more:
        profiles.bring_back(tree, scope.disabled)
        profiles.enable(tree, scope.disabled, (*scope.profiles, *more))
    found = profiles.select(tree, scope.disabled, names)
    if more and not found and scope.options.resolve_environment:
        found += envfiles.merge_env_files(tree, scope.environment) + envfiles.merge_label_files(tree)
    return tree, found


def _pruning(tree: Map, scope: Scope) -> tuple[Map, list[Diagnostic]]:
    return tree, pruning.prune(tree, scope)


def _names(tree: Map, _scope: Scope) -> tuple[Map, list[Diagnostic]]:
    return tree, consistency.check_names(tree)


PROJECT: Final[tuple[Phase, ...]] = (
    Phase("normalise", _normalise, when=lambda scope: scope.options.normalize),
    Phase("types", _types, when=lambda scope: scope.options.interpolate),
    Phase("profiles", _profiles, when=lambda scope: scope.options.interpolate),
    Phase("consistency", _consistency, when=lambda scope: scope.options.interpolate and scope.options.consistency),
    Phase(
        "env files",
        _env_files,
        when=lambda scope: scope.options.interpolate and scope.options.resolve_environment,
    ),
    Phase("label files", _label_files, when=lambda scope: scope.options.interpolate),
    Phase("selection", _selection, when=lambda scope: scope.options.interpolate and bool(scope.options.services)),
    Phase("pruning", _pruning, when=lambda scope: scope.options.interpolate and not scope.options.all_resources),
    Phase("container names", _names, when=lambda scope: scope.options.interpolate and scope.options.consistency),
)
PHASES: Final[tuple[Phase, ...]] = DOCUMENT + MODEL + PROJECT
"""Every phase of loading, in order."""


def load(options: LoadOptions) -> Project:
    """Load a Compose project as Docker Compose does.

    Args:
        options: which files, and how.

    Raises:
        ComposeError: the project is invalid, with everything that the phase that failed has found.
    """
    sources = discover(options)
    # Where variables are not replaced, values that were left empty are not filled in either.
    environment = sources.environment if options.interpolate else {"COMPOSE_PROJECT_NAME": sources.name}
    scope = Scope(
        options=options,
        folder=sources.directory,
        root=sources.directory,
        environment=environment,
        included=(),
        resolve_paths=options.resolve_paths,
        notes=dict.fromkeys(sources.diagnostics),
        documents=sources.documents,
        load=load_model,
        read=read_base,
        name=sources.name,
        profiles=sources.profiles,
    )
    files = tuple("-" if file == "-" else shown(file) for file in sources.files)
    try:
        tree = load_model(list(sources.files), scope)
        if not tree:
            raise ComposeError.of([error("CF-107", f"there is nothing in {', '.join(files)}")])
        tree = run(PROJECT, tree, scope)
    except ComposeError as problem:
        from compose2oam.loader.causes import explained

        raise ComposeError.of(explained(problem.diagnostics, scope.blanks, sources.files)) from None
    tree.put("name", sources.name, tree.marks.get("name"))
    return Project(
        name=sources.name,
        directory=pathlib.Path(sources.directory),
        files=files,
        tree=tree,
        disabled=scope.disabled,
        resolved=tuple(scope.resolved.values()),
        environment=sources.environment,
        profiles=tuple(name for name in scope.profiles if name),
        diagnostics=tuple(scope.notes),
    )
