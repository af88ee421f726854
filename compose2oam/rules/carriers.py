"""The second half of the engine: how a target says each field of the workload model."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any

from compose2oam.model.compose import Project
from compose2oam.model.dataclass import dataclass, field
from compose2oam.model.oam import Component, Policy, Trait
from compose2oam.model.outcome import Outcome
from compose2oam.model.path import Path, within
from compose2oam.model.workload import Object, Rendered, Workload, Workloads
from compose2oam.rules import strict
from compose2oam.rules.context import Context
from compose2oam.rules.contributions import Conflict, combine
from compose2oam.rules.facts import ProjectFacts
from compose2oam.rules.ledger import Ledger
from compose2oam.rules.meanings import object_of
from compose2oam.rules.rule import Carrier, Way
from compose2oam.rules.rulebook import Rulebook
from compose2oam.rules.settings import Settings
from compose2oam.rules.shapes import APPLICATION
from compose2oam.rules.target import Target
from compose2oam.rules.templates import Template
from compose2oam.rules.tracing import Trace, items, trace
from compose2oam.source.tree import plain

MERGE_PATCH = "json-merge-patch"
JSON_PATCH = "json-patch"
NO_CARRIER = "C2O-002"
# The field by which the target chooses the component type; its carrier is the target itself.
CHOSEN_BY = "controller"
_ALL = frozenset({"@"})


@dataclass(slots=True)
class Draft:
    """A component while carriers write to it.

    Attributes:
        name: its name.
        type: its type.
        template: where what it renders keeps its pod template.
        properties: its properties.
        traits: properties of its traits, by type.
        merge: a JSON merge patch of what it renders; the manifest itself, where the target writes manifests.
        operations: a JSON patch of what it renders, applied after ``merge``.
        depends_on: names of components.
        container: the first container of its manifest, ``None`` where the runtime renders it.
        called: its type in the application, where that is not the one that rules know it by.
    """

    name: str
    type: str
    template: tuple[str, ...]
    properties: dict[str, Any] = field(default_factory=dict)
    traits: dict[str, dict[str, Any]] = field(default_factory=dict)
    merge: dict[str, Any] = field(default_factory=dict)
    operations: list[dict[str, Any]] = field(default_factory=list)
    depends_on: list[str] = field(default_factory=list)
    container: dict[str, Any] | None = None
    called: str = ""

    @property
    def place(self) -> Path:
        """Where its patches go: to a trait of the component, or to the manifest."""
        if self.container is None:
            return ("components", self.name, "traits", MERGE_PATCH)
        return ("objects", self.merge.get("kind", self.type), self.merge.get("metadata", {}).get("name", self.name))

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
            self.called or self.type,
            self.properties,
            depends_on=tuple(dict.fromkeys(self.depends_on)),
            traits=tuple(Trait(name, traits[name]) for name in named),
        )


def begin(name: str, type_name: str, target: Target, root: Any, context: Context) -> Draft:
    """Return the component of a workload before any carrier wrote to it; of a manifest, as its type begins."""
    known = target.component(type_name)
    if known is None or known.manifest is None:
        return Draft(name, type_name, target.template_of(type_name), called=known.called if known else "")
    manifest = known.manifest(root, context)
    spec = manifest
    for key in (*known.template, "spec"):
        spec = spec.setdefault(key, {})
    container = spec.setdefault("containers", [{"name": name}])[0]
    return Draft(name, type_name, known.template, merge=manifest, container=container)


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
        host, *guests = (
            Context(
                project,
                settings,
                ledger,
                ("services", member.service),
                project.section("services")[member.service],
                {**facts.services[member.service], "project": facts},
            )
            for member in (workload, *workload.guests)
        )
        draft = runner.component(workload, host)
        if draft is None:
            continue
        for guest, context in zip(workload.guests, guests, strict=True):
            runner.guest(guest, draft, host, context)
        carried.drafts.append((workload, draft))
    runner.application(Context(project, settings, ledger, (), project.tree, {"project": facts}))
    return carried


class Runner:
    """Runs carriers; what they make of objects and policies collects in ``carried``."""

    def __init__(self, rulebook: Rulebook, ledger: Ledger) -> None:
        self.carried = Carried()
        self._rulebook = rulebook
        self._ledger = ledger
        self._of_workloads = [rule for rule in rulebook.carriers if rule.scope == "workload"]
        self._of_guests = [rule for rule in rulebook.carriers if rule.scope == "guest"]
        self._carriers: dict[tuple[object, ...], list[tuple[Carrier, list[str]]]] = {}
        self._of_application = [rule for rule in rulebook.carriers if rule.scope == "application"]
        self._known = {CHOSEN_BY, *(name for rule in self._of_workloads for name in rule.carries)}

    def component(self, workload: Workload, context: Context) -> Draft | None:
        """Return the component for a workload, ``None`` where the target has no place for what it is."""
        fields = dict(workload.fields)
        context.model = fields
        root = {**fields, "facts": context.facts, "settings": context.facts["project"].settings}
        extension = context.facts["extension"]
        target = self._rulebook.target
        if "component" in extension and target.writes == APPLICATION:
            return self._replaced(workload, extension["component"], context)
        if "image" not in fields and target.writes != APPLICATION:
            say = "the target has no place for a component of a runtime, and no image says what else runs"
            hint = "give the service an image, or convert with --target kubevela"
            for key in context.entity:
                self._ledger.note((*context.place, key), NO_CARRIER, Outcome.REFUSED, say, hint)
            return None
        type_name = str(extension.get("type") or "")
        if not type_name or (target.writes != APPLICATION and target.component(type_name) is None):
            type_name = target.component_for(root)
        context.facts["component"] = type_name
        draft = begin(workload.name, type_name, target, root, context)
        self._run(self._of_workloads, draft, root, context)
        chosen = ("components", draft.name, "type") if draft.container is None else (*draft.place, "kind")
        self._ledger.carried(context.place, CHOSEN_BY, chosen)
        self._without_carrier(fields, self._known, context)
        return draft

    def guest(self, guest: Workload, draft: Draft, host: Context, context: Context) -> None:
        """Write a further container of a pod to the component of its host."""
        context.model = dict(guest.fields)
        context.facts["component"] = draft.type
        root = {**context.model, "facts": context.facts, "settings": context.facts["project"].settings}
        self._run(self._of_guests, draft, root, context)
        self._without_carrier(guest.fields, {name for rule in self._of_guests for name in rule.carries}, context)
        for name in guest.joined:
            self._ledger.follow(context.place, name, host.place)

    def _run(self, rules: list[Carrier], draft: Draft, root: dict[str, Any], context: Context) -> None:
        # Most workloads have the same type and fields, and those have the same carriers.
        shape = (id(rules), draft.type, *context.model)
        if shape not in self._carriers:
            found = ((rule, [name for name in rule.carries if name in context.model]) for rule in rules)
            self._carriers[shape] = [
                (rule, names)
                for rule, names in found
                if not all(self._is_left_to_another(rule, name, draft.type) for name in names)
            ]
        for rule, names in self._carriers[shape]:
            context.code = rule.code
            self.of_workload(rule, names, draft, root, context)

    def _without_carrier(self, fields: Iterable[str], known: Collection[str], context: Context) -> None:
        for name in fields:
            if name not in known:
                say = f"the target has no carrier for `{name}`"
                self._ledger.lost(context.place, name, NO_CARRIER, Outcome.DROPPED, say)

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
        settings = context.facts["project"].settings
        root = {"objects": manifests, "components": types, "facts": context.facts, "settings": settings}
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
        way = _open_way(rule, draft, root)
        if way is None:
            for name in names:
                if not self._is_left_to_another(rule, name, draft.type):
                    remark = rule.otherwise_of(draft.type, name)
                    self._ledger.lost(context.place, name, rule.code, remark.outcome, remark.say, remark.hint)
            return
        try:
            traces = _write(way, draft, root, context)
        except strict.MISFITS as error:
            raise strict.misfit(rule.code, rule.position, error) from error
        except Conflict as conflict:
            place = ".".join(conflict.path)
            message = f"{rule.code} gives `{place}` of `{draft.name}` a second value"
            other = self._writer_of(conflict.path, rule, draft, root, context)
            hint = f"{other.code} ({other.position.file}) gives it one before; let one leave it out" if other else ""
            raise strict.fail("RULE-125", message, rule.position, hint) from None
        if way.objects is not None or way.policies:
            traces += self._beside(way, root, context)
        ledger, entity = self._ledger, context.place
        if way.note is not None:
            for name in names:
                ledger.lost(entity, name, rule.code, way.note.outcome, way.note.say, way.note.hint)
        for target, uses, origin in traces:
            if origin is None:
                for name in names:
                    if name in uses or "@" in uses:
                        ledger.carried(entity, name, target)
            elif origin:
                ledger.made(within(entity, origin), target)

    def _is_left_to_another(self, rule: Carrier, name: str, component: str) -> bool:
        """Whether another carrier has a way for a field in components of that type."""
        if rule.is_for(component):
            return False
        return any(
            other.is_for(component) for other in self._of_workloads if other is not rule and name in other.carries
        )

    def _writer_of(
        self, path: tuple[str, ...], rule: Carrier, draft: Draft, root: Any, context: Context
    ) -> Carrier | None:
        """Find which carrier before ``rule`` wrote a place of a component, by running them once more."""
        for other in self._of_workloads[: self._of_workloads.index(rule)]:
            way = _open_way(other, draft, root)
            if way is not None and any(name in root for name in other.carries):
                alone = Draft(draft.name, draft.type, draft.template, container=None if draft.container is None else {})
                _write(way, alone, root, context)
                parts = (alone.properties, alone.merge, alone.container, *alone.traits.values())
                if any(_reaches(part, path) for part in parts):
                    return other
        return None

    def _beside(self, way: Way, root: Any, context: Context) -> list[Trace]:
        traces: list[Trace] = []
        if way.objects is not None:
            for item in way.objects(root, context) or ():
                made = object_of(item, within(context.place, getattr(item, "path", ())), self._rulebook)
                self.carried.objects.append(made)
                traces.append(Trace(made.target, way.objects.uses))
        for name, kind, properties in way.policies:
            known = self.carried.policies.setdefault(name, Policy(name, kind, {}))
            combine(known.properties, properties(root, context) or {})
            traces.append(Trace(("policies", name), _ALL))
        return traces


def _open_way(rule: Carrier, draft: Draft, root: Any) -> Way | None:
    for way in rule.ways:
        if way.fits(draft.type, root):
            return way
    return None


def _reaches(node: Any, path: tuple[str, ...]) -> bool:
    for key in path:
        if not isinstance(node, dict) or key not in node:
            return False
        node = node[key]
    return True


def _write(way: Way, draft: Draft, root: Any, context: Context) -> list[Trace]:
    """Write what a way says to the draft, and return what went where."""
    here: Path = ("components", draft.name)
    traces: list[Trace] = []
    if way.properties is not None:
        made = way.properties(root, context) or {}
        traces += trace(made, way.properties, (*here, "properties"), draft.properties)
        combine(draft.properties, made)
    for kind, properties in way.traits:
        made = properties(root, context)
        if made:
            present = draft.traits.setdefault(kind, {})
            traces += trace(made, properties, (*here, "traits", kind), present)
            combine(present, made)
    if way.depends_on is not None:
        names = way.depends_on(root, context) or ()
        draft.depends_on.extend([names] if isinstance(names, str) else names)
        traces.append(Trace((*here, "dependsOn"), way.depends_on.uses))
    for kind, template in way.patch.items():
        made = template(root, context)
        if made:
            traces += _PATCHES[kind](draft, made, template)
    return traces


def _patch_workload(draft: Draft, made: dict[str, Any], template: Template, below: Path = ()) -> list[Trace]:
    patch = made
    for key in reversed(below):
        patch = {str(key): patch}
    present = None if draft.container is None else _at(draft.merge, below)
    traces = trace(made, template, (*draft.place, *below), present)
    combine(draft.merge, patch)
    return traces


def _at(node: Any, path: Path) -> Any:
    for key in path:
        node = node.get(key) if isinstance(node, dict) else None
    return node


def _patch_template(draft: Draft, made: dict[str, Any], template: Template) -> list[Trace]:
    return _patch_workload(draft, made, template, draft.template)


def _patch_pod(draft: Draft, made: dict[str, Any], template: Template) -> list[Trace]:
    return _patch_workload(draft, made, template, (*draft.template, "spec"))


def _patch_container(draft: Draft, made: dict[str, Any], template: Template) -> list[Trace]:
    if draft.container is not None:
        target = (*draft.place, *draft.template, "spec", "containers", 0)
        found = trace(made, template, target, draft.container)
        combine(draft.container, made)
        return found
    traces: list[Trace] = []
    for key, value in made.items():
        uses = template.parts[key].uses if key in template.parts else template.uses
        traces += _operation(draft, {"op": "add", "path": f"containers/0/{key}", "value": value}, uses)
    return traces


def _patch_operations(draft: Draft, made: list[dict[str, Any]], template: Template) -> list[Trace]:
    return [found for item in made for found in _operation(draft, item, template.uses)]


def _operation(draft: Draft, item: dict[str, Any], uses: frozenset[str]) -> list[Trace]:
    """Add one operation of a JSON patch, whose path is below the pod's spec."""
    target = ("components", draft.name, "traits", JSON_PATCH, "operations", len(draft.operations))
    path = f"/{'/'.join(draft.template)}/spec/{item['path']}"
    draft.operations.append({**item, "path": path})
    traces = items(item, target, uses)
    # A container tells for each of its entries where it comes from, which says more than one word for all.
    return traces if isinstance(item.get("value"), Rendered) else [Trace(target, uses), *traces]


_PATCHES: dict[str, Callable[[Draft, Any, Template], list[Trace]]] = {
    "workload": _patch_workload,
    "template": _patch_template,
    "pod": _patch_pod,
    "container": _patch_container,
    "operations": _patch_operations,
}
