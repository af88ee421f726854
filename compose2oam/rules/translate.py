"""The middle of the compiler on one screen: a Compose project in, an application and the ledger out."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from compose2oam.diagnostics import Diagnostic, Severity
from compose2oam.errors import ComposeError
from compose2oam.model.compose import Project
from compose2oam.model.entry import Entry
from compose2oam.model.oam import Application, Component
from compose2oam.model.outcome import Outcome
from compose2oam.model.path import Path
from compose2oam.model.workload import Object
from compose2oam.rules import extension
from compose2oam.rules.carriers import Carried, carry
from compose2oam.rules.environments import deliver
from compose2oam.rules.facts import ProjectFacts, gather
from compose2oam.rules.joining import join
from compose2oam.rules.ledger import Ledger
from compose2oam.rules.lowering import lower
from compose2oam.rules.meanings import NOTHING_RUNS, mean
from compose2oam.rules.models import served, servers
from compose2oam.rules.names import component_name
from compose2oam.rules.passing import passed_on
from compose2oam.rules.resolved import resolved
from compose2oam.rules.rulebook import Rulebook
from compose2oam.rules.settings import Settings
from compose2oam.source.tree import locate

# An application is one object of the cluster's store, kept again in each revision: larger texts travel beside it.
INLINE_BYTES = 500 * 1024


EMPTY = "C2O-007"
PLAIN_SECRETS = "C2O-008"
HINTS = "C2O-060"
HASH = "compose2oam.io/hash"


@dataclass(frozen=True, slots=True)
class Translation:
    """What a conversion gives.

    Attributes:
        application: the application.
        objects: manifests that must be in the cluster before it: configuration too large to travel inside.
        secrets: manifests of Secrets, which never travel inside.
        entries: the ledger: what became of each leaf of the input.
        diagnostics: what there is to say about it.
        origins: for each component, the place in the Compose model that it comes from.
    """

    application: Application
    objects: tuple[Mapping[str, Any], ...]
    secrets: tuple[Mapping[str, Any], ...]
    entries: tuple[Entry, ...]
    diagnostics: tuple[Diagnostic, ...]
    origins: Mapping[str, Path]


def translate(project: Project, rulebook: Rulebook, settings: Settings) -> Translation:
    """Convert a project by the rules of a rulebook.

    Raises:
        ComposeError: for names that clash, an invalid ``x-oam``, or a project in which nothing runs.
        RuleError: for rules that contradict one another.
    """
    project, settings = extension.settle(project, settings)
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
    for path, target in passed_on(project, {workload.service: draft.name for workload, draft in carried.drafts}):
        ledger.made(path, target)
    for path, target in served(project):
        ledger.made(path, target)
    groups = _groups(carried.objects)
    apart = _too_large(groups)
    if not carried.drafts and not (project.tree.get(extension.KEY) or {}).get("components"):
        raise ComposeError.of([_nothing(project, ledger)])
    components = [
        *_helpers(groups, apart, facts, rulebook),
        *servers(project, facts.names),
        *_components(project, carried, rulebook),
    ]
    application = extension.apply_to_application(
        Application(
            facts.application,
            facts.namespace,
            annotations=_annotations(project, facts, carried),
            components=tuple(components),
            policies=tuple(carried.policies.values()),
        ),
        project.tree.get(extension.KEY) or {},
        deliver(project, {w.service: (draft.name, draft.type) for w, draft in carried.drafts}, settings, ledger),
        [item.manifest["metadata"]["name"] for name in rulebook.target.documents for item in groups.get(name, ())],
    )
    _warn_of_secrets(facts, ledger)
    entries = ledger.close(rulebook.patterns)
    return Translation(
        application,
        tuple(_placed(item, facts) for group in apart for item in groups[group]),
        tuple(_placed(item, facts) for group in rulebook.target.documents for item in groups.get(group, ())),
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


def _too_large(groups: dict[str, list[Object]]) -> list[str]:
    configs = groups.get("configs", [])
    size = sum(len(json.dumps(item.manifest)) for item in configs)
    return ["configs"] if size > INLINE_BYTES else []


def _helpers(
    groups: dict[str, list[Object]], apart: list[str], facts: ProjectFacts, rulebook: Rulebook
) -> list[Component]:
    made = []
    for group, helper in rulebook.target.helpers.items():
        if groups.get(group) and group not in apart:
            name = component_name(f"{facts.application}-{helper.suffix}")
            objects = [dict(item.manifest) for item in groups[group]]
            made.append(Component(name, helper.type, {"objects": objects}))
    return made


def _components(project: Project, carried: Carried, rulebook: Rulebook) -> list[Component]:
    services = project.section("services")
    made = []
    for workload, draft in carried.drafts:
        given = services[workload.service].get(extension.KEY) or {}
        component = extension.apply_to_component(draft, given, rulebook.target.traits)
        made.append(_hashed(component) if rulebook.target.is_hashed(component.type) else component)
    return made


def _hashed(component: Component) -> Component:
    """Annotate the pods with a hash of their component: the one place where a runtime can see that it changed."""
    text = json.dumps(component.to_dict(), sort_keys=True)
    annotations = dict(component.properties.get("annotations") or {})
    annotations[HASH] = hashlib.sha256(text.encode()).hexdigest()[:16]
    return replace(component, properties={**component.properties, "annotations": annotations})


def _placed(item: Object, facts: ProjectFacts) -> dict[str, Any]:
    manifest = dict(item.manifest)
    manifest["metadata"] = {**manifest["metadata"], "namespace": facts.namespace}
    return manifest


def _annotations(project: Project, facts: ProjectFacts, carried: Carried) -> dict[str, str]:
    """Say where the application comes from, for people and for commands that have no Compose file at hand."""
    files = [os.path.relpath(file, project.directory) if file != "-" else file for file in project.files]
    made = {"compose2oam.io/project": project.name, "compose2oam.io/files": ",".join(files)}
    if project.profiles:
        made["compose2oam.io/profiles"] = ",".join(sorted(project.profiles))
    renamed = {name: service for service, name in facts.names.items() if name != service}
    if renamed:
        made["compose2oam.io/services"] = json.dumps(renamed, sort_keys=True, separators=(",", ":"))
    pods = {guest.name: workload.name for workload, _ in carried.drafts for guest in workload.guests}
    if pods:
        made["compose2oam.io/pods"] = json.dumps(pods, sort_keys=True, separators=(",", ":"))
    return made
