"""The rulebook: all rules for one target, read from ``mappings/`` and from the folders of a user."""

from __future__ import annotations

import pathlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from compose2oam.errors import RuleError, UsageError
from compose2oam.model.workload import FIELDS, LIST, MAP
from compose2oam.rules import strict
from compose2oam.rules.patterns import Patterns
from compose2oam.rules.rule import SCOPE_NAMES, Carrier, Meaning, Rule, compile_rule
from compose2oam.rules.target import Target, compile_target
from compose2oam.source.position import Position
from compose2oam.source.reader import parse, read_text
from compose2oam.source.tree import mark_of

MEANINGS = "meanings"
TARGET_FILE = "target.yaml"
OVERLAY_FILE = "overlay.yaml"


class Starters:
    """The meanings of one scope by the first step of what they read: a rule whose keys are absent costs nothing."""

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

    def for_entity(self, keys: Iterable[str]) -> list[Meaning]:
        """Return the meanings that something with these keys starts, in order."""
        started = set(self._always)
        for key in keys:
            started |= self._by_key.get(key, _NONE)
        return [self._rules[index] for index in sorted(started)]


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
    """

    target: Target
    meanings: dict[str, tuple[Meaning, ...]]
    carriers: tuple[Carrier, ...]
    patterns: dict[str, Patterns]
    starters: dict[str, Starters]

    def rules(self) -> Iterator[Rule]:
        """Yield every rule: meanings by scope, then carriers."""
        for scope in SCOPE_NAMES:
            yield from self.meanings.get(scope, ())
        yield from self.carriers


def builtin_mappings() -> pathlib.Path:
    """Return the folder of the rules that ship with compose2oam: inside the wheel, or at the top of a checkout."""
    package = pathlib.Path(__file__).resolve().parents[1]
    shipped = package / "_mappings"
    return shipped if shipped.is_dir() else package.parent / "mappings"


def load_rulebook(target: str = "kubevela", overlays: Iterable[pathlib.Path] = ()) -> Rulebook:
    """Read the rules for a target, the built-in ones first and then each overlay in order.

    Args:
        target: the name of a folder with a ``target.yaml``.
        overlays: folders of rules laid out like ``mappings/``.

    Raises:
        UsageError: if an overlay is no folder, or there is no such target.
        RuleError: if a rule is invalid, or two rules write the same place.
    """
    folders = [builtin_mappings(), *overlays]
    for folder in folders:
        if not folder.is_dir():
            raise UsageError(f"{folder} is not a folder of mapping rules")
    found = _find_target(target, folders)
    rules: dict[str, Rule] = {}
    for index, folder in enumerate(folders):
        _lay_over(rules, folder, target, shipped=index == 0)
    meanings = _in_order(_of_type(rules, Meaning), found.meanings)
    carriers = _in_order(_of_type(rules, Carrier), found.carriers)
    by_scope = {scope: tuple(rule for rule in meanings if rule.scope == scope) for scope in SCOPE_NAMES}
    for scoped in by_scope.values():
        _refuse_two_writers(scoped)
    patterns = {
        scope: Patterns((rule.code, steps) for rule in scoped for steps in rule.reads)
        for scope, scoped in by_scope.items()
    }
    starters = {scope: Starters(scoped) for scope, scoped in by_scope.items()}
    return Rulebook(found, by_scope, tuple(carriers), patterns, starters)


def _find_target(name: str, folders: list[pathlib.Path]) -> Target:
    for folder in reversed(folders):
        path = folder / name / TARGET_FILE
        if path.is_file():
            return compile_target(_document(path), Position(str(path), 1, 1))
    known = sorted({path.parent.name for folder in folders for path in folder.glob(f"*/{TARGET_FILE}")})
    raise UsageError(f"there is no target `{name}`; known are: {', '.join(known)}")


def _lay_over(rules: dict[str, Rule], folder: pathlib.Path, target: str, shipped: bool) -> None:
    """Add a folder's rules to those that stand; only ``replaces`` and ``disable`` take one away."""
    overlay = folder / OVERLAY_FILE
    if overlay.is_file():
        _disable(rules, _document(overlay), Position(str(overlay), 1, 1))
    for kind in (MEANINGS, target):
        for path in sorted((folder / kind).glob("*/*.yaml")):
            shown = str(path.relative_to(folder.parent)) if shipped else str(path)
            rule = compile_rule(_document(path, shown), path.parent.name, Position(shown, 1, 1))
            replaced = rule.source.get("replaces")
            if replaced is not None:
                if replaced not in rules:
                    raise strict.fail(
                        "RULE-121", f"there is no rule {replaced} to replace", mark_of(rule.source, "replaces")
                    )
                del rules[replaced]
            if rule.code in rules:
                other = rules[rule.code].position
                raise strict.fail(
                    "RULE-122",
                    f"the code {rule.code} is taken by {other.file}",
                    mark_of(rule.source, "code"),
                    f"to put this rule in its place, write `replaces: {rule.code}`",
                )
            rules[rule.code] = rule


def _disable(rules: dict[str, Rule], node: Any, position: Position) -> None:
    strict.read(node, {"title": strict.TEXT, "disable": strict.TEXTS}, [], "an overlay", position)
    for index, code in enumerate(node.get("disable", ())):
        if code not in rules:
            place = mark_of(node["disable"], index)
            raise strict.fail("RULE-121", f"there is no rule {code} to disable", place, strict.near(str(code), rules))
        del rules[code]


def _document(path: pathlib.Path, shown: str | None = None) -> Any:
    name = shown or str(path)
    documents = parse(read_text(path), name, strict=True, error=RuleError)
    return documents[0] if documents else None


def _of_type(rules: dict[str, Rule], kind: type[Any]) -> list[Any]:
    return [rule for rule in rules.values() if isinstance(rule, kind)]


def _in_order(rules: list[Any], groups: tuple[str, ...]) -> list[Any]:
    places = {group: index for index, group in enumerate(groups)}
    for rule in rules:
        if rule.group not in places:
            hint = strict.near(rule.group, groups) or f"the target names: {', '.join(groups)}"
            raise strict.fail("RULE-123", f"the target has no group `{rule.group}`", rule.position, hint)
    return sorted(rules, key=lambda rule: (places[rule.group], rule.code))


def _refuse_two_writers(rules: Iterable[Meaning]) -> None:
    writers: dict[tuple[str, ...], Meaning] = {}
    for rule in rules:
        for place, _ in rule.means:
            # Lists grow, and whole maps meet key by key when the rules run.
            if FIELDS[place[0]].shape == LIST or (FIELDS[place[0]].shape == MAP and len(place) == 1):
                continue
            other = writers.setdefault(place, rule)
            if other is not rule:
                raise strict.fail(
                    "RULE-124",
                    f"{rule.code} and {other.code} both write `{'.'.join(place)}`",
                    rule.position,
                    f"the other is {other.position.file}; let one of them replace or read what the other does",
                )
