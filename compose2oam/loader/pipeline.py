"""The phases of loading, in order, and how they are run.

``DOCUMENT`` runs for every document of every file, ``MODEL`` for every model (the project, each ``include``) once its
files are merged, and ``PROJECT`` once at the end. The order is Docker Compose's own, and matters: includes come before
extends, so that an included service can be extended; validation comes after the merge, since a file may be incomplete.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from compose2oam.diagnostics import Diagnostic, Severity
from compose2oam.errors import ComposeError
from compose2oam.loader import (
    aliases,
    defaults,
    invariants,
    longform,
    normalise,
    paths,
    tags,
    unique,
    validate,
)
from compose2oam.loader.codes import error
from compose2oam.loader.extends import extend
from compose2oam.loader.include import include
from compose2oam.loader.interpolate import interpolate
from compose2oam.loader.merge import merge
from compose2oam.loader.scope import Scope, shown
from compose2oam.loader.trees import section
from compose2oam.model.dataclass import replace
from compose2oam.model.namedtuple import NamedTuple
from compose2oam.model.path import Path
from compose2oam.source.files import read_text
from compose2oam.source.position import Position
from compose2oam.source.reader import parse
from compose2oam.source.tree import Map, Seq

TAGS: Final = ("!reset", "!override")


class Phase(NamedTuple):
    """One step of loading.

    Attributes:
        name: what the step does, for people.
        run: changes a tree, or returns another one, and says what it found; errors end the loading after the phase.
        when: whether the step applies to this scope.
        base: whether it is also done to a file that only a service is extended from.
    """

    name: str
    run: Callable[[Map, Scope], tuple[Map, list[Diagnostic]]]
    when: Callable[[Scope], bool] = lambda _scope: True
    base: bool = True


def _checked(run: Callable[[Map], list[Diagnostic]]) -> Callable[[Map, Scope], tuple[Map, list[Diagnostic]]]:
    """Make a phase of a function that changes or checks a tree and returns what it found."""
    return lambda tree, _scope: (tree, run(tree))


def _changed(run: Callable[[Map], None]) -> Callable[[Map, Scope], tuple[Map, list[Diagnostic]]]:
    """Make a phase of a function that changes a tree, which cannot go wrong."""

    def phase(tree: Map, _scope: Scope) -> tuple[Map, list[Diagnostic]]:
        run(tree)
        return tree, []

    return phase


def _tags(tree: Map, scope: Scope) -> tuple[Map, list[Diagnostic]]:
    scope.resets = tags.take_off(tree, scope) if scope.tagged else frozenset()
    return tree, []


def _interpolate(tree: Map, scope: Scope) -> tuple[Map, list[Diagnostic]]:
    # Who names env files does not want the one that is found by itself.
    folder = "" if scope.options.env_files else scope.root
    return interpolate(tree, scope.environment, folder, scope.blanks)


def _include(tree: Map, scope: Scope) -> tuple[Map, list[Diagnostic]]:
    return tree, include(tree, scope)


def _reset(tree: Map, scope: Scope) -> tuple[Map, list[Diagnostic]]:
    tags.remove(scope.merged, scope.resets)
    return tree, []


def _extends(tree: Map, scope: Scope) -> tuple[Map, list[Diagnostic]]:
    return tree, extend(tree, scope)


def _merge(tree: Map, scope: Scope) -> tuple[Map, list[Diagnostic]]:
    return (merge(scope.merged, tree) if scope.merged else tree), []


def _validate(tree: Map, scope: Scope) -> tuple[Map, list[Diagnostic]]:
    found = validate.validate(tree) if scope.options.validate else []
    scope.take_out(tree, "version", ())
    return tree, found


def _expand(tree: Map, scope: Scope) -> tuple[Map, list[Diagnostic]]:
    return tree, longform.expand(tree, lenient=not scope.options.interpolate)


def _empties(tree: Map) -> None:
    """Remove the empty entries of ``dns``, which are left over from variables that are not set."""
    for part in ("services", "jobs"):
        for container in section(tree, part).values():
            servers = container.get("dns") if isinstance(container, Map) else None
            if isinstance(servers, Seq):
                kept = [index for index, server in enumerate(servers) if server]
                servers[:], servers.marks[:] = [servers[i] for i in kept], [servers.marks[i] for i in kept]


def _paths(tree: Map, scope: Scope) -> tuple[Map, list[Diagnostic]]:
    return tree, paths.resolve(tree, scope.folder)


def _environment(tree: Map, scope: Scope) -> tuple[Map, list[Diagnostic]]:
    """Give the names in the list syntax of ``environment`` the values of this model's variables."""
    for part in ("services", "jobs"):
        for container in section(tree, part).values():
            if isinstance(container, Map) and isinstance(container.get("environment"), Seq):
                container["environment"] = normalise.filled(
                    container["environment"], scope.environment, keep_empty=True
                )
    return tree, []


