"""The rulebook: all rules for one target, read from ``mappings/`` and from the folders of a user."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from compose2oam.diagnostics import Diagnostic
from compose2oam.errors import RuleError
from compose2oam.model.dataclass import dataclass, replace
from compose2oam.model.workload import FIELDS, LIST, MAP
from compose2oam.rules import stored, strict
from compose2oam.rules.layers import MEANINGS, OVERLAY_FILE, Layer, builtin_mappings, layers_of
from compose2oam.rules.necessary import FACTS, Place
from compose2oam.rules.patterns import Patterns
from compose2oam.rules.rule import Carrier, Meaning, Rule, compile_rule
from compose2oam.rules.shapes import APPLICATION, OBJECTS, OVERLAY, SCOPE_NAMES, V1ALPHA2
from compose2oam.rules.stored import Parts
from compose2oam.rules.target import Target, TargetFile, find_target
from compose2oam.source.files import exists, is_link
from compose2oam.source.tree import mark_of

__all__ = ["Rulebook", "Starters", "builtin_mappings", "load_rulebook"]


class Starters:
    """The meanings of one scope by what they read and what their conditions need: others cost nothing."""

    def __init__(self, rules: tuple[Meaning, ...]) -> None:
        self._rules = rules
        self._always: set[int] = set()
        self._by_key: dict[str, set[int]] = {}
        for index, rule in enumerate(rules):
            first = {steps[0] for steps in rule.reads}
            if rule.always or any("*" in step for step in first):
                self._always.add(index)
            for step in first:
                self._by_key.setdefault(step, set()).add(index)
        needed = {place for rule in rules for group in rule.needs for place in group}
        self._looked_into = tuple(sorted({place[0] for place in needed if len(place) == 2}))

    def shape(self, entity: Mapping[str, Any], facts: Mapping[str, Any]) -> tuple[Place, ...]:
        """Return the places at which an entity has something, as far as rules ask; many services have the same."""
        found: list[Place] = [(key,) for key in entity]
        for key in self._looked_into:
            below = entity.get(key)
            if isinstance(below, dict):
                found += [(key, name) for name in below]
        for fact in FACTS:
            found += [("facts", fact, name) for name in facts.get(fact, ())]
        return tuple(found)

    def for_shape(self, shape: Iterable[Place]) -> list[Meaning]:
        """Return the meanings that something of a shape starts, in order."""
        places = frozenset(shape)
        started = set(self._always)
        for place in places:
            if len(place) == 1:
                started |= self._by_key.get(place[0], _NONE)
        rules = [self._rules[index] for index in sorted(started)]
        return [rule for rule in rules if not any(map(places.isdisjoint, rule.needs))]


_NONE: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All that is needed to convert to one target.

    Attributes:
        target: what the runtime is like.
        meanings: by scope, in the order in which they run.
        carriers: in the order in which they run.
        patterns: by scope, which rules read a place.
        starters: by scope, which rules a key starts.
        paths: by code, the file of a rule; a message names it as a user would.
    """

    target: Target
    meanings: dict[str, tuple[Meaning, ...]]
    carriers: tuple[Carrier, ...]
    patterns: dict[str, Patterns]
    starters: dict[str, Starters]
    paths: dict[str, str]

    def rules(self) -> Iterator[Rule]:
        """Yield every rule: meanings by scope, then carriers."""
        for scope in SCOPE_NAMES:
            yield from self.meanings.get(scope, ())
        yield from self.carriers


def load_rulebook(target: str = "kubevela", overlays: Iterable[str | os.PathLike[str]] = ()) -> Rulebook:
    """Read the rules for a target, the built-in ones first and then each overlay in order.

    Args:
        target: the name of a folder with a ``target.yaml``.
        overlays: folders of rules laid out like ``mappings/``, or the names under which installed packages offer such
            folders (entry points of the group ``compose2oam.mappings``).

    Raises:
        UsageError: if an overlay is neither, or there is no such target.
        RuleError: with every rule that is invalid, or if two rules write the same place.
    """
    layers = layers_of(overlays)
    key = stored.key_of(target, layers)
    parts = stored.recall(key, layers)
    if parts is None or any(any(_misplaced(layer, layers, parts.target)) for layer in layers):
        files, parts = _read(target, layers)
        stored.store(key, layers, files, parts)
    return _bound(parts)


