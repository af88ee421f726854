"""The JSON schema of rules is made of the tables by which the engine reads them, and refuses what it refuses."""

from __future__ import annotations

import json
import pathlib
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from compose2oam.errors import RuleError
from compose2oam.rules.rulebook import builtin_mappings
from compose2oam.rules.schema import schema
from compose2oam.rules.shapes import OVERLAY
from compose2oam.rules.target import compile_target
from compose2oam.source.position import Position
from compose2oam.source.reader import parse
from compose2oam.source.tree import plain

if TYPE_CHECKING:
    from conftest import CommandLine, ReadRule

SCHEMA = schema()
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)
SAMPLE = pathlib.Path(__file__).parents[2] / "samples" / "platform" / "rules"
FILES = sorted((*builtin_mappings().rglob("*.yaml"), *SAMPLE.rglob("*.yaml")))

MEANING = "code: C2O-999\ntitle: A title\nwhy: A reason.\nreads: [labels]\n"
CARRIER = "code: KV-999\ntitle: A title\nwhy: A reason.\ncarries: [image]\n"
TARGET = "target: mine\ntitle: A title\nmeanings: [a]\ncarriers: [a]\n"

BROKEN = {
    "a meaning with an unknown key": MEANING + "reeds: [a]",
    "a meaning without a code": "title: a\nwhy: b\nreads: [labels]",
    "a meaning without a reason": "code: C2O-999\ntitle: a\nreads: [labels]",
    "a meaning that reads nothing": "code: C2O-999\ntitle: a\nwhy: b",
    "a code in lower case": MEANING.replace("C2O-999", "c2o-999"),
    "a code without a number": MEANING.replace("C2O-999", "C2O-new"),
    "something to replace that is no code": MEANING + "replaces: labels",
    "a path with a space": MEANING.replace("labels", "a b"),
    "a path with a number": MEANING.replace("[labels]", "['ports[0]']"),
    "a path with an empty step": MEANING.replace("labels", "deploy..mode"),
    "a number for a path": MEANING.replace("labels", "3"),
    "a text for examples": MEANING + "examples: none",
    "a number for a condition": MEANING + "when: 3",
    "a text for a truth": MEANING + "always: often",
    "nothing for what it means": MEANING + "means:",
    "an unknown scope": MEANING + "scope: servise",
    "an unknown outcome": MEANING + "outcome: lost\nsay: a",
    "an unknown severity": MEANING + "severity: fatal",
    "a loss without a word": MEANING + "outcome: dropped",
    "an approximation without a word": MEANING + "outcome: approximated",
    "a loss as a mere note": MEANING + "outcome: refused\nsay: a\nseverity: info",
    "a field that the model lacks": MEANING + "means: {replica: 1}",
    "a part of a field without parts": MEANING + "means: {image.tag: a}",
    "an unknown function": MEANING + "means: {image: {from: a, by: memori}}",
    "a misspelt key of a template": MEANING + "means: {image: {from: a, bye: memory}}",
    "the same deep inside": MEANING + "means: {env: [{name: A, value: {from: a, defalt: b}}]}",
    "a loop without a body": MEANING + "means: {env: {each: a}}",
    "a branch without a result": MEANING + "means: {image: {first: [{when: a}]}}",
    "a list of branches that is none": MEANING + "means: {image: {first: {then: a}}}",
    "more beside a literal": MEANING + "means: {image: {literal: a, default: b}}",
    "a carrier without ways": CARRIER,
    "a carrier that means": CARRIER + "ways: []\nmeans: {}",
    "a carrier of what the model lacks": CARRIER.replace("image", "picture") + "ways: []",
    "a carrier of a part": CARRIER.replace("image", "resources.limits") + "ways: []",
    "a carrier with a scope of meanings": CARRIER + "ways: []\nscope: service",
    "a misspelt key of a way": CARRIER + "ways:\n- {porperties: {}}",
    "an unknown part of a patch": CARRIER + "ways:\n- patch: {pods: {}}",
    "a trait without a type": CARRIER + "ways:\n- traits: [{properties: {}}]",
    "a policy without a name": CARRIER + "ways:\n- policies: [{type: a, properties: {}}]",
    "a remark without a word": CARRIER + "ways: []\notherwise: {outcome: dropped}",
    "a target with an unknown key": TARGET + "component: []",
    "a target without components": TARGET,
    "a component type without a type": TARGET + "components: [{when: a}]",
    "a component type that is closed by a word": TARGET + "components: [{type: a, closed: very}]",
    "a helper without a suffix": TARGET + "components: [{type: a}]\nhelpers: {volumes: {type: a}}",
    "an extension with an unknown key": "target: mine\nextends: kubevela\ntrait: [a]",
    "an extension that is not named": "extends: kubevela",
    "an overlay with a misspelt key": "title: a\ndisabled: [C2O-310]",
    "an overlay that disables a mapping": "disable: [{code: C2O-310}]",
    "a text": "just words",
}
SOUND = {
    "the least meaning": MEANING,
    "the least carrier": CARRIER + "ways: []",
    "the least extension": "target: mine\nextends: kubevela",
    "an empty overlay": "title: ours",
    "a part of a field with parts": MEANING + "means: {resources.limits.cpu: {from: a}}",
    "a mapping whose key is no form": MEANING + "means: {podLabels: {by: me, default: {default: a}}}",
    "what a literal holds": MEANING + "means: {podAnnotations: {a: {literal: {from: a, bye: b}}}}",
    "paths of every kind": MEANING.replace("[labels]", "['ports[].target', 'networks.*.aliases', 'x-*', '**.x-*']"),
}


