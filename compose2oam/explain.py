"""From a key to what it became, and from a line of output back to the key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from compose2oam.api import Conversion, texts
from compose2oam.emitter import yaml
from compose2oam.errors import UsageError
from compose2oam.model.entry import Entry
from compose2oam.model.path import Path, render
from compose2oam.model.report import RuleText
from compose2oam.rules.names import component_name
from compose2oam.rules.patterns import parse_pattern
from compose2oam.rules.places import Places
from compose2oam.rules.rule import Carrier, Meaning, Rule
from compose2oam.rules.rulebook import Rulebook
from compose2oam.rules.strict import near


@dataclass(frozen=True, slots=True)
class Origin:
    """A line of output, and the keys that it came from.

    Attributes:
        line: the line, counted from 1.
        path: the place in the application that stands on it.
        entries: what became of the keys behind it; none for what the conversion adds by itself.
        service: the place of the service that it is added for, ``()`` where it is for none.
    """

    line: int
    path: Path
    entries: tuple[Entry, ...]
    service: Path = ()


def entries_at(conversion: Conversion, place: str) -> list[Entry]:
    """Return what became of a place of the project, and of all below it.

    Args:
        conversion: what was made of the project.
        place: a path as reports write it: ``services.web.ports[0]``.

    Raises:
        UsageError: if nothing of the project stands there.
    """
    found = [entry for entry in conversion.entries if _is_within(render(entry.path), place)]
    if not found:
        known = {render(entry.path[:end]) for entry in conversion.entries for end in range(1, len(entry.path) + 1)}
        hint = near(place, known)
        raise UsageError(f"nothing stands at {place}{'; ' + hint if hint else ''}")
    return found


def rules_for_key(rulebook: Rulebook, key: str) -> list[Rule]:
    """Return the rules that read a key, and those that carry what they write.

    Args:
        rulebook: the rules.
        key: a key of a service (``deploy.replicas``), or of another part by its section (``volumes.*.driver``).

    Raises:
        UsageError: if no rule reads it.
    """
    scope, steps = _scope_of(parse_pattern(key, None))
    meanings = [rule for rule in rulebook.meanings[scope] if any(_meet(reads, steps) for reads in rule.reads)]
    if not meanings:
        keys = {".".join(reads) for rule in rulebook.meanings[scope] for reads in rule.reads}
        hint = near(".".join(steps), keys)
        raise UsageError(f"no rule reads `{key}`{'; ' + hint if hint else ''}")
    fields = {field for rule in meanings for field in rule.fields}
    return [*meanings, *(rule for rule in rulebook.carriers if fields.intersection(rule.carries))]


def rule_of(rulebook: Rulebook, code: str) -> Rule | None:
    """Return the rule of a code, ``None`` if there is none."""
    return next((rule for rule in rulebook.rules() if rule.code == code.upper()), None)


def text_of(rulebook: Rulebook, code: str) -> RuleText | None:
    """Return what a code stands for, of a rule or of any other finding; ``None`` if there is none."""
    return glossary(rulebook).get(code.upper())


def glossary(rulebook: Rulebook) -> dict[str, RuleText]:
    """Return what every code stands for, with what to do, for those of rules where the rule itself knows."""
    from compose2oam.remedies import FAULTS_OF_RULES, REMEDIES

    hints = {rule.code: str(rule.source.get("hint", "")) for rule in rulebook.rules()} | REMEDIES
    known = {code: RuleText(title, "") for code, title in FAULTS_OF_RULES.items()} | texts(rulebook)
    return {code: text._replace(hint=hints.get(code, "")) for code, text in known.items()}


def rules_of(rulebook: Rulebook, entries: Iterable[Entry]) -> list[Rule]:
    """Return the rules that decided over some entries: those that read them, and those that carry what came of them."""
    codes = {code for entry in entries for code in entry.codes}
    fields = {
        field for rule in rulebook.rules() if isinstance(rule, Meaning) and rule.code in codes for field in rule.fields
    }
    scopes = {scope for entry in entries for scope in _carriers_of(entry)}
    kinds = {target[2:4] == ("properties", "objects") for entry in entries for target in entry.targets}
    apart = {component.type for component in rulebook.target.components if component.called}
    return [
        rule
        for rule in rulebook.rules()
        if rule.code in codes
        or (
            isinstance(rule, Carrier)
            and rule.scope in scopes
            and fields.intersection(rule.carries)
            # What the runtime calls objects has carriers of its own.
            and all((way.components or {""}) <= apart for way in rule.ways) in kinds
        )
    ]


def _carriers_of(entry: Entry) -> Iterator[str]:
    """Yield the scopes of the carriers that can have written what a line became."""
    for target in entry.targets:
        if target[0] == "policies":
            yield "application"
        elif target[0] == "components" and entry.path[0] == "services" and len(entry.path) > 1:
            yield "workload" if target[1] == component_name(str(entry.path[1])) else "guest"
        elif target[0] == "objects" and len(target) > 3:
            # A container of a manifest is that of a service or of one more of its pod.
            yield from ("workload", "guest")
        else:
            yield "workload"


def origin_of(conversion: Conversion, line: int, documents: Sequence[Mapping[str, Any]] = ()) -> Origin:
    """Return where a line of output comes from.

    Args:
        conversion: the conversion that wrote it.
        line: a line of its YAML, counted from 1.
        documents: the manifests in that YAML, where they are not all of the conversion's.

    Raises:
        UsageError: if there is no such line.
    """
    written = tuple(documents) or conversion.documents
    text, lines = yaml.dump_with_lines(written)
    count = text.count("\n")
    if not 1 <= line <= count:
        raise UsageError(f"the application has {count} lines, and no line {line}")
    path = max(
        (path for path, start in lines.items() if start <= line),
        key=lambda path: (lines[path], len(path)),
        default=(0,),
    )
    found = tuple(_of_path(conversion, written, path))
    return Origin(line, path[1:], found, () if found else _service_of(conversion, written[int(path[0])], path[1:]))


def _of_path(conversion: Conversion, documents: Sequence[Mapping[str, Any]], path: Path) -> Iterator[Entry]:
    """Yield the entries whose target is the nearest one around ``path``, or inside it where none is around."""
    if path[4:5] == ("traits",) and path[6:] == ("type",):
        # The type of a trait is there for what the trait says.
        path = path[:6]
    known = Places(documents)
    places = [
        (where, entry)
        for entry in conversion.entries
        for target in entry.targets
        if (where := known.find(target)) is not None
    ]
    around = [(where, entry) for where, entry in places if path[: len(where)] == where]
    nearest = max((len(where) for where, _ in around), default=0)
    found = [entry for where, entry in around if len(where) == nearest]
    yield from dict.fromkeys(
        found or [entry for where, entry in places if len(path) > 4 and where[: len(path)] == path]
    )


def _service_of(conversion: Conversion, document: Mapping[str, Any], path: Path) -> Path:
    """Return the place of the service that a component, or an object beside it, is there for."""
    name = _component_of(document, path)
    for entry in conversion.entries:
        if name and entry.path[:1] == ("services",) and any(_is_of(target, name) for target in entry.targets):
            return entry.path[:2]
    return ()


def _is_of(target: Path, name: str) -> bool:
    """Whether a target is in a component, or in an object, of that name."""
    return target[:2] == ("components", name) or (target[0] == "objects" and target[2:3] == (name,))


def _component_of(document: Mapping[str, Any], path: Path) -> str:
    """Return the name of the component that a place of a manifest is there for, empty where it is for none."""
    if path[:2] == ("spec", "components"):
        component = document["spec"]["components"][path[2]] if len(path) > 2 else {}
        if path[3:5] == ("properties", "objects") and len(path) > 5:
            return _selected(component["properties"]["objects"][path[5]])
        return str(component.get("name") or component.get("componentName") or "")
    spec = document.get("spec") or {}
    return _selected(spec.get("workload", document))


def _selected(manifest: Mapping[str, Any]) -> str:
    """Return the component that an object is, or whose pods it selects."""
    labels = (manifest.get("metadata") or {}).get("labels") or {}
    selector = (manifest.get("spec") or {}).get("selector") or {}
    name = labels.get("app.kubernetes.io/name")
    return str(name or (selector.get("app.oam.dev/component", "") if isinstance(selector, Mapping) else ""))


def _is_within(path: str, place: str) -> bool:
    return path == place or path.startswith((f"{place}.", f"{place}["))


def _scope_of(steps: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    from compose2oam.rules.ledger import SCOPES

    if len(steps) > 2 and steps[0] in SCOPES and steps[1] != "[]":
        return SCOPES[steps[0]], steps[2:]
    return "service", steps


def _meet(reads: tuple[str, ...], steps: tuple[str, ...]) -> bool:
    """Whether one of two patterns leads to, or into, what the other names."""
    if reads[0] == "**":
        return reads[-1] == steps[-1]
    return all(one == other or "*" in (one, other) for one, other in zip(reads, steps, strict=False))
