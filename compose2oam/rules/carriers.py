"""The second half of the engine: how a target says each field of the workload model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from compose2oam.model.compose import Project
from compose2oam.model.oam import Component, Policy, Trait
from compose2oam.model.path import Path
from compose2oam.model.workload import Object, Workload, Workloads
from compose2oam.rules import strict
from compose2oam.rules.context import Context
from compose2oam.rules.contributions import Conflict, combine
from compose2oam.rules.facts import ProjectFacts
from compose2oam.rules.ledger import Ledger
from compose2oam.rules.outcome import Outcome
from compose2oam.rules.rule import Carrier, Way
from compose2oam.rules.rulebook import Rulebook
from compose2oam.rules.settings import Settings
from compose2oam.source.tree import plain

MERGE_PATCH = "json-merge-patch"
JSON_PATCH = "json-patch"
NO_CARRIER = "C2O-002"
# The field by which the target chooses the component type; its carrier is the target itself.
CHOSEN_BY = "controller"


@dataclass(slots=True)
class Draft:
    """A component while carriers write to it.

    Attributes:
        name: its name.
        type: its type.
        template: where what it renders keeps its pod template.
        properties: its properties.
        traits: properties of its traits, by type.
        merge: a JSON merge patch of what it renders.
        operations: a JSON patch of what it renders, applied after ``merge``.
        depends_on: names of components.
    """

    name: str
    type: str
    template: tuple[str, ...]
    properties: dict[str, Any] = field(default_factory=dict)
    traits: dict[str, dict[str, Any]] = field(default_factory=dict)
    merge: dict[str, Any] = field(default_factory=dict)
    operations: list[dict[str, Any]] = field(default_factory=list)
    depends_on: list[str] = field(default_factory=list)

    def finish(self, order: tuple[str, ...]) -> Component:
        """Return the component, its traits in the order of the target."""
        traits = dict(self.traits)
        if self.merge:
            combine(traits.setdefault(MERGE_PATCH, {}), self.merge)
        if self.operations:
            combine(traits.setdefault(JSON_PATCH, {}), {"operations": self.operations})
        places = {name: index for index, name in enumerate(order)}
        named = sorted(traits, key=lambda name: places.get(name, len(places)))
        return Component(
            self.name,
            self.type,
            self.properties,
            depends_on=tuple(dict.fromkeys(self.depends_on)),
            traits=tuple(Trait(name, traits[name]) for name in named),
        )


@dataclass(slots=True)
class Carried:
    """What the carriers made of a project, before it is put together."""

    drafts: list[tuple[Workload, Draft]] = field(default_factory=list)
    objects: list[Object] = field(default_factory=list)
    policies: dict[str, Policy] = field(default_factory=dict)


def carry(
    project: Project, workloads: Workloads, rulebook: Rulebook, settings: Settings, facts: ProjectFacts, ledger: Ledger
) -> Carried:
    """Run the carriers over every workload, then those of the application as a whole.

    Raises:
        RuleError: if two carriers give one place two values.
    """
    runner = Runner(rulebook, ledger)
    carried = runner.carried
    carried.objects.extend(workloads.objects)
    for workload in workloads.workloads:
        place: Path = ("services", workload.service)
        entity = project.section("services")[workload.service]
        context = Context(
            project, settings, ledger, place, entity, {**facts.services[workload.service], "project": facts}
        )
        carried.drafts.append((workload, runner.component(workload, context)))
    runner.application(Context(project, settings, ledger, (), project.tree, {"project": facts}))
    return carried


class Runner:
    """Runs carriers; what they make of objects and policies collects in ``carried``."""

    def __init__(self, rulebook: Rulebook, ledger: Ledger) -> None:
        self.carried = Carried()
        self._rulebook = rulebook
        self._ledger = ledger
        self._of_workloads = [rule for rule in rulebook.carriers if rule.scope == "workload"]
        self._of_application = [rule for rule in rulebook.carriers if rule.scope == "application"]
        self._known = {CHOSEN_BY, *(name for rule in self._of_workloads for name in rule.carries)}

    def component(self, workload: Workload, context: Context) -> Draft:
        """Return the component for a workload."""
        fields = dict(workload.fields)
        context.model = fields
        root = {**fields, "facts": context.facts}
        extension = context.facts["extension"]
        if "component" in extension:
            return self._replaced(workload, extension["component"], context)
        type_name = str(extension.get("type") or self._rulebook.target.component_for(root))
        context.facts["component"] = type_name
        draft = Draft(workload.name, type_name, self._rulebook.target.template_of(type_name))
        for rule in self._of_workloads:
            names = [name for name in rule.carries if name in fields]
            if names:
                context.code = rule.code
                self.of_workload(rule, names, draft, root, context)
        self._ledger.carried(context.place, CHOSEN_BY, f"components[{draft.name}].type")
        for name in fields:
            if name not in self._known:
                say = f"the target has no carrier for `{name}`"
                self._ledger.lost(context.place, name, NO_CARRIER, Outcome.DROPPED, say)
        return draft

    def _replaced(self, workload: Workload, component: Any, context: Context) -> Draft:
        """Return the component that ``x-oam.component`` puts in the place of the translation."""
        say = "`x-oam.component` stands in the place of the translation"
        for name in workload.fields:
            self._ledger.lost(context.place, name, NO_CARRIER, Outcome.NOT_NEEDED, say)
        type_name = component["type"]
        template = self._rulebook.target.template_of(type_name)
        return Draft(workload.name, type_name, template, plain(component.get("properties") or {}))

    def application(self, context: Context) -> None:
        """Run the carriers that look at the application as a whole."""
        manifests = [dict(item.manifest) for item in self.carried.objects]
        types = sorted({draft.type for _, draft in self.carried.drafts})
        root = {"objects": manifests, "components": types, "facts": context.facts}
        for rule in self._of_application:
            context.code = rule.code
            self.of_application(rule, root, context)

    def of_application(self, rule: Carrier, root: Any, context: Context) -> None:
        """Run one carrier over the application as a whole: every way that is open to it."""
        for way in rule.ways:
            if way.fits("", root):
                self._beside(way, root, context)

    def of_workload(self, rule: Carrier, names: list[str], draft: Draft, root: Any, context: Context) -> None:
        """Run one carrier over a workload: the first way that is open to it.

        Raises:
            RuleError: if it gives a place of the component a second value.
        """
        way = next((way for way in rule.ways if way.fits(draft.type, root)), None)
        if way is None:
            for name in names:
                remark = rule.otherwise
                self._ledger.lost(context.place, name, rule.code, remark.outcome, remark.say, remark.hint)
            return
        try:
            targets = _write(way, draft, root, context)
        except Conflict as conflict:
            message = f"{rule.code} gives `{'.'.join(conflict.path)}` of `{draft.name}` a second value"
            raise strict.fail("RULE-125", message, rule.position) from None
        targets += self._beside(way, root, context)
        for name in names:
            if way.note is not None:
                self._ledger.lost(context.place, name, rule.code, way.note.outcome, way.note.say, way.note.hint)
            for target in targets:
                self._ledger.carried(context.place, name, target)

    def _beside(self, way: Way, root: Any, context: Context) -> list[str]:
        targets: list[str] = []
        for item in (way.objects(root, context) if way.objects else None) or ():
            self.carried.objects.append(Object(item["group"], item["manifest"], context.place))
            targets.append(f"objects[{item['manifest']['kind']} {item['manifest']['metadata']['name']}]")
        for name, kind, properties in way.policies:
            made = properties(root, context) or {}
            known = self.carried.policies.setdefault(name, Policy(name, kind, {}))
            combine(known.properties, made)
            targets.append(f"policies[{name}]")
        return targets


def _write(way: Way, draft: Draft, root: Any, context: Context) -> list[str]:
    """Write what a way says to the draft, and return the places in the application."""
    here = f"components[{draft.name}]"
    targets: list[str] = []
    if way.properties is not None:
        made = way.properties(root, context) or {}
        combine(draft.properties, made)
        targets.extend(f"{here}.properties.{key}" for key in made)
    for kind, properties in way.traits:
        made = properties(root, context)
        if made:
            combine(draft.traits.setdefault(kind, {}), made)
            targets.append(f"{here}.traits[{kind}]")
    if way.depends_on is not None:
        draft.depends_on.extend(way.depends_on(root, context) or ())
        targets.append(f"{here}.dependsOn")
    for kind, template in way.patch.items():
        made = template(root, context)
        if made:
            _PATCHES[kind](draft, made)
            targets.append(f"{here}.traits[{JSON_PATCH if kind in ('container', 'operations') else MERGE_PATCH}]")
    return targets


def _patch_workload(draft: Draft, made: dict[str, Any]) -> None:
    combine(draft.merge, made)


def _patch_pod(draft: Draft, made: dict[str, Any]) -> None:
    patch: dict[str, Any] = {"spec": made}
    for key in reversed(draft.template):
        patch = {key: patch}
    combine(draft.merge, patch)


def _patch_container(draft: Draft, made: dict[str, Any]) -> None:
    base = "/" + "/".join(draft.template) + "/spec/containers/0/"
    draft.operations.extend({"op": "add", "path": base + key, "value": value} for key, value in made.items())


def _patch_operations(draft: Draft, made: list[dict[str, Any]]) -> None:
    base = "/" + "/".join(draft.template) + "/spec/"
    draft.operations.extend({**item, "path": base + item["path"]} for item in made)


_PATCHES: dict[str, Callable[[Draft, Any], None]] = {
    "workload": _patch_workload,
    "pod": _patch_pod,
    "container": _patch_container,
    "operations": _patch_operations,
}
