"""What belongs together is complete, both ways: functions, fields, codes, groups, sections, pages."""

from __future__ import annotations

import importlib
import inspect
import pathlib
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

import pytest

from compose2oam.model.outcome import Outcome
from compose2oam.model.workload import FIELDS
from compose2oam.oam.catalogue import builtin
from compose2oam.oam.definition import Kind
from compose2oam.rules import functions
from compose2oam.rules.rule import Carrier, Meaning
from compose2oam.rules.rulebook import builtin_mappings, load_rulebook
from compose2oam.source.tree import plain

RULEBOOK = load_rulebook()
RULES = list(RULEBOOK.rules())
MEANINGS = [rule for rule in RULES if isinstance(rule, Meaning)]
CARRIERS = [rule for rule in RULES if isinstance(rule, Carrier)]
# What runs no pod of ours, and the carriers that say all that such a type has a place for.
CLOSED = {component.type for component in RULEBOOK.target.components if component.closed}
OF_CLOSED = [rule for rule in CARRIERS if all((way.components or {""}) <= CLOSED for way in rule.ways)]
# What the target itself carries, by choosing the component type, and what leaves the workload on the way.
BY_TARGET = {"controller", "objects"}
# What rules of users write for carriers of theirs; samples/platform does.
BY_USERS = {"extra"}
# Fields that no rule of ours writes yet; a rule of a user may.
RESERVED: dict[str, str] = {
    "volumes": "what joins the workloads of one pod writes it, after the rules",
    "extra": "what rules of a platform say to carriers of its own",
    "subdomain": "a name below a headless Service, for StatefulSets whose replicas know one another",
}

# Carriers whose other components cannot have the field at all: the rule that writes it asks for the kind first.
BY_KIND = {"KV-054", "KV-322"}


def texts(node: Any, key: str) -> Iterator[str]:
    """Every text under a key, anywhere in a rule but in its examples."""
    if isinstance(node, dict):
        for name, value in node.items():
            if name == key and isinstance(value, str):
                yield value
            elif name != "examples":
                yield from texts(value, key)
    elif isinstance(node, list):
        for item in node:
            yield from texts(item, key)


PLATFORM = pathlib.Path(__file__).parents[2] / "samples" / "platform" / "rules"
SAMPLE = list(load_rulebook("platform", [PLATFORM]).rules())
# The targets that ship beside the usual one share its meanings.
OTHERS = [rule for target in ("kubernetes", "oam-v1alpha2") for rule in load_rulebook(target).carriers]
USED = {name for rule in (*RULES, *OTHERS, *SAMPLE) for name in texts(plain(rule.source), "by")}


def test_every_function_has_its_module_and_every_module_its_name() -> None:
    """The table is closed: what is not in it cannot be named, and what is in it is there."""
    assert {module.name for module in pkgutil.iter_modules(functions.__path__)} == set(functions.NAMES)


@pytest.mark.parametrize("name", sorted(functions.NAMES))
def test_a_function_takes_a_value_and_the_context(name: str) -> None:
    """And says in its docstring what it returns, for the author of a rule who looks for it."""
    function = getattr(importlib.import_module(f"{functions.__name__}.{name}"), name)
    assert len(inspect.signature(function).parameters) == 2
    assert (function.__doc__ or "").startswith("Return ")


def test_every_function_is_used_by_a_rule() -> None:
    """One that no rule names is dead, or is missing from a rule."""
    assert set(functions.NAMES) - USED == set()


def test_every_field_is_written_by_a_meaning() -> None:
    """A field that nothing writes is reserved, with a reason, or is gone."""
    written = {field for rule in MEANINGS for field in rule.fields}
    assert set(FIELDS) - written == set(RESERVED)


def test_every_field_is_carried() -> None:
    """A field without a carrier would be lost each time that a rule writes it."""
    carried = {name for rule in CARRIERS if rule.scope in ("workload", "guest") for name in rule.carries}
    assert set(FIELDS) - carried - BY_TARGET - BY_USERS == set()
    assert {name for rule in SAMPLE if isinstance(rule, Carrier) for name in rule.carries} >= BY_USERS


