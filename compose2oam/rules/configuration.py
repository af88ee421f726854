"""Components and an application configuration of the older runtime (``core.oam.dev/v1alpha2``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from compose2oam.model import versions
from compose2oam.model.outcome import Outcome
from compose2oam.model.path import Path
from compose2oam.model.v1alpha2 import (
    ApplicationConfiguration,
    ConfiguredComponent,
    HealthScope,
    OldComponent,
)
from compose2oam.model.workload import Object, Workload
from compose2oam.rules.carriers import Draft
from compose2oam.rules.extension import KEY
from compose2oam.rules.manifests import PLACELESS, finished, unsaid
from compose2oam.rules.names import object_name
from compose2oam.rules.registration import definitions_for
from compose2oam.rules.written import Making, Manifest, Written, labelled, origin_notes, placed
from compose2oam.source.tree import plain

# The field of an object that is there as soon as it is ready, or complete, and not before.
_READY = {
    "Deployment": "status.readyReplicas",
    "StatefulSet": "status.readyReplicas",
    "DaemonSet": "status.numberAvailable",
    "Job": "status.completionTime",
}
# What a HealthScope can tell the health of; anything else in it makes all of it unhealthy.
_WATCHED = ("Deployment", "StatefulSet", "DaemonSet", "ContainerizedWorkload")
_NAME = 63


def write_configuration(making: Making) -> Written:
    """Write a Component for each workload and for each object beside them, and the configuration that names them."""
    facts, target = making.facts, making.rulebook.target
    for path in unsaid(making, ("labels", "annotations", "health"), ("patch", "dependsOn")):
        say = "the older runtime has no place for it"
        making.ledger.note(path, PLACELESS, Outcome.DROPPED, say, "--target kubevela has one")
    manifests = {draft.name: finished(workload, draft, making) for workload, draft in making.carried.drafts}
    wrapped = dict(_wrapped(making.of_groups(target.wrapped), manifests))
    scope, members = _health(making)
    root = plain(making.project.tree.get(KEY) or {})
    configuration = ApplicationConfiguration(
        facts.application,
        facts.namespace,
        root.get("labels") or {},
        {**origin_notes(making), **(root.get("annotations") or {})},
        (*map(ConfiguredComponent, wrapped), *_configured(making, manifests, scope, members)),
    )
    for section in ("labels", "annotations"):
        for key in root.get(section) or ():
            making.ledger.made((KEY, section, key), ("metadata", section, key))
    objects = [item.manifest for item in making.of_groups(target.beside)]
    components = [OldComponent(name, facts.namespace, held) for name, held in {**wrapped, **manifests}.items()]
    held = [*wrapped.values(), *manifests.values()]
    traits = [trait for entry in configuration.components for trait in entry.traits]
    return Written(
        definitions=tuple(definitions_for(facts.application, held, traits, scoped=scope is not None)),
        objects=tuple(labelled(placed(manifest, facts.namespace), making) for manifest in objects),
        manifests=(
            *([labelled(scope.to_dict(), making)] if scope else ()),
            *(labelled(component.to_dict(), making) for component in components),
            configuration.to_dict(),
        ),
    )


def _wrapped(objects: Iterable[Object], taken: Mapping[str, Any]) -> Iterator[tuple[str, Manifest]]:
    """Yield the objects that are components, each with the name of its component."""
    names = set(taken)
    for item in objects:
        manifest = item.manifest
        base = f"{manifest['kind'].lower()}-{manifest['metadata']['name']}"
        name, number = object_name(base, _NAME), 2
        while name in names:
            name, number = object_name(f"{base}-{number}", _NAME), number + 1
        names.add(name)
        yield name, manifest


def _configured(
    making: Making, manifests: Mapping[str, Manifest], scope: HealthScope | None, members: Iterable[str]
) -> Iterator[ConfiguredComponent]:
    services = making.project.section("services")
    waits: dict[str, list[str]] = {}
    for workload, draft in making.carried.drafts:
        given = services[workload.service].get(KEY) or {}
        names = list(dict.fromkeys([*draft.depends_on, *(given.get("dependsOn") or ())]))
        waits[draft.name] = [name for name in names if _can_wait(name, manifests, workload, making)]
        if given.get("dependsOn"):
            making.ledger.made(("services", workload.service, KEY, "dependsOn"), _waiting(draft))
    awaited = {name for names in waits.values() for name in names}
    inside = set(members)
    for _, draft in making.carried.drafts:
        outputs = [_output(draft.name, manifests[draft.name])] if draft.name in awaited else []
        yield ConfiguredComponent(
            draft.name,
            data_inputs=tuple(_input(name) for name in waits[draft.name]),
            data_outputs=tuple(outputs),
            traits=tuple(_traits(draft, making.rulebook.target.traits)),
            scopes=(scope.reference,) if scope is not None and draft.name in inside else (),
        )


def _waiting(draft: Draft) -> Path:
    return ("components", draft.name, "dependsOn")


def _can_wait(name: str, manifests: Mapping[str, Manifest], workload: Workload, making: Making) -> bool:
    """Whether something can be waited for; where not, the ledger is told."""
    if name in manifests and manifests[name]["kind"] in _READY:
        return True
    say = f"nothing of `{name}` says when it is ready"
    if name not in manifests:
        say = f"`{name}` does not become a component, so nothing waits for it"
    names = {own: service for service, own in making.facts.names.items()}
    place: Path = ("services", workload.service)
    for path in ((*place, "depends_on", names.get(name, name)), (*place, KEY, "dependsOn")):
        making.ledger.note(path, PLACELESS, Outcome.DROPPED, say, "let it try again until the other is there")
    return False


def _output(name: str, manifest: Manifest) -> dict[str, Any]:
    return {"name": f"{name}-ready", "fieldPath": _READY[manifest["kind"]]}


def _input(name: str) -> dict[str, Any]:
    # Without a place to write to, the value is only waited for.
    return {"valueFrom": {"dataOutputName": f"{name}-ready"}, "toFieldPaths": []}


def _traits(draft: Draft, order: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """Yield the traits of a component: objects of their own, whose properties are their manifests."""
    places = {name: index for index, name in enumerate(order)}
    for kind in sorted(draft.traits, key=lambda name: places.get(name, len(places))):
        properties = draft.traits[kind]
        name = object_name(f"{draft.name}-{kind.removesuffix('Trait').lower()}", _NAME)
        yield {
            "apiVersion": properties.get("apiVersion", versions.V1ALPHA2),
            "kind": kind,
            "metadata": {"name": name, **properties.get("metadata", {})},
            "spec": properties.get("spec", {}),
        }


def _health(making: Making) -> tuple[HealthScope | None, list[str]]:
    """Return the scope that ``x-oam.health`` asks for, and the components in it."""
    root = making.project.tree.get(KEY) or {}
    if "health" not in root:
        return None, []
    given = plain(root["health"]) or {}
    name = object_name(f"{making.facts.application}-health", _NAME)
    scope = HealthScope(name, making.facts.namespace, given.get("timeout"), given.get("interval"))
    making.ledger.made((KEY, "health"), ("objects", "HealthScope", name))
    members = []
    drafts: dict[str, Draft] = {}
    for workload, draft in making.carried.drafts:
        drafts.update({member.service: draft for member in (workload, *workload.guests)})
    for index, service in enumerate(given.get("services") or drafts):
        found = drafts.get(service)
        if found is not None and found.merge["kind"] in _WATCHED:
            members.append(found.name)
        elif given.get("services"):
            say = f"a HealthScope cannot tell whether `{service}` is healthy"
            hint = "it knows what runs on, and no jobs"
            making.ledger.note((KEY, "health", "services", index), PLACELESS, Outcome.DROPPED, say, hint)
    return scope, members