def _read(target: str, layers: Sequence[Layer]) -> tuple[list[TargetFile], Parts]:
    """Read and check the rules for a target; return the files that the target is made of, and what came of all."""
    found, files = find_target(target, layers)
    rules: dict[str, Rule] = {}
    paths: dict[str, str] = {}
    faults: list[Diagnostic] = []
    for layer in layers:
        for error in (*_misplaced(layer, layers, found), *_lay_over(rules, paths, layer, files)):
            faults.extend(error.diagnostics)
    if faults:
        raise RuleError.of(faults)
    meanings: list[Meaning] = _in_order(_of_type(rules, Meaning), found.meanings)
    carriers: list[Carrier] = _in_order(_of_type(rules, Carrier), found.carriers)
    for scope in SCOPE_NAMES:
        _refuse_two_writers([rule for rule in meanings if rule.scope == scope])
    _refuse_two_carriers([_kept_out(rule, found) for rule in carriers])
    for rule in carriers:
        _refuse_ways_without_place(rule, found)
    standing: list[Rule] = [*meanings, *carriers]
    return files, Parts(found, standing, {rule.code: paths[rule.code] for rule in standing})


def _bound(parts: Parts) -> Rulebook:
    """Make a rulebook of rules that were checked."""
    meanings = [rule for rule in parts.rules if isinstance(rule, Meaning)]
    by_scope = {scope: tuple(rule for rule in meanings if rule.scope == scope) for scope in SCOPE_NAMES}
    carriers = tuple(_kept_out(rule, parts.target) for rule in parts.rules if isinstance(rule, Carrier))
    patterns = {
        scope: Patterns((rule.code, steps) for rule in scoped for steps in rule.reads)
        for scope, scoped in by_scope.items()
    }
    starters = {scope: Starters(scoped) for scope, scoped in by_scope.items()}
    return Rulebook(parts.target, by_scope, carriers, patterns, starters, parts.paths)


def _misplaced(layer: Layer, layers: Iterable[Layer], target: Target) -> Iterator[RuleError]:
    """Yield an error for each file of a user that looks like a rule and would never be read."""
    if not layer.shipped:
        targets = {name for known in layers for name in known.targets()}
        yield from layer.misplaced(targets, {*target.meanings, *target.carriers})


def _lay_over(
    rules: dict[str, Rule], paths: dict[str, str], layer: Layer, files: list[TargetFile]
) -> Iterator[RuleError]:
    """Add a layer's rules to those that stand, and yield its faults; only `replaces` and `disable` take a rule away."""
    overlay = layer.folder / OVERLAY_FILE
    if exists(overlay) or is_link(overlay):
        try:
            node, position = layer.document(overlay)
            OVERLAY.read(node, position)
        except RuleError as error:
            yield error
        else:
            yield from _disable(rules, node)
    for kind in (MEANINGS, *dict.fromkeys(file.name for file in files)):
        for file in files:
            if file.layer is layer and file.name == kind:
                yield from _disable(rules, file.node)
        for path in layer.rule_files(kind):
            try:
                node, position = layer.document(path)
                rule = compile_rule(node, path.parent.name, position)
                _add(rules, rule)
            except RuleError as error:
                yield error
            else:
                paths[rule.code] = str(path)


def _add(rules: dict[str, Rule], rule: Rule) -> None:
    replaced = rule.source.get("replaces")
    if replaced is not None:
        if replaced not in rules:
            place, hint = mark_of(rule.source, "replaces"), strict.near(replaced, rules)
            raise strict.fail("RULE-121", f"there is no rule {replaced} to replace", place, hint)
        rule = _yielding_alike(rule, rules.pop(replaced))
    if rule.code in rules:
        raise strict.fail(
            "RULE-122",
            f"the code {rule.code} is taken by {rules[rule.code].position.file}",
            mark_of(rule.source, "code"),
            f"to put this rule in its place, write `replaces: {rule.code}`",
        )
    rules[rule.code] = rule