DOCUMENT: Final[tuple[Phase, ...]] = (
    Phase("tags", _tags),
    Phase("interpolate", _interpolate, when=lambda scope: scope.options.interpolate),
    Phase("aliases", _changed(aliases.promote)),
    Phase("include", _include, base=False),
    Phase("reset", _reset),
    Phase("extends", _extends, base=False),
    Phase("merge", _merge),
    Phase("uniqueness", _checked(unique.deduplicate)),
    Phase("validate", _validate, base=False),
    Phase("long forms", _expand),
    Phase("empty entries", _changed(_empties)),
    Phase("uniqueness of long forms", _checked(unique.deduplicate)),
)
MODEL: Final[tuple[Phase, ...]] = (
    Phase("defaults", _changed(defaults.fill)),
    Phase("invariants", _checked(invariants.check)),
    Phase("paths", _paths, when=lambda scope: scope.resolve_paths),
    Phase("environment", _environment),
)


def run(phases: tuple[Phase, ...], tree: Map, scope: Scope, *, base: bool = False) -> Map:
    """Run phases over a tree; warnings are noted.

    Raises:
        ComposeError: a phase found errors; with all of that phase.
    """
    for phase in phases:
        if (base and not phase.base) or not phase.when(scope):
            continue
        tree, findings = phase.run(tree, scope)
        report(findings, scope)
    return tree


def report(findings: list[Diagnostic], scope: Scope) -> None:
    """Note the warnings among findings, and raise the errors."""
    if any(finding.severity is Severity.ERROR for finding in findings):
        raise ComposeError.of([finding for finding in findings if finding.severity is Severity.ERROR])
    for finding in findings:
        scope.warn(finding)


def load_model(files: list[str], scope: Scope, at: Position | None = None) -> Map:
    """Read and merge the files of one model.

    Args:
        files: absolute paths, ``-`` for standard input.
        scope: what the model is loaded with.
        at: where a user named the files, ``None`` for the command line.

    Raises:
        ComposeError: a file cannot be read, or a phase found errors.
    """
    for file in files:
        scope.merged = load_file(file, scope, at=at)
    return run(MODEL, scope.merged, scope)


def load_file(file: str, scope: Scope, *, base: bool = False, at: Position | None = None) -> Map:
    """Read the documents of a file and merge them over what the scope has."""
    scope.file = "-" if file == "-" else shown(file)
    inner = replace(scope, included=(*scope.included, file))
    documents = scope.documents.pop(file, None)
    if documents is None:
        documents = parse(read_text(file, scope.file, at=at), scope.file, tags=TAGS)
    inner.tagged = documents.tagged
    for document in documents:
        if not isinstance(document, Map):
            place = getattr(document, "mark", None) or Position(scope.file, 1, 1)
            raise ComposeError.of([error("CF-102", "a Compose file must be a mapping", (), place)])
        inner.merged = run(DOCUMENT, document, inner, base=base)
    scope.resets = inner.resets
    return inner.merged


def read_base(file: str, scope: Scope, at: Position | None) -> tuple[Map, frozenset[Path]]:
    """Read a file that a service is extended from: as any other, but neither included into nor validated."""
    tree = load_file(file, scope, base=True, at=at)
    return tree, scope.resets
