"""What a rule is: a meaning or a carrier, read strictly from one file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from compose2oam.diagnostics import Severity
from compose2oam.model.outcome import Outcome
from compose2oam.model.workload import FIELDS, MAP
from compose2oam.rules import strict
from compose2oam.rules.expressions import compile_condition
from compose2oam.rules.patterns import parse_pattern
from compose2oam.rules.templates import Template, compile_template
from compose2oam.source.position import Position
from compose2oam.source.tree import Map, mark_of

Condition = Callable[[Any], bool]

SCOPE_NAMES = ("service", "volume", "config", "secret", "network", "model", "project")

_COMMON = {
    "code": strict.TEXT,
    "title": strict.TEXT,
    "why": strict.TEXT,
    "replaces": strict.TEXT,
    "examples": strict.LIST,
}
MEANING_KEYS = {
    **_COMMON,
    "scope": strict.TEXT,
    "reads": strict.TEXTS,
    "always": strict.TRUTH,
    "when": strict.TEXT,
    "means": strict.MAPPING,
    "outcome": strict.TEXT,
    "say": strict.TEXT,
    "hint": strict.TEXT,
    "severity": strict.TEXT,
}
CARRIER_KEYS = {
    **_COMMON,
    "scope": strict.TEXT,
    "carries": strict.TEXTS,
    "ways": strict.LIST,
    "otherwise": strict.MAPPING,
}
WAY_KEYS = {
    "for": strict.TEXTS,
    "when": strict.TEXT,
    "properties": strict.MAPPING,
    "traits": strict.LIST,
    "patch": strict.MAPPING,
    "dependsOn": strict.ANY,
    "objects": strict.ANY,
    "policies": strict.LIST,
    "note": strict.MAPPING,
}
PATCH_KEYS = ("workload", "pod", "container", "operations")
_NOTE_KEYS = {"outcome": strict.TEXT, "say": strict.TEXT, "hint": strict.TEXT}
_TRAIT_KEYS = {"type": strict.TEXT, "properties": strict.ANY}
_POLICY_KEYS = {"name": strict.TEXT, "type": strict.TEXT, "properties": strict.ANY}


@dataclass(frozen=True, slots=True)
class Remark:
    """What a rule says about what it does, or does not do."""

    outcome: Outcome
    say: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Meaning:
    """Compose key to workload model; see ``mappings/README.md`` for the keys."""

    code: str
    title: str
    why: str
    scope: str
    reads: tuple[tuple[str, ...], ...]
    always: bool
    when: Condition | None
    means: tuple[tuple[tuple[str, ...], Template], ...]
    outcome: Outcome
    say: str
    hint: str
    severity: Severity | None
    group: str
    examples: tuple[Any, ...]
    source: Map
    position: Position
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Way:
    """One of the ways in which a carrier says a field to a target."""

    components: frozenset[str] | None
    when: Condition | None
    properties: Template | None = None
    traits: tuple[tuple[str, Template], ...] = ()
    patch: Mapping[str, Template] = field(default_factory=dict)
    depends_on: Template | None = None
    objects: Template | None = None
    policies: tuple[tuple[str, str, Template], ...] = ()
    note: Remark | None = None

    def fits(self, component: str, root: Any) -> bool:
        """Whether this way is open to a component of that type."""
        if self.components is not None and component not in self.components:
            return False
        return self.when is None or self.when(root)


@dataclass(frozen=True, slots=True)
class Carrier:
    """Workload model to target; see ``mappings/README.md`` for the keys."""

    code: str
    title: str
    why: str
    scope: str
    carries: tuple[str, ...]
    ways: tuple[Way, ...]
    otherwise: Remark
    group: str
    examples: tuple[Any, ...]
    source: Map
    position: Position


Rule = Meaning | Carrier


def compile_rule(node: Any, group: str, position: Position) -> Rule:
    """Make a rule of what a file holds; ``reads`` makes it a meaning, ``carries`` a carrier.

    Raises:
        RuleError: naming what is wrong in the file, and where.
    """
    if isinstance(node, Map) and "carries" in node:
        return _carrier(node, group, position)
    return _meaning(node, group, position)


def _meaning(node: Any, group: str, position: Position) -> Meaning:
    strict.read(node, MEANING_KEYS, ["code", "title", "why", "reads"], "a meaning", position)
    scope = _one_of(node, "scope", SCOPE_NAMES, "service")
    reads = tuple(parse_pattern(item, mark_of(node["reads"], index)) for index, item in enumerate(node["reads"]))
    means = tuple(
        (_place(place, mark_of(node["means"], place)), compile_template(value, mark_of(node["means"], place)))
        for place, value in node.get("means", {}).items()
    )
    outcome = _outcome(node, Outcome.TRANSLATED)
    if outcome.rank > Outcome.INFERRED.rank and "say" not in node:
        raise strict.fail("RULE-105", f"a meaning that ends as {outcome.value} needs `say`", mark_of(node, "outcome"))
    severity = Severity(_one_of(node, "severity", [s.value for s in Severity])) if "severity" in node else None
    if outcome.is_loss and severity is Severity.INFO:
        message = f"what is {outcome.value} cannot be a mere note: nothing is lost in silence"
        raise strict.fail("RULE-105", message, mark_of(node, "severity"))
    fields = tuple(dict.fromkeys(place[0] for place, _ in means))
    return Meaning(
        code=node["code"],
        title=node["title"],
        why=node["why"],
        scope=scope,
        reads=reads,
        always=bool(node.get("always")),
        when=compile_condition(node["when"], mark_of(node, "when")) if "when" in node else None,
        means=means,
        outcome=outcome,
        say=node.get("say", ""),
        hint=node.get("hint", ""),
        severity=severity,
        group=group,
        examples=tuple(node.get("examples", ())),
        source=node,
        position=position,
        fields=fields,
    )


def _carrier(node: Map, group: str, position: Position) -> Carrier:
    strict.read(node, CARRIER_KEYS, ["code", "title", "why", "carries", "ways"], "a carrier", position)
    for index, name in enumerate(node["carries"]):
        _place(name, mark_of(node["carries"], index))
    otherwise = Remark(Outcome.DROPPED, f"the target has no place for {', '.join(node['carries'])}")
    if "otherwise" in node:
        otherwise = _remark(node["otherwise"], mark_of(node, "otherwise"), Outcome.DROPPED)
    return Carrier(
        code=node["code"],
        title=node["title"],
        why=node["why"],
        scope=_one_of(node, "scope", ("workload", "application"), "workload"),
        carries=tuple(node["carries"]),
        ways=tuple(_way(way, mark_of(node["ways"], index)) for index, way in enumerate(node["ways"])),
        otherwise=otherwise,
        group=group,
        examples=tuple(node.get("examples", ())),
        source=node,
        position=position,
    )


def _way(node: Any, position: Position | None) -> Way:
    strict.read(node, WAY_KEYS, [], "a way", position)
    patch = node.get("patch", {})
    for key in patch:
        if key not in PATCH_KEYS:
            hint = strict.near(key, PATCH_KEYS) or f"allowed are: {', '.join(PATCH_KEYS)}"
            raise strict.fail("RULE-102", f"a patch has no key `{key}`", mark_of(patch, key), hint)
    traits = []
    for index, trait in enumerate(node.get("traits", ())):
        place = mark_of(node["traits"], index)
        strict.read(trait, _TRAIT_KEYS, ["type", "properties"], "a trait", place)
        traits.append((trait["type"], compile_template(trait["properties"], mark_of(trait, "properties"))))
    policies = []
    for index, policy in enumerate(node.get("policies", ())):
        place = mark_of(node["policies"], index)
        strict.read(policy, _POLICY_KEYS, ["name", "type", "properties"], "a policy", place)
        properties = compile_template(policy["properties"], mark_of(policy, "properties"))
        policies.append((policy["name"], policy["type"], properties))
    return Way(
        components=frozenset(node["for"]) if "for" in node else None,
        when=compile_condition(node["when"], mark_of(node, "when")) if "when" in node else None,
        properties=_template(node, "properties"),
        traits=tuple(traits),
        patch={key: compile_template(value, mark_of(patch, key)) for key, value in patch.items()},
        depends_on=_template(node, "dependsOn"),
        objects=_template(node, "objects"),
        policies=tuple(policies),
        note=_remark(node["note"], mark_of(node, "note"), Outcome.APPROXIMATED) if "note" in node else None,
    )


def _template(node: Map, key: str) -> Template | None:
    return compile_template(node[key], mark_of(node, key)) if key in node else None


def _remark(node: Any, position: Position | None, default: Outcome) -> Remark:
    strict.read(node, _NOTE_KEYS, ["say"], "a remark", position)
    return Remark(_outcome(node, default), node["say"], node.get("hint", ""))


def _outcome(node: Map, default: Outcome) -> Outcome:
    return Outcome(_one_of(node, "outcome", [outcome.value for outcome in Outcome], default.value))


def _one_of(node: Map, key: str, allowed: Any, default: str = "") -> str:
    value: str = node.get(key, default)
    if value not in allowed:
        hint = strict.near(value, allowed) or f"allowed are: {', '.join(allowed)}"
        raise strict.fail("RULE-106", f"`{key}` cannot be `{value}`", mark_of(node, key), hint)
    return value


def _place(text: str, position: Position | None) -> tuple[str, ...]:
    """Split the place in the workload model that a rule writes, and check that there is such a field."""
    place = tuple(text.split("."))
    if place[0] not in FIELDS:
        raise strict.fail(
            "RULE-107", f"the workload model has no field `{place[0]}`", position, strict.near(place[0], FIELDS)
        )
    if len(place) > 1 and FIELDS[place[0]].shape != MAP:
        raise strict.fail("RULE-107", f"`{place[0]}` of the workload model has no parts", position)
    return place
