"""``x-oam``: what a user says of OAM in the Compose file itself. Its keys are ours, so a misspelt one is an error."""

from __future__ import annotations

import re
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
from compose2oam.rules.pods import misplaced
from compose2oam.rules.settings import CHOICES, TRUTH, Choice, Settings, faults_of, is_domain, is_quantity, key_of
from compose2oam.source.position import Position
from compose2oam.source.tree import Map, locate, mark_of, plain

KEY = "x-oam"

# What x-oam takes, by the scope it stands in, and the shape of each key.
KEYS: dict[str, dict[str, str]] = {
    "project": {
        "name": strict.TEXT,
        "namespace": strict.TEXT,
        "defaults": strict.MAPPING,
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
    "volume": {
        "size": strict.TEXT,
        "storageClass": strict.TEXT,
        "accessModes": strict.TEXTS,
        "retain": strict.TRUTH,
        "prepopulate": strict.TRUTH,
    },
    "config": {"key": strict.TEXT, "name": strict.TEXT},
    "secret": {"key": strict.TEXT, "name": strict.TEXT},
    "network": {"policy": strict.TEXT},
    "model": {"endpoint": strict.TEXT, "component": strict.MAPPING},
}
# The mappings and lists of x-oam that have keys of their own.
PARTS: dict[str, dict[str, str]] = {
    "defaults": {key_of(name): strict.TRUTH if item.kind == TRUTH else strict.TEXT for name, item in CHOICES.items()},
    "component": {"type": strict.TEXT, "properties": strict.MAPPING},
    "traits": {"type": strict.TEXT, "properties": strict.MAPPING, "disable": strict.TRUTH},
    "patch": {"merge": strict.MAPPING, "json": strict.LIST},
    "hpa": {"min": strict.ANY, "max": strict.ANY, "cpu": strict.ANY, "memory": strict.ANY},
    "gateway": {
        "domain": strict.TEXT,
        "paths": strict.MAPPING,
        "class": strict.TEXT,
        "tlsSecret": strict.TEXT,
        "annotations": strict.MAPPING,
    },
    "inputs": {"from": strict.TEXT, "parameterKey": strict.TEXT},
    "outputs": {"name": strict.TEXT, "valueFrom": strict.TEXT},
}
_NEEDED = {"component": "type", "traits": "type", "inputs": "from", "outputs": "name"}
# What a key takes, where it does not take any text; by the scope or the part that it stands in.
_CHOICES = {
    "defaults": {key_of(name): choice for name, choice in CHOICES.items()},
    "service": {"expose": CHOICES["expose"]},
}
_KEY = re.compile(r"[-._a-zA-Z0-9]{1,253}\Z")
_ACCESS_MODES = ("ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod")
_FORMS: dict[tuple[str, str], tuple[Callable[[str], Any], str]] = {
    ("volume", "size"): (is_quantity, "write an amount such as 10Gi"),
    ("volume", "storageClass"): (is_domain, "lower-case letters, digits, `-` and `.`"),
    ("config", "name"): (is_domain, "lower-case letters, digits, `-` and `.`"),
    ("secret", "name"): (is_domain, "lower-case letters, digits, `-` and `.`"),
    ("config", "key"): (_KEY.match, "letters, digits, `-`, `_` and `.`"),
    ("secret", "key"): (_KEY.match, "letters, digits, `-`, `_` and `.`"),
    ("model", "endpoint"): (re.compile(r"https?://[^\s/]+").match, "write an address such as http://inference:8000/v1"),
    ("gateway", "domain"): (lambda name: is_domain(name.removeprefix("*.")), "write a name such as shop.example.com"),
    ("gateway", "class"): (is_domain, "lower-case letters, digits, `-` and `.`"),
    ("gateway", "tlsSecret"): (is_domain, "lower-case letters, digits, `-` and `.`"),
    ("network", "policy"): (("isolate", "open").__contains__, "allowed are: isolate, open"),
}
# What goes into the application as it stands must have the shape that it has there.
_PASSED_ON: dict[str, Callable[[Any], object]] = {
    "components": Component.from_dict,
    "policies": Policy.from_dict,
    "workflow": Workflow.from_dict,
}


def settle(project: Project, settings: Settings) -> Settings:
    """Check every ``x-oam`` of a project, and return the settings that hold for it.

    Args:
        project: the project.
        settings: what the caller chose; it goes before ``x-oam.defaults``.

    Raises:
        ComposeError: with every fault, its place and the nearest right name.
    """
    faults: list[Diagnostic] = []
    for place, scope, entity in entities(project):
        if KEY in entity:
            faults.extend(_faults(entity[KEY], scope, (*place, KEY), f"`x-oam` of a {scope}", entity))
        given = entity.get(KEY)
        if scope == "model" and isinstance(given, Map) and "component" in given and "endpoint" not in given:
            say = "a model with a component needs an `endpoint`: nothing else says at which port it is served"
            faults.append(_fault(say, (*place, KEY), mark_of(entity, KEY)))
    faults.extend(misplaced(project))
    if faults:
        raise ComposeError.of(faults)
    chosen = settings.over((project.tree.get(KEY) or {}).get("defaults") or {})
    if not chosen.domain:
        faults.extend(_without_domain(project, chosen))
    if faults:
        raise ComposeError.of(faults)
    return chosen


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
        yield _fault("a route from outside needs a domain", path, locate(project.tree, path), hint)
    if settings.expose == "ingress":
        position = locate(project.tree, (KEY, "defaults", "expose"))
        yield _fault("a route from outside needs a domain", (), position, hint)


def _fault(say: str, path: Path, position: Position | None, hint: str = "") -> Diagnostic:
    return Diagnostic("C2O-003", Severity.ERROR, say, path, position, hint)


def _faults(node: Any, table: str, path: Path, what: str, parent: Any) -> Iterator[Diagnostic]:
    shapes = KEYS[table] if table in KEYS else PARTS[table]
    # Key by key, so that all faults are told at once.
    singles = (
        {key: Map({key: node[key]}, node.mark, node.marks) for key in node} if isinstance(node, Map) else {"": node}
    )
    faulty = set()
    for key, single in singles.items():
        try:
            strict.read(single, shapes, (), what, mark_of(parent, path[-1]))
        except RuleError as error:
            faulty.add(key)
            for found in error.diagnostics:
                yield _fault(found.message, path, found.position, found.hint)
    for key, value in node.items() if isinstance(node, Map) else ():
        if key in faulty:
            continue
        for say, hint in _refusals(table, key, value):
            yield _fault(f"`{key}` of x-oam {say}", (*path, key), mark_of(node, key), hint)
        parts = enumerate(value) if isinstance(value, list) else [(None, value)]
        for index, part in parts:
            where = (*path, key) if index is None else (*path, key, index)
            if key in _PASSED_ON:
                yield from _misshapen(key, part, where, node if index is None else value)
            if key not in PARTS:
                continue
            yield from _faults(part, key, where, f"`{key}` of x-oam", node if index is None else value)
            needed = _NEEDED.get(key)
            if needed and isinstance(part, Map) and needed not in part:
                position = locate(node, (key, *where[len(path) + 1 :]))
                yield _fault(f"`{key}` of x-oam needs a `{needed}`", where, position)


def _refusals(table: str, key: str, value: Any) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the value of a key: the predicate of a sentence, and a hint."""
    choice: Choice | None = _CHOICES.get(table, {}).get(key)
    if choice is not None:
        yield from faults_of(choice, value)
    takes, hint = _FORMS.get((table, key), (None, ""))
    if takes is not None and not takes(value):
        yield f"cannot be `{value}`", hint
    if key == "hpa" and not value:
        yield "says nothing", "write max, and cpu or memory in percent of what the service requests"
    for path, port in value.items() if (table, key) == ("gateway", "paths") else ():
        if not path.startswith("/") or type(port) is not int or not 0 < port < 65536:
            yield f"cannot have `{path}: {port}`", "write a path that begins with `/`, and the port of the container"
    for mode in value if key == "accessModes" else ():
        if mode not in _ACCESS_MODES:
            allowed = strict.near(mode, _ACCESS_MODES) or f"allowed are: {', '.join(_ACCESS_MODES)}"
            yield f"cannot have `{mode}`", allowed


def _misshapen(key: str, part: Any, where: Path, parent: Any) -> Iterator[Diagnostic]:
    """Find what would not fit into the application."""
    try:
        _PASSED_ON[key](part)
    except InputError as error:
        say = f"`{key}` of x-oam: {error.message}"
        yield _fault(say, where, mark_of(parent, where[-1]))


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
        # A policy without a name is one of its own.
        policies[policy.name or f"#{len(policies)}"] = policy
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