def _yielding_alike(rule: Rule, replaced: Rule) -> Rule:
    """Let a rule leave be what the one in whose place it stands would, unless it says otherwise itself."""
    if isinstance(rule, Meaning) and isinstance(replaced, Meaning) and "yields" not in rule.source:
        return replace(rule, yields=replaced.yields)
    return rule


def _disable(rules: dict[str, Rule], node: Any) -> Iterator[RuleError]:
    for index, code in enumerate(node.get("disable", ())):
        if code in rules:
            del rules[code]
        else:
            place = mark_of(node["disable"], index)
            yield strict.fail("RULE-121", f"there is no rule {code} to disable", place, strict.near(code, rules))


def _of_type(rules: dict[str, Rule], kind: type[Any]) -> list[Any]:
    return [rule for rule in rules.values() if isinstance(rule, kind)]


def _in_order(rules: list[Any], groups: tuple[str, ...]) -> list[Any]:
    places = {group: index for index, group in enumerate(groups)}
    for rule in rules:
        if rule.group not in places:
            hint = strict.near(rule.group, groups) or f"the target names: {', '.join(groups)}"
            raise strict.fail("RULE-123", f"the target has no group `{rule.group}`", rule.position, hint)
    return sorted(rules, key=lambda rule: (places[rule.group], rule.code))


def _kept_out(rule: Carrier, target: Target) -> Carrier:
    """Close the ways of a carrier to the types that they must name."""
    closed = frozenset(component.type for component in target.components if component.closed)
    return rule.closed_to(closed) if closed else rule


def _refuse_two_writers(rules: Iterable[Meaning]) -> None:
    writers: dict[tuple[str, ...], Meaning] = {}
    for rule in rules:
        for place, _ in rule.means:
            # Lists grow, and whole maps meet key by key when the rules run.
            if FIELDS[place[0]].shape == LIST or (FIELDS[place[0]].shape == MAP and len(place) == 1):
                continue
            other = writers.setdefault(place, rule)
            if other is not rule and not rule.yields:
                raise strict.fail(
                    "RULE-124",
                    f"{rule.code} and {other.code} both write `{'.'.join(place)}`",
                    mark_of(rule.source["means"], ".".join(place)),
                    f"the other is {other.position.file}; let one of them replace the other, or the later say `yields`",
                )


# What a target that writes no application cannot take: there is no component, so nothing has properties.
_WITHOUT_PLACE: dict[str, tuple[str, ...]] = {
    APPLICATION: (),
    OBJECTS: ("properties", "traits", "dependsOn", "policies"),
    V1ALPHA2: ("properties", "policies"),
}


def _refuse_ways_without_place(rule: Carrier, target: Target) -> None:
    """In a target that writes manifests a carrier patches them; there is nothing else to write to."""
    for way in rule.source["ways"]:
        wrong = next((key for key in _WITHOUT_PLACE[target.writes] if key in way), "")
        if not wrong and target.writes != APPLICATION and "operations" in way.get("patch", ()):
            wrong = "operations"
        if wrong:
            message = f"{rule.code} says `{wrong}`, for which a target that writes {target.writes} has no place"
            place = mark_of(way["patch"] if wrong == "operations" else way, wrong)
            raise strict.fail("RULE-135", message, place, "write a `patch` of the workload, template, pod or container")


def _refuse_two_carriers(rules: Iterable[Carrier]) -> None:
    """A field has one carrier for each component type, so that what becomes of it never hangs on order."""
    known: dict[str, list[Carrier]] = {}
    for rule in rules:
        if rule.scope != "workload":
            continue
        for index, field in enumerate(rule.carries):
            for other in known.setdefault(field, []):
                if any(way.overlaps(their) for way in rule.ways for their in other.ways):
                    raise strict.fail(
                        "RULE-124",
                        f"{rule.code} and {other.code} both carry `{field}`",
                        mark_of(rule.source["carries"], index),
                        f"the other is {other.position.file}; let one replace the other, or name other types in `for`",
                    )
            known[field].append(rule)
