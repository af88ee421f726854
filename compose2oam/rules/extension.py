"""``x-oam``: what a user says of OAM in the Compose file itself. Its keys are ours, so a misspelt one is an error."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from compose2oam.diagnostics import Diagnostic
from compose2oam.errors import ComposeError
from compose2oam.model.compose import Project
from compose2oam.model.dataclass import replace
from compose2oam.model.oam import Application, Component, Policy, Workflow
from compose2oam.model.path import Path
from compose2oam.rules.carriers import Draft
from compose2oam.rules.contributions import override
from compose2oam.rules.environments import Delivery, unknown, with_secrets
from compose2oam.rules.faults import fault
from compose2oam.rules.ledger import entities
from compose2oam.rules.pods import misplaced
from compose2oam.rules.settings import Settings
from compose2oam.source.tree import locate, plain

KEY = "x-oam"


def settle(project: Project, settings: Settings) -> tuple[Project, Settings]:
    """Check every ``x-oam`` of a project, and return the project and the settings that hold for it.

    Args:
        project: the project.
        settings: what the caller chose; it goes before ``x-oam.defaults``.

    Returns:
        the project, in which numbers and truths that variables gave as texts are what they stand for; the settings.

    Raises:
        ComposeError: with every fault, its place and the nearest right name.
    """
    faults: list[Diagnostic] = []
    casts: list[tuple[Path, Any]] = []
    for place, scope, entity in entities(project):
        if KEY in entity:
            from compose2oam.rules.extension_check import Check

            check = Check((*place, KEY)).scope(entity[KEY], scope, entity)
            faults.extend(check.faults)
            casts.extend(check.casts)
    faults.extend(misplaced(project))
    if not faults:
        faults.extend(unknown(project, settings))
    if faults:
        raise ComposeError.of(faults)
    if casts:
        from compose2oam.rules.extension_check import with_values

        project = replace(project, tree=with_values(project.tree, casts))
    chosen = settings.over((project.tree.get(KEY) or {}).get("defaults") or {})
    if not chosen.domain:
        faults.extend(_without_domain(project, chosen))
    if faults:
        raise ComposeError.of(faults)
    return project, chosen


def _without_domain(project: Project, settings: Settings) -> Iterator[Diagnostic]:
    """Find what asks for a route from outside and says nothing of it, not even under which name."""
    hint = "--domain names one for all, and so does `x-oam: {defaults: {domain: ...}}`"
    for service, tree in project.section("services").items():
        given = tree.get(KEY) or {}
        gateway = given.get("gateway")
        if gateway == {}:
            path: Path = ("services", service, KEY, "gateway")
        elif gateway is None and given.get("expose") == "ingress":
            path = ("services", service, KEY, "expose")
        else:
            continue
        yield fault("a route from outside needs a domain", path, locate(project.tree, path), hint)
    if settings.expose == "ingress":
        position = locate(project.tree, (KEY, "defaults", "expose"))
        yield fault("a route from outside needs a domain", (), position, hint)


def apply_to_component(draft: Draft, extension: Any, order: tuple[str, ...]) -> Component:
    """Lay a service's ``x-oam`` over its translation: properties, then traits, then patches."""
    if not extension:
        return draft.finish(order)
    given = plain(extension)
    override(draft.properties, given.get("properties", {}))
    disabled = []
    for trait in given.get("traits", ()):
        if trait.get("disable"):
            disabled.append(trait["type"])
        else:
            override(draft.traits.setdefault(trait["type"], {}), trait.get("properties", {}))
    patch = given.get("patch", {})
    override(draft.merge, patch.get("merge", {}))
    draft.operations.extend(patch.get("json", ()))
    draft.depends_on.extend(given.get("dependsOn", ()))
    made = draft.finish(order)
    return Component(
        made.name,
        made.type,
        made.properties,
        depends_on=made.depends_on,
        inputs=tuple(given.get("inputs", ())),
        outputs=tuple(given.get("outputs", ())),
        scopes=given.get("scopes", {}),
        traits=tuple(trait for trait in made.traits if trait.type not in disabled),
    )


def apply_to_application(
    application: Application, extension: Any, delivered: Delivery, secrets: Collection[str] = ()
) -> Application:
    """Add what the root ``x-oam`` says of the application: labels, components, policies, the workflow.

    Args:
        application: the application.
        extension: the root ``x-oam``.
        delivered: where it goes, and what is otherwise there.
        secrets: names of the Secrets that stand beside it.

    Raises:
        ComposeError: if an environment, or an override, has the name of a policy that is there for something else.
    """
    given = plain(extension)
    if secrets and delivered.leaves(application.namespace):
        application = with_secrets(application, secrets)
    labels, annotations = dict(application.labels), dict(application.annotations)
    override(labels, given.get("labels", {}))
    override(annotations, given.get("annotations", {}))
    taken = {policy.name for policy in application.policies}
    said = {item.get("name") for item in given.get("policies", ())}
    clashes = [policy.name for policy in delivered.policies if policy.name in taken or policy.name in said]
    if clashes:
        position = locate(extension, ())
        raise ComposeError.of(
            fault(f"there is another policy of the name `{name}`", (KEY,), position, "choose another name")
            for name in clashes
        )
    application = application.with_policies(*delivered.policies, *map(Policy.from_dict, given.get("policies", ())))
    components = (*application.components, *(Component.from_dict(item) for item in given.get("components", ())))
    workflow = Workflow(delivered.steps) if delivered.steps else application.workflow
    return replace(
        application,
        labels=labels,
        annotations=annotations,
        components=components,
        workflow=Workflow.from_dict(given["workflow"]) if given.get("workflow") else workflow,
    )
