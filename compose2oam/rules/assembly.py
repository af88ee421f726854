"""An application of KubeVela, put together from its components and what stands beside them."""

from __future__ import annotations

import json
from collections.abc import Mapping

from compose2oam.model.dataclass import replace
from compose2oam.model.oam import Application, Component
from compose2oam.model.workload import Object
from compose2oam.rules import extension
from compose2oam.rules.environments import deliver, taken_along
from compose2oam.rules.models import served, servers
from compose2oam.rules.names import component_name
from compose2oam.rules.passing import passed_on
from compose2oam.rules.written import Making, Written, origin_notes, placed

# An application is one object of the cluster's store, kept again in each revision: larger texts travel beside it.
INLINE_BYTES = 500 * 1024

HASH = "compose2oam.io/hash"


def write_application(making: Making) -> Written:
    """Write an Application (``core.oam.dev/v1beta1``), and beside it what is too large to travel inside.

    Raises:
        ComposeError: if what ``x-oam`` adds clashes with what is there.
    """
    project, facts, ledger = making.project, making.facts, making.ledger
    drafts = making.carried.drafts
    for path, target in passed_on(project, {workload.service: draft.name for workload, draft in drafts}):
        ledger.made(path, target)
    for path, target in served(project):
        ledger.made(path, target)
    apart = _too_large(making.groups)
    components = [*_helpers(making, apart), *servers(project, facts.names), *_components(making)]
    secrets = list(making.of_groups(making.rulebook.target.documents))
    application = extension.apply_to_application(
        Application(
            facts.application,
            facts.namespace,
            annotations=origin_notes(making),
            components=tuple(components),
            policies=tuple(making.carried.policies.values()),
        ),
        project.tree.get(extension.KEY) or {},
        deliver(project, {w.service: (draft.name, draft.type) for w, draft in drafts}, making.settings, ledger),
        [item.manifest["metadata"]["name"] for item in secrets],
    )
    along = application.component(taken_along(application.name))
    if along is not None and along.type == "ref-objects":
        for item in secrets:
            ledger.made(item.path, ("components", along.name))
    objects = (placed(item.manifest, facts.namespace) for group in apart for item in making.groups[group])
    return Written(application, objects=tuple(objects))


def _too_large(groups: Mapping[str, list[Object]]) -> list[str]:
    configs = groups.get("configs", [])
    size = sum(len(json.dumps(item.manifest)) for item in configs)
    return ["configs"] if size > INLINE_BYTES else []


def _helpers(making: Making, apart: list[str]) -> list[Component]:
    made = []
    for group, helper in making.rulebook.target.helpers.items():
        if making.groups.get(group) and group not in apart:
            name = component_name(f"{making.facts.application}-{helper.suffix}")
            objects = [dict(item.manifest) for item in making.groups[group]]
            made.append(Component(name, helper.type, {"objects": objects}))
    return made


def _components(making: Making) -> list[Component]:
    services, target = making.project.section("services"), making.rulebook.target
    made = []
    for workload, draft in making.carried.drafts:
        given = services[workload.service].get(extension.KEY) or {}
        component = extension.apply_to_component(draft, given, target.traits)
        made.append(_hashed(component) if target.is_hashed(component.type) else component)
    return made


def _hashed(component: Component) -> Component:
    """Annotate the pods with a hash of their component: the one place where a runtime can see that it changed."""
    import hashlib

    text = json.dumps(component.to_dict(), sort_keys=True)
    annotations = dict(component.properties.get("annotations") or {})
    annotations[HASH] = hashlib.sha256(text.encode()).hexdigest()[:16]
    return replace(component, properties={**component.properties, "annotations": annotations})
