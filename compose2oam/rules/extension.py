"""``x-oam``: what a user says of OAM in the Compose file itself. Its keys are ours, so a misspelt one is an error."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from compose2oam.diagnostics import Diagnostic, Severity
from compose2oam.errors import ComposeError, InputError, RuleError
from compose2oam.model.compose import Project
from compose2oam.model.oam import Application, Component, Policy, Workflow
from compose2oam.model.path import Path
from compose2oam.rules import strict
from compose2oam.rules.carriers import Draft
from compose2oam.rules.contributions import override
from compose2oam.rules.ledger import entities
from compose2oam.source.tree import Map, locate, mark_of, plain

KEY = "x-oam"

# What x-oam takes, by the scope it stands in, and the shape of each key.
KEYS: dict[str, dict[str, str]] = {
    "project": {
        "name": strict.TEXT,
        "namespace": strict.TEXT,
        "labels": strict.MAPPING,
        "annotations": strict.MAPPING,
        "components": strict.LIST,
        "policies": strict.LIST,
        "workflow": strict.MAPPING,
    },
    "service": {
        "name": strict.TEXT,
        "type": strict.TEXT,
        "component": strict.MAPPING,
        "properties": strict.MAPPING,
        "traits": strict.LIST,
        "patch": strict.MAPPING,
        "dependsOn": strict.LIST,
        "inputs": strict.LIST,
        "outputs": strict.LIST,
        "hpa": strict.MAPPING,
        "gateway": strict.MAPPING,
        "expose": strict.TEXT,
        "liveness": strict.TRUTH,
        "schedule": strict.TEXT,
        "serviceAccount": strict.TEXT,
        "imagePullSecrets": strict.LIST,
    },
    "volume": {"size": strict.TEXT, "storageClass": strict.TEXT, "accessModes": strict.LIST},
    "config": {"key": strict.TEXT, "name": strict.TEXT},
    "secret": {"key": strict.TEXT, "name": strict.TEXT},
    "network": {},
    "model": {},
}
# The mappings and lists of x-oam that have keys of their own.
PARTS: dict[str, dict[str, str]] = {
    "component": {"type": strict.TEXT, "properties": strict.MAPPING},
    "traits": {"type": strict.TEXT, "properties": strict.MAPPING, "disable": strict.TRUTH},
    "patch": {"merge": strict.MAPPING, "json": strict.LIST},
    "hpa": {"min": strict.ANY, "max": strict.ANY, "cpu": strict.ANY, "memory": strict.ANY},
    "gateway": {"domain": strict.TEXT, "paths": strict.MAPPING, "class": strict.TEXT, "tlsSecret": strict.TEXT},
    "inputs": {"from": strict.TEXT, "parameterKey": strict.TEXT},
    "outputs": {"name": strict.TEXT, "valueFrom": strict.TEXT},
}
_NEEDED = {"component": "type", "traits": "type", "inputs": "from", "outputs": "name"}
# The words that a key takes, where it does not take any text.
_WORDS = {"expose": ("internal", "loadbalancer", "nodeport")}
# What goes into the application as it stands must have the shape that it has there.
_PASSED_ON: dict[str, Callable[[Any], object]] = {
    "components": Component.from_dict,
    "policies": Policy.from_dict,
    "workflow": Workflow.from_dict,
}


def validate(project: Project) -> None:
    """Check every ``x-oam`` of a project.

    Raises:
        ComposeError: with every fault, its place and the nearest right name.
    """
    faults: list[Diagnostic] = []
    for place, scope, entity in entities(project):
        if KEY in entity:
            faults.extend(_faults(entity[KEY], KEYS[scope], (*place, KEY), f"`x-oam` of a {scope}", entity))
    if faults:
        raise ComposeError.of(faults)


def _faults(node: Any, shapes: dict[str, str], path: Path, what: str, parent: Any) -> Iterator[Diagnostic]:
    try:
        strict.read(node, shapes, (), what, mark_of(parent, path[-1]))
    except RuleError as error:
        for found in error.diagnostics:
            yield Diagnostic("C2O-003", Severity.ERROR, found.message, path, found.position, found.hint)
        return
    for key, value in node.items():
        if key in _WORDS and value not in _WORDS[key]:
            say = f"`{key}` of x-oam cannot be `{value}`"
            hint = strict.near(value, _WORDS[key]) or f"allowed are: {', '.join(_WORDS[key])}"
            yield Diagnostic("C2O-003", Severity.ERROR, say, (*path, key), mark_of(node, key), hint)
        parts = enumerate(value) if isinstance(value, list) else [(None, value)]
        for index, part in parts:
            where = (*path, key) if index is None else (*path, key, index)
            if key in _PASSED_ON:
                yield from _misshapen(key, part, where, node if index is None else value)
            if key not in PARTS:
                continue
            yield from _faults(part, PARTS[key], where, f"`{key}` of x-oam", node if index is None else value)
            needed = _NEEDED.get(key)
            if needed and isinstance(part, Map) and needed not in part:
                say = f"`{key}` of x-oam needs a `{needed}`"
                yield Diagnostic("C2O-003", Severity.ERROR, say, where, locate(node, (key, *where[len(path) + 1 :])))


def _misshapen(key: str, part: Any, where: Path, parent: Any) -> Iterator[Diagnostic]:
    """Find what would not fit into the application."""
    try:
        _PASSED_ON[key](part)
    except InputError as error:
        say = f"`{key}` of x-oam: {error.message}"
        yield Diagnostic("C2O-003", Severity.ERROR, say, where, mark_of(parent, where[-1]))


def apply_to_component(draft: Draft, extension: Any, order: tuple[str, ...]) -> Component:
    """Lay a service's ``x-oam`` over its translation: properties, then traits, then patches."""
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
        depends_on=tuple(dict.fromkeys(made.depends_on)),
        inputs=tuple(given.get("inputs", ())),
        outputs=tuple(given.get("outputs", ())),
        traits=tuple(trait for trait in made.traits if trait.type not in disabled),
    )


def apply_to_application(application: Application, extension: Any) -> Application:
    """Add what the root ``x-oam`` says of the application: labels, components, policies, the workflow."""
    given = plain(extension)
    labels, annotations = dict(application.labels), dict(application.annotations)
    override(labels, given.get("labels", {}))
    override(annotations, given.get("annotations", {}))
    policies = {policy.name: policy for policy in application.policies}
    for item in given.get("policies", ()):
        policy = Policy.from_dict(item)
        policies[policy.name] = policy
    components = (*application.components, *(Component.from_dict(item) for item in given.get("components", ())))
    workflow = Workflow.from_dict(given["workflow"]) if given.get("workflow") else application.workflow
    return Application(
        application.name,
        application.namespace,
        labels,
        annotations,
        components,
        tuple(policies.values()),
        workflow,
    )