def test_no_field_has_two_carriers_in_one_group() -> None:
    """Which of them says it would be a matter of their codes."""
    seen: dict[str, str] = {}
    for rule in CARRIERS:
        if rule.scope == "workload" and rule not in OF_CLOSED:
            for name in rule.carries:
                assert seen.setdefault(name, rule.code) == rule.code


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_code_tells_what_a_rule_is(rule: Meaning | Carrier) -> None:
    """``C2O-`` for a meaning, ``KV-`` for KubeVela's carriers; below 900, which is for users."""
    prefix = "C2O" if isinstance(rule, Meaning) else "KV"
    match = re.fullmatch(rf"{prefix}-(\d{{3}})", rule.code)
    assert match, rule.code
    assert 10 <= int(match[1]) < 900


AREAS = {
    "workload": {0, 3},
    "oam": {0},
    "hints": {0},
    "image": {1},
    "process": {1},
    "environment": {2},
    "network": {2},
    "discovery": {2},
    "names": {2},
    "deploy": {3},
    "placement": {3},
    "storage": {4},
    "ownership": {6},
    "health": {5},
    "security": {6},
    "metadata": {7},
    "project": {7},
    "local": {8},
    "refused": {8},
    "application": {8},
}


def test_codes_are_numbered_by_area() -> None:
    """The hundreds say what a rule is about, so that a list of findings sorts by subject."""
    strays = [rule.code for rule in RULES if int(rule.code[-3]) not in AREAS[rule.group]]
    assert strays == []
    assert {rule.group for rule in RULES} == set(AREAS)


@pytest.mark.parametrize("rule", MEANINGS, ids=lambda rule: rule.code)
def test_a_loss_says_why(rule: Meaning) -> None:
    """And so does an approximation; a hint is not a sentence that repeats it."""
    if rule.outcome.rank >= Outcome.APPROXIMATED.rank:
        assert rule.say
        assert rule.say != rule.hint


@pytest.mark.parametrize("rule", CARRIERS, ids=lambda rule: rule.code)
def test_a_carrier_says_what_it_cannot_do(rule: Carrier) -> None:
    """A carrier with a closed list of components, or a condition on each of its ways, says what becomes of the rest."""
    if rule in OF_CLOSED:
        return
    if rule.scope == "workload" and all(way.components is not None or way.when is not None for way in rule.ways):
        types = {component.type for component in RULEBOOK.target.components} - CLOSED
        open_to = set().union(*(way.components or types for way in rule.ways if way.when is None))
        assert open_to == types or "otherwise" in rule.source or rule.code in BY_KIND


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_reads_like_a_page(rule: Meaning | Carrier) -> None:
    """Its file is in the folder of its group; the title is a title, the reason a sentence."""
    folder = pathlib.PurePosixPath(rule.position.file).parent
    assert folder.name == rule.group
    assert not rule.title.endswith(".")
    assert rule.why.endswith(".")
    assert rule.title[0].isupper()
    for remark in (*texts(plain(rule.source), "say"), *texts(plain(rule.source), "hint")):
        assert not remark.endswith(".")


def test_no_two_rules_share_a_title() -> None:
    """``mappings list`` tells them apart."""
    titles = [rule.title for rule in MEANINGS]
    assert sorted(titles) == sorted(set(titles))


def test_every_folder_is_a_group_and_every_group_a_folder() -> None:
    """A folder that the target does not name would be an error; a name without a folder is a leftover."""
    root = builtin_mappings()
    assert {path.name for path in (root / "meanings").iterdir() if path.is_dir()} == set(RULEBOOK.target.meanings)
    assert {path.name for path in (root / "kubevela").iterdir() if path.is_dir()} == set(RULEBOOK.target.carriers)


def test_every_type_that_a_carrier_names_exists() -> None:
    """Component, trait and policy types, against the catalogue; the order of traits names each trait that is used."""
    used = {name for rule in CARRIERS for way in rule.ways for name in way.components or ()}
    assert used <= {component.type for component in RULEBOOK.target.components}
    traits = {kind for rule in CARRIERS for way in rule.ways for kind, _ in way.traits}
    assert traits <= set(RULEBOOK.target.traits)
    assert set(RULEBOOK.target.traits) <= set(builtin().names(Kind.TRAIT))
    called = {component.called or component.type for component in RULEBOOK.target.components}
    assert called <= set(builtin().names(Kind.COMPONENT))
    policies = {kind for rule in CARRIERS for way in rule.ways for _, kind, _ in way.policies}
    assert policies <= set(builtin().names(Kind.POLICY))


def test_every_section_of_the_model_has_its_rules() -> None:
    """A scope without a single rule would drop all that stands in it."""
    for scope, rules in RULEBOOK.meanings.items():
        assert rules, scope
