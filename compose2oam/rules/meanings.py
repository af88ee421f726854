"""The first half of the engine: what a Compose project means, as workloads and objects in Kubernetes' terms."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from compose2oam.model.compose import Project
from compose2oam.model.outcome import Outcome
from compose2oam.model.path import Path, render
from compose2oam.model.workload import FIELDS, LIST, VALUE, Object, Workload, Workloads
from compose2oam.rules import strict
from compose2oam.rules.alike import REVIEW, Heard, Made, Step
from compose2oam.rules.context import Context
from compose2oam.rules.contributions import Conflict, combine, own
from compose2oam.rules.facts import ProjectFacts
from compose2oam.rules.ledger import Ledger, entities
from compose2oam.rules.rule import Meaning
from compose2oam.rules.rulebook import Rulebook
from compose2oam.rules.settings import Settings
from compose2oam.source.position import Position
from compose2oam.source.tree import Map, mark_of

NOTHING_RUNS = "C2O-006"


def mean(project: Project, rulebook: Rulebook, settings: Settings, facts: ProjectFacts, ledger: Ledger) -> Workloads:
    """Run the meanings over every part of a project.

    Raises:
        RuleError: if two rules give one place two values.
    """
    objects: list[Object] = []
    workloads: list[Workload] = []
    common = {
        "project": facts,
        "application": facts.application,
        "namespace": facts.namespace,
        "isolating": bool(facts.networks),
    }
    started: dict[tuple[object, ...], list[Step]] = {}
    steps: dict[str, Step] = {}
    for number, (place, scope, entity) in enumerate(entities(project), start=1):
        known = {**facts.services[str(place[1])], "project": facts} if scope == "service" else common
        # Many services have the same keys, and those start the same rules.
        shape = rulebook.starters[scope].shape(entity, known)
        if (scope, shape) not in started:
            rules = rulebook.starters[scope].for_shape(shape)
            started[scope, shape] = [steps.get(rule.code) or steps.setdefault(rule.code, Step(rule)) for rule in rules]
        context = Context(project, settings, ledger, place, entity, known)
        writers = run(started[scope, shape], context)
        objects.extend(_objects(context.model.pop("objects", []), place, rulebook))
        if scope == "service" and not known["runs"]:
            ledger.note(place, NOTHING_RUNS, Outcome.REFUSED, "nothing says what this service runs", "name an image")
        elif scope == "service":
            names = {name: tuple(codes) for name, codes in writers.items()}
            workloads.append(Workload(facts.names[str(place[1])], str(place[1]), context.model, names))
        if number % REVIEW == 0:
            for step in steps.values():
                step.review()
    return Workloads(facts.application, facts.namespace, tuple(workloads), tuple(objects))


def run(steps: list[Step], context: Context) -> dict[str, list[str]]:
    """Run the meanings of one scope over one entity; their fields end in ``context.model``.

    Returns:
        for each field, the codes of the rules that wrote it.
    """
    settings = context.facts["project"].settings
    root: dict[str, Any] = {**context.entity, "facts": context.facts, "settings": settings, "model": context.model}
    heard = Heard(context)
    writers: dict[str, list[str]] = {}
    ran: list[Meaning] = []
    # One frame for all rules: to enter and leave one for each takes longer than most of them.
    try:
        for step in steps:
            rule = step.rule
            key = None if step.key_of is None else step.key_of(heard)
            if rule.when is not None:
                holds = step.holds.get(key)
                if holds is None:
                    holds = rule.when(root)
                    if key is not None:
                        step.holds[key] = holds
                        step.news += 1
                if not holds:
                    continue
            ran.append(rule)
            if rule.means:
                context.code = rule.code
                _apply(step, key, root, context, writers)
                for place in step.fields:
                    heard.pop(place, None)
    except strict.MISFITS as error:
        raise strict.misfit(step.rule.code, step.rule.position, error) from error
    context.ledger.ran(context.place, ran)
    return writers


def _apply(step: Step, key: Hashable, root: dict[str, Any], context: Context, writers: dict[str, list[str]]) -> None:
    rule, model = step.rule, context.model
    taken = [place for place, _ in rule.means if place[0] in model and _is_taken(model, place)] if rule.yields else ()
    made = None if step.made is None or taken else step.made.get(key)
    if made is not None:
        for place, value in made.written:
            _write(model, place, own(value) if type(value) is list else value, rule, writers)
        for said in made.said:
            context.note(*said)
        return
    if step.made is not None and not taken:
        made = step.made[key] = Made([], [])
        context.said = made.said
        step.news += rule.when is None
    for place, template in rule.means:
        if place in taken:
            continue
        value = template.run(root, context)
        if value is not None:
            _write(model, place, value, rule, writers)
            if made is not None:
                made.written.append((place, own(value)))
    context.said = None
    if taken and len(taken) == len(rule.means) and any(_is_there(context.entity, steps) for steps in rule.reads):
        others = ", ".join(sorted({code for field, *_ in taken for code in writers.get(field, ())}))
        context.note(Outcome.NOT_NEEDED, f"{others} decides it")


def _is_there(entity: Any, steps: tuple[str, ...]) -> bool:
    """Whether an entity has something that a rule reads."""
    for step in steps:
        if not isinstance(entity, dict):
            break
        if step not in entity:
            return step in ("*", "**")
        entity = entity[step]
    return entity is not None


def _is_taken(model: dict[str, Any], place: tuple[str, ...]) -> bool:
    """Whether a rule has written a place already that takes one value."""
    node: Any = model
    for key in place:
        node = node.get(key) if isinstance(node, dict) else None
    return node is not None and (len(place) > 1 or FIELDS[place[0]].shape == VALUE)


def _write(
    model: dict[str, Any], place: tuple[str, ...], value: Any, rule: Meaning, writers: dict[str, list[str]]
) -> None:
    field = place[0]
    if FIELDS[field].shape == LIST:
        model.setdefault(field, []).extend(value if isinstance(value, list) else [value])
    elif len(place) == 1 and field not in model:
        model[field] = own(value)
    else:
        _merge(model, place, value, rule, writers)
    writers.setdefault(field, []).append(rule.code)


def _merge(
    model: dict[str, Any], place: tuple[str, ...], value: Any, rule: Meaning, writers: dict[str, list[str]]
) -> None:
    addition: Any = value
    for key in reversed(place[1:]):
        addition = {key: addition}
    try:
        combine(model, {place[0]: addition})
    except Conflict as conflict:
        others = ", ".join(code for code in writers.get(place[0], ()) if code != rule.code)
        message = f"{rule.code} gives `{'.'.join(conflict.path)}` another value than {others}"
        raise strict.fail("RULE-125", message, mark_of(rule.source, "means")) from None


def _objects(made: list[Any], place: Path, rulebook: Rulebook) -> list[Object]:
    return [object_of(item, getattr(item, "path", None) or place, rulebook) for item in made]


def object_of(item: Any, path: Path, rulebook: Rulebook) -> Object:
    """Make an object of what a rule wrote.

    Raises:
        RuleError: if it has not the shape of one, or no group that the target knows.
    """
    position = Position(f"the rules for {render(path)}", 1, 1)
    shapes = {"group": strict.TEXT, "manifest": strict.MAPPING}
    strict.read(Map(item) if isinstance(item, dict) else item, shapes, shapes, "an object", position)
    groups = rulebook.target.groups
    if item["group"] not in groups:
        hint = strict.near(item["group"], groups) or f"known are: {', '.join(groups)}"
        raise strict.fail("RULE-127", f"the target has no place for objects of `{item['group']}`", position, hint)
    named = item["manifest"].get("metadata")
    if not item["manifest"].get("kind") or not isinstance(named, dict) or not named.get("name"):
        raise strict.fail("RULE-127", "an object needs a kind and a metadata.name", position)
    return Object(item["group"], item["manifest"], path)