def _node(text: str) -> Any:
    (node,) = parse(text, "rule.yaml", strict=True)
    return node


def _engine(text: str, read_rule: ReadRule) -> None:
    """Read a file as the engine does."""
    node = _node(text)
    if isinstance(node, dict) and ("target" in node or "extends" in node):
        base = {"target": "kubevela", "title": "a", "meanings": [], "carriers": [], "components": [{"type": "a"}]}
        compile_target(node, Position("a", 1, 1), compile_target(_node(json.dumps(base)), Position("b", 1, 1)))
        if "extends" not in node:
            compile_target(node, Position("a", 1, 1))
    elif isinstance(node, dict) and not {"code", "reads", "carries", "means"} & set(node):
        OVERLAY.read(node, Position("a", 1, 1))
    else:
        read_rule(text)


def test_the_schema_is_one() -> None:
    """A valid schema of draft 7, which editors know best."""
    jsonschema.Draft7Validator.check_schema(SCHEMA)


def test_the_file_is_what_the_engine_says(cli: CommandLine, request: pytest.FixtureRequest) -> None:
    """``mappings schema`` prints it, and ``mappings/rule.schema.json`` is that, byte for byte."""
    printed = cli("mappings", "schema").stdout
    path = builtin_mappings() / "rule.schema.json"
    if request.config.getoption("--update-golden"):
        path.write_text(printed, encoding="utf-8")
    assert printed == path.read_text(encoding="utf-8"), "write it anew with --update-golden"


@pytest.mark.parametrize("path", FILES, ids=lambda path: "/".join(path.parts[-3:]))
def test_what_ships_fits_it(path: Any) -> None:
    """Every rule and every target."""
    found = [error.message for error in VALIDATOR.iter_errors(plain(_node(path.read_text(encoding="utf-8"))))]
    assert found == []


@pytest.mark.parametrize("fault", BROKEN)
def test_the_schema_refuses_what_the_engine_refuses(fault: str, read_rule: ReadRule) -> None:
    """An editor underlines what would not load."""
    with pytest.raises(RuleError):
        _engine(BROKEN[fault], read_rule)
    assert not VALIDATOR.is_valid(plain(_node(BROKEN[fault])))


@pytest.mark.parametrize("title", SOUND)
def test_the_schema_takes_what_the_engine_takes(title: str, read_rule: ReadRule) -> None:
    """And does not underline what would."""
    _engine(SOUND[title], read_rule)
    assert [error.message for error in VALIDATOR.iter_errors(plain(_node(SOUND[title])))] == []


def test_every_key_says_what_it_is_for() -> None:
    """An editor shows that beside the key."""
    silent = [
        f"{name}.{key}"
        for name, part in SCHEMA["definitions"].items()
        for key, told in part.get("properties", {}).items()
        if not told.get("description")
    ]
    assert silent == []
