"""The middle of the compiler on one screen: a Compose project in, an application and the ledger out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from compose2oam.diagnostics import Diagnostic, Severity
from compose2oam.errors import ComposeError
from compose2oam.model.compose import Project
from compose2oam.model.dataclass import dataclass
from compose2oam.model.entry import Entry
from compose2oam.model.outcome import Outcome
from compose2oam.model.path import Path
from compose2oam.model.workload import Object
from compose2oam.rules import extension
from compose2oam.rules.assembly import write_application
from compose2oam.rules.carriers import carry
from compose2oam.rules.containernames import by_service
from compose2oam.rules.facts import ProjectFacts, gather
from compose2oam.rules.joining import join
from compose2oam.rules.ledger import Ledger
from compose2oam.rules.lowering import lower
from compose2oam.rules.meanings import NOTHING_RUNS, mean
from compose2oam.rules.resolved import resolved
from compose2oam.rules.rulebook import Rulebook
from compose2oam.rules.settings import Settings
from compose2oam.rules.shapes import APPLICATION, OBJECTS, V1ALPHA2
from compose2oam.rules.written import Making, Manifest, Written, placed
from compose2oam.source.tree import locate

EMPTY = "C2O-007"
PLAIN_SECRETS = "C2O-008"
HINTS = "C2O-060"


@dataclass(frozen=True, slots=True)
class Translation:
    """What a conversion gives.

    Attributes:
        name: the name of the application.
        namespace: where it goes.
        written: the manifests.
        secrets: manifests of Secrets, which never travel inside.
        entries: the ledger: what became of each leaf of the input.
        diagnostics: what there is to say about it.
        origins: for each component, the place in the Compose model that it comes from.
    """

    name: str
    namespace: str
    written: Written
    secrets: tuple[Manifest, ...]
    entries: tuple[Entry, ...]
    diagnostics: tuple[Diagnostic, ...]
    origins: Mapping[str, Path]


def translate(project: Project, rulebook: Rulebook, settings: Settings) -> Translation:
    """Convert a project by the rules of a rulebook.

    Raises:
        ComposeError: for names that clash, an invalid ``x-oam``, or a project in which nothing runs.
        RuleError: for rules that contradict one another.
    """
    project, settings = extension.settle(by_service(project), settings)
    project, faults = lower(project)
    facts = gather(project, settings)
    ledger = Ledger(project)
    for fault in faults:
        ledger.note(fault.path, HINTS, fault.outcome, fault.say, fault.hint)
    workloads = join(mean(project, rulebook, settings, facts, ledger), project.section("services"), facts, ledger)
    carried = carry(project, workloads, rulebook, settings, facts, ledger)
    for item in carried.objects:
        # An object for a service as a whole says nothing of any one line of it.
        if len(item.path) > 2 or item.path[:1] != ("services",):
            ledger.made(item.path, item.target)
    groups = _groups(carried.objects)
    if not carried.drafts and not _has_more(project, rulebook):
        raise ComposeError.of([_nothing(project, ledger)])
    making = Making(project, rulebook, settings, facts, ledger, carried, groups)
    written = _WRITERS[rulebook.target.writes](making)
    _warn_of_secrets(facts, ledger)
    entries = ledger.close(rulebook.patterns)
    return Translation(
        facts.application,
        facts.namespace,
        written,
        tuple(placed(item.manifest, facts.namespace) for item in making.of_groups(rulebook.target.documents)),
        (*entries, *resolved(project, rulebook)),
        ledger.diagnostics(entries),
        {draft.name: ("services", workload.service) for workload, draft in carried.drafts},
    )


def _warn_of_secrets(facts: ProjectFacts, ledger: Ledger) -> None:
    """Say once how many variables look like secrets: an application, and each of its revisions, shows them."""
    count = len(facts.sensitive)
    if count:
        what = "one variable looks like a secret" if count == 1 else f"{count} variables look like secrets"
        say = f"{what}, and all who can read the application can read it; -v lists them"
        hint = "--secret-env auto moves them to a Secret; or give them as `secrets:` where the image can read files"
        ledger.note((), PLAIN_SECRETS, Outcome.TRANSLATED, say, hint, Severity.WARNING)


def _has_more(project: Project, rulebook: Rulebook) -> bool:
    """Whether ``x-oam`` adds components of its own, which only an application has a place for."""
    added = (project.tree.get(extension.KEY) or {}).get("components")
    return rulebook.target.writes == APPLICATION and bool(added)


def _nothing(project: Project, ledger: Ledger) -> Diagnostic:
    """Say why there is nothing to convert."""
    for found in ledger.diagnostics(()):
        if found.code == NOTHING_RUNS:
            return Diagnostic(found.code, Severity.ERROR, found.message, found.path, found.position, found.hint)
    profiles = sorted({name for tree in project.disabled.values() for name in tree.get("profiles") or ()})
    hint = f"enable a profile with --profile: {', '.join(profiles)}" if profiles else "write a service"
    position = locate(project.tree, ("services",))
    return Diagnostic(EMPTY, Severity.ERROR, "no service is enabled, so nothing can be converted", (), position, hint)


def _groups(objects: list[Object]) -> dict[str, list[Object]]:
    """Sort the objects out by group; an object that several places ask for is made once."""
    groups: dict[str, dict[tuple[str, str], Object]] = {}
    for item in objects:
        key = (item.manifest["kind"], item.manifest["metadata"]["name"])
        groups.setdefault(item.group, {}).setdefault(key, item)
    return {group: list(items.values()) for group, items in groups.items()}


# Each of these is for one sort of target alone.


def _write_objects(making: Making) -> Written:
    from compose2oam.rules.manifests import write_objects

    return write_objects(making)


def _write_configuration(making: Making) -> Written:
    from compose2oam.rules.configuration import write_configuration

    return write_configuration(making)


_WRITERS: dict[str, Callable[[Making], Written]] = {
    APPLICATION: write_application,
    OBJECTS: _write_objects,
    V1ALPHA2: _write_configuration,
}
