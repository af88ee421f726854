"""The examples of rules, run as the tests that they are.

An example of a meaning is a small Compose project, in any syntax that Compose has, and what the rule makes of it. An
example of a carrier is a workload and what the rule says of it to a component of a type.
"""

from __future__ import annotations

import pathlib
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from compose2oam.emitter import yaml
from compose2oam.errors import Compose2OamError, RuleError
from compose2oam.loader.options import LoadOptions
from compose2oam.loader.project import load
from compose2oam.model.compose import Project
from compose2oam.model.workload import Object, Workload, Workloads
from compose2oam.rules import strict
from compose2oam.rules.carriers import Draft, Runner
from compose2oam.rules.context import Context
from compose2oam.rules.facts import gather
from compose2oam.rules.ledger import SCOPES, Ledger
from compose2oam.rules.lowering import lower
from compose2oam.rules.meanings import mean
from compose2oam.rules.rule import Carrier, Meaning, Rule
from compose2oam.rules.rulebook import Rulebook
from compose2oam.rules.settings import CHOICES, Settings, key_of
from compose2oam.rules.shapes import APPLICATION, CARRIER_EXAMPLE, MEANING_EXAMPLE
from compose2oam.source.position import Position
from compose2oam.source.tree import mark_of, plain

# What an example calls the thing that it is about.
_SUBJECTS = {"service": "web", "volume": "data", "config": "site", "secret": "key", "network": "front", "model": "llm"}


@dataclass(frozen=True, slots=True)
class Failure:
    """An example that does not hold.

    Attributes:
        rule: the rule.
        title: the example's title.
        expected: what it says.
        found: what the rules did.
        position: where the example stands.
    """

    rule: Rule
    title: str
    expected: Any
    found: Any
    position: Position


def run(rulebook: Rulebook, rules: Iterator[Rule] | None = None) -> tuple[int, list[Failure]]:
    """Run the examples of rules.

    Args:
        rulebook: the rules to run with.
        rules: those whose examples are run; all by default.

    Returns:
        how many examples ran, and those that failed.

    Raises:
        RuleError: for an example that is no example.
    """
    count = 0
    failures = []
    for rule in rules or rulebook.rules():
        for index, example in enumerate(rule.examples):
            count += 1
            position = mark_of(rule.source["examples"], index) or rule.position
            found: Any
            try:
                with strict.applying(rule.code, position):
                    found = _result(rule, example, position, rulebook)
            except RuleError:
                raise
            except Compose2OamError as error:
                found = str(error)
            expected = _without_empty(plain(example["gives" if isinstance(rule, Carrier) else "means"]))
            if found != expected:
                failures.append(Failure(rule, example["title"], expected, found, position))
    return count, failures


def _result(rule: Rule, example: Any, position: Position, rulebook: Rulebook) -> dict[str, Any]:
    """Return what the rules make of an example.

    Raises:
        RuleError: if it is no example.
    """
    if isinstance(rule, Meaning):
        MEANING_EXAMPLE.read(example, position)
        return _meant(rule, example, rulebook)
    CARRIER_EXAMPLE.read(example, position)
    for key in ("component", "workload") if rule.scope == "workload" else ():
        if key not in example:
            raise strict.fail("RULE-104", f"an example of {rule.code} needs a key `{key}`", position)
    return _carried(rule, example, rulebook)


def _meant(rule: Meaning, example: Any, rulebook: Rulebook) -> dict[str, Any]:
    """Return what a meaning writes for its example: the fields of its own."""
    with tempfile.TemporaryDirectory() as folder:
        project = _project(example, pathlib.Path(folder))
        made = _run_meanings(project, rulebook, _settings(example))
    workload = next((item for item in made.workloads if item.service == _SUBJECTS["service"]), None)
    found: dict[str, Any] = {}
    if workload is not None and rule.scope == "service":
        own = [field for field in rule.fields if rule.code in workload.writers.get(field, ())]
        found = {field: workload.fields[field] for field in own if field in workload.fields}
    if "objects" in rule.fields:
        found["objects"] = [
            {"group": item.group, "manifest": item.manifest} for item in made.objects if _comes_from(item, rule)
        ]
    return _without_empty(plain(found))


