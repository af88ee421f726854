"""What a rule is: a meaning or a carrier, read strictly from one file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from compose2oam.diagnostics import Severity
from compose2oam.model.dataclass import dataclass, field, replace
from compose2oam.model.outcome import Outcome
from compose2oam.model.regex import regex
from compose2oam.model.workload import FIELDS, MAP
from compose2oam.rules import strict
from compose2oam.rules.expressions import asked_by, compile_condition, needs_of
from compose2oam.rules.necessary import Asked, Needs
from compose2oam.rules.patterns import parse_pattern
from compose2oam.rules.shapes import CARRIER, CODE_PATTERN, MEANING, PATCH, POLICY, REMARK, SCOPE_NAMES, TRAIT, WAY
from compose2oam.rules.templates import Template, compile_template
from compose2oam.source.position import Position
from compose2oam.source.tree import Map, mark_of

Condition = Callable[[Any], bool]

_CODE = regex(CODE_PATTERN)
_OUTCOMES = tuple(outcome.value for outcome in Outcome)
_SEVERITIES = tuple(severity.value for severity in Severity)


@dataclass(frozen=True, slots=True)
class Remark:
    """What a rule says about what it does, or does not do."""

    outcome: Outcome
    say: str
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
    yields: bool
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
    needs: Needs = ()
    asks: Asked | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """One of the ways in which a carrier says a field to a target.

    Attributes:
        components: the component types that it names, ``None`` for any.
        closed: types that it must name to be open to them.
    """

    components: frozenset[str] | None
    when: Condition | None
    properties: Template | None = None
    traits: tuple[tuple[str, Template], ...] = ()
    patch: Mapping[str, Template] = field(default_factory=dict)
    depends_on: Template | None = None
    objects: Template | None = None
    policies: tuple[tuple[str, str, Template], ...] = ()
    note: Remark | None = None
    closed: frozenset[str] = frozenset()

    @property
    def says_order_only(self) -> bool:
        """Whether it says what a component waits for, and nothing of what the component renders."""
        rest = (self.properties, self.traits, self.patch, self.objects, self.policies, self.note)
        return self.depends_on is not None and not any(rest)

    def is_for(self, component: str) -> bool:
        """Whether this way is for components of that type."""
        return component not in self.closed if self.components is None else component in self.components

    def fits(self, component: str, root: Any) -> bool:
        """Whether this way is open to a component of that type."""
        return self.is_for(component) and (self.when is None or self.when(root))

    def overlaps(self, other: Way) -> bool:
        """Whether there can be a component that both are for."""
        if self.components is None or other.components is None:
            named = self.components or other.components
            return named is None or bool(named - self.closed - other.closed)
        return not self.components.isdisjoint(other.components)


@dataclass(frozen=True, slots=True)
class Carrier:
    """Workload model to target; see ``mappings/README.md`` for the keys.

    Attributes:
        named: the component types that its ways name.
        unnamed: whether it has a way that names none.
        orders: whether such a way says order only, so that no type is closed to it.
        closed: types that its ways must name to be open to them.
    """

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
    named: frozenset[str]
    unnamed: bool
    orders: bool
    closed: frozenset[str] = frozenset()

    def is_for(self, component: str) -> bool:
        """Whether it has a way for components of that type."""
        return component in self.named or self.orders or (self.unnamed and component not in self.closed)

    def closed_to(self, types: frozenset[str]) -> Carrier:
        """Return it with its ways closed to types that they do not name; any component can depend on others."""
        return replace(self, ways=closed(self.ways, types), closed=types)

    def otherwise_of(self, component: str, name: str) -> Remark:
        """Return what is said of a field where no way is open to a component of that type."""
        if self.ways and component in self.closed and not self.is_for(component):
            return Remark(Outcome.DROPPED, f"`{component}` has no place for `{name}`")
        return self.otherwise


Rule = Meaning | Carrier


def compile_rule(node: Any, group: str, position: Position) -> Rule:
    """Make a rule of what a file holds; ``reads`` makes it a meaning, ``carries`` a carrier.

    Raises:
        RuleError: naming what is wrong in the file, and where.
    """
    if isinstance(node, Map) and "carries" in node:
        return _carrier(node, group, position)
    return _meaning(node, group, position)


def late_parts(node: Map) -> dict[str, Any]:
    """Return those attributes of a rule that are needed only where it has a part: what it does, and its source.

    Args:
        node: what a file holds, of which all else was checked.

    Raises:
        RuleError: naming what is wrong in it, and where.
    """
    parts = {"examples": tuple(node.get("examples", ())), "source": node}
    if "carries" in node:
        return parts | {
            "ways": tuple(_way(way, mark_of(node["ways"], index)) for index, way in enumerate(node["ways"])),
            "otherwise": _remark(node["otherwise"], Outcome.DROPPED)
            if "otherwise" in node
            else Remark(Outcome.DROPPED, f"the target has no place for {', '.join(node['carries'])}"),
        }
    return parts | {
        "when": compile_condition(node["when"], mark_of(node, "when")) if "when" in node else None,
        "asks": asked_by(node["when"]) if "when" in node else frozenset(),
        "means": tuple(
            (_place(place, mark_of(node["means"], place)), compile_template(value, mark_of(node["means"], place)))
            for place, value in node.get("means", {}).items()
        ),
        "outcome": _outcome(node, Outcome.TRANSLATED),
        "say": node.get("say", ""),
        "hint": node.get("hint", ""),
        "severity": Severity(_one_of(node, "severity", _SEVERITIES)) if "severity" in node else None,
    }


def closed(ways: tuple[Way, ...], types: frozenset[str]) -> tuple[Way, ...]:
    """Return ways closed to the types that they do not name, but for those that say order only."""
    return tuple(way if way.says_order_only else replace(way, closed=types) for way in ways)


def _meaning(node: Any, group: str, position: Position) -> Meaning:
    MEANING.read(node, position)
    _check_code(node)
    late = late_parts(node)
    outcome: Outcome = late["outcome"]
    if outcome.rank > Outcome.INFERRED.rank and "say" not in node:
        raise strict.fail("RULE-105", f"a meaning that ends as {outcome.value} needs `say`", mark_of(node, "outcome"))
    if outcome.is_loss and late["severity"] is Severity.INFO:
        message = f"what is {outcome.value} cannot be a mere note: nothing is lost in silence"
        raise strict.fail("RULE-105", message, mark_of(node, "severity"))
    return Meaning(
        code=node["code"],
        title=node["title"],
        why=node["why"],
        scope=_one_of(node, "scope", SCOPE_NAMES, "service"),
        reads=tuple(parse_pattern(item, mark_of(node["reads"], index)) for index, item in enumerate(node["reads"])),
        always=bool(node.get("always")),
        yields=bool(node.get("yields")),
        group=group,
        position=position,
        fields=tuple(dict.fromkeys(place[0] for place, _ in late["means"])),
        needs=needs_of(node["when"]) if "when" in node else (),
        **late,
    )


def _carrier(node: Map, group: str, position: Position) -> Carrier:
    CARRIER.read(node, position)
    _check_code(node)
    for index, name in enumerate(node["carries"]):
        place = mark_of(node["carries"], index)
        if len(_place(name, place)) > 1:
            raise strict.fail("RULE-107", f"a carrier carries whole fields, not `{name}`", place)
    late = late_parts(node)
    ways: tuple[Way, ...] = late["ways"]
    unnamed = [way for way in ways if way.components is None]
    return Carrier(
        code=node["code"],
        title=node["title"],
        why=node["why"],
        scope=_one_of(node, "scope", ("workload", "guest", "application"), "workload"),
        carries=tuple(node["carries"]),
        group=group,
        position=position,
        named=frozenset(name for way in ways for name in way.components or ()),
        unnamed=bool(unnamed),
        orders=any(way.says_order_only for way in unnamed),
        **late,
    )


def _way(node: Any, position: Position | None) -> Way:
    WAY.read(node, position)
    patch = PATCH.read(node["patch"], node["patch"].mark) if "patch" in node else {}
    traits = []
    for index, trait in enumerate(node.get("traits", ())):
        place = mark_of(node["traits"], index)
        TRAIT.read(trait, place)
        traits.append((trait["type"], compile_template(trait["properties"], mark_of(trait, "properties"))))
    policies = []
    for index, policy in enumerate(node.get("policies", ())):
        place = mark_of(node["policies"], index)
        POLICY.read(policy, place)
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
        note=_remark(node["note"], Outcome.APPROXIMATED) if "note" in node else None,
    )


def _check_code(node: Map) -> None:
    for key in ("code", "replaces"):
        if key in node and not _CODE.match(node[key]):
            message = f"`{node[key]}` is not a code"
            raise strict.fail("RULE-108", message, mark_of(node, key), "write letters, a dash and a number: C2O-901")


def _template(node: Map, key: str) -> Template | None:
    return compile_template(node[key], mark_of(node, key)) if key in node else None


def _remark(node: Map, default: Outcome) -> Remark:
    REMARK.read(node, node.mark)
    return Remark(_outcome(node, default), node["say"], node.get("hint", ""))


def _outcome(node: Map, default: Outcome) -> Outcome:
    return Outcome(_one_of(node, "outcome", _OUTCOMES, default.value))


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