def _comes_from(item: Object, rule: Meaning) -> bool:
    return bool(item.path) and SCOPES.get(str(item.path[0])) == rule.scope


def _project(example: Any, folder: pathlib.Path) -> Project:
    for name, text in example.get("files", {}).items():
        path = folder / name
        if pathlib.PurePath(name).is_absolute() or ".." in pathlib.PurePath(name).parts:
            raise ValueError(f"{name} is not a file of the example's project")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    tree: dict[str, Any] = {"name": "example", "services": {}}
    for section, scope in SCOPES.items():
        parts = plain(example.get(section, {}))
        if scope in example:
            parts = {_SUBJECTS[scope]: plain(example[scope]), **parts}
        tree.setdefault(section, {}).update(parts)
    tree["services"].setdefault(_SUBJECTS["service"], {"image": "a"})
    file = folder / "compose.yaml"
    file.write_text(yaml.dump([{key: value for key, value in tree.items() if value}]), encoding="utf-8")
    environment = {"HOME": "/home/example", **example.get("environment", {})}
    return load(LoadOptions(files=(str(file),), environment=environment, all_resources=True))


def _settings(example: Any) -> Settings:
    given = example.get("settings", {})
    shapes = {key_of(name): strict.ANY for name in CHOICES}
    if given:
        strict.read(given, shapes, (), "the settings of an example", mark_of(example, "settings"))
    return Settings().over(given)


def _run_meanings(project: Project, rulebook: Rulebook, settings: Settings) -> Workloads:
    project = lower(project).project
    return mean(project, rulebook, settings, gather(project, settings), Ledger(project))


def _carried(rule: Carrier, example: Any, rulebook: Rulebook) -> dict[str, Any]:
    """Return what one carrier says of the workload of its example."""
    with tempfile.TemporaryDirectory() as folder:
        project = _project({}, pathlib.Path(folder))
    settings = _settings(example)
    facts = gather(project, settings)
    runner = Runner(rulebook, Ledger(project))
    if rule.scope == "application":
        parts = ("objects", "components")
        root = {**{part: plain(example.get(part, [])) for part in parts}, "settings": facts.settings}
        context = Context(project, settings, Ledger(project), (), project.tree, {"project": facts})
        runner.of_application(rule, root, context)
        return _without_empty({"policies": [policy.to_dict() for policy in runner.carried.policies.values()]})
    place = ("services", _SUBJECTS["service"])
    known = {**facts.services[place[1]], "project": facts, "component": example["component"]}
    context = Context(project, settings, Ledger(project), place, project.section("services")[place[1]], known)
    context.model = plain(example["workload"])
    workload = Workload(place[1], place[1], context.model)
    template = rulebook.target.template_of(example["component"])
    # What the object of a type begins as is none of the rule's doing.
    container: dict[str, Any] | None = None if rulebook.target.writes == APPLICATION else {}
    draft = Draft(workload.name, example["component"], template, container=container)
    root = {**context.model, "facts": known, "settings": facts.settings}
    runner.of_workload(rule, list(rule.carries), draft, root, context)
    return _drafted(draft, runner.carried.objects)


def _drafted(draft: Draft, objects: list[Object]) -> dict[str, Any]:
    made: Mapping[str, Any] = {
        "properties": draft.properties,
        "traits": draft.traits,
        "merge" if draft.container is None else "manifest": draft.merge,
        "container": draft.container or {},
        "operations": draft.operations,
        "dependsOn": draft.depends_on,
        "objects": [item.manifest for item in objects],
    }
    return _without_empty(plain(dict(made)))


def _without_empty(found: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in found.items() if value != [] and value != {}}
