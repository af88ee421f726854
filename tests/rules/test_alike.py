"""What services say alike is worked out once, and comes to what it would for each of them alone."""

from __future__ import annotations

import ast
import importlib
import inspect
import itertools
from typing import TYPE_CHECKING, Any

import pytest

from compose2oam import api
from compose2oam.emitter import yaml
from compose2oam.model.path import render
from compose2oam.rules import meanings
from compose2oam.rules.alike import Step
from compose2oam.rules.expressions import asked_by, compile_condition
from compose2oam.rules.functions import ALIKE, NAMES
from compose2oam.rules.rule import Meaning

if TYPE_CHECKING:
    from conftest import Load, Write

ASKED = {
    "a key": ("restart", {("restart",)}),
    "what is below a key": ("deploy.resources.limits.cpus", {("deploy",)}),
    "several keys": ("restart == 'no' && !ports", {("restart",), ("ports",)}),
    "items": ("networks.*.[priority, gw_priority][] | [?@]", {("networks",)}),
    "a filter": ("ports[?mode == 'host'].target", {("ports",)}),
    "a mapping": ("{amount: cpus, limit: deploy.replicas}", {("cpus",), ("deploy",)}),
    "a function": ("merge(labels || `{}`, annotations)", {("labels",), ("annotations",)}),
    "a fact": ("facts.hints.init", {("facts", "hints")}),
    "a field of the model": ("model.controller != 'Job'", {("model", "controller")}),
    "the settings, which are the same for all": ("settings.inferJobs && pid", {("pid",)}),
    "nothing": ("`true`", set()),
    "the whole": ("@", None),
    "the whole in a function": ("keys(@)", None),
    "all facts": ("facts", None),
    "the project": ("facts.project", None),
    "a field that rules append to": ("model.env[?name == 'A']", None),
}
CHECKS = ["{test: [CMD, 'true']}", "{test: [CMD, 'true'], interval: 5s}", "{disable: true}", "{test: curl my_db:80}"]
DEPLOYS = [
    "{replicas: 2}",
    "{replicas: 0, update_config: {parallelism: 1}}",
    "{mode: global, placement: {constraints: [node.role == manager, strange, node.labels.a == b]}}",
    "{resources: {limits: {cpus: '0.5', memory: 64M}, reservations: {memory: 128M, cpus: '0.25'}}}",
    "{mode: replicated-job}",
    "{labels: {a b: c, d: e}}",
]
OTHERS = [
    "restart: 'no', command: [a, '$$(b)', 'http://my_db']",
    "restart: on-failure, mem_limit: 64M, mem_reservation: 128M, gpus: all, labels: {a b: c}",
    "restart: always, entrypoint: [], command: a, annotations: {a b: d}, labels: {a b: c}, platform: wasi/wasm",
    "command: [a], x-oam: {liveness: true}, volumes: ['data:/data'], platform: linux/amd64/v2",
]


@pytest.mark.parametrize(("text", "places"), ASKED.values(), ids=ASKED)
def test_an_expression_asks_for(text: str, places: set[tuple[str, ...]] | None) -> None:
    """Where all of that is equal, so is what it finds."""
    compile_condition(text, None)
    found = asked_by(text)
    assert (found if found is None else set(found)) == places


class _Alone(Step):
    """A step that takes nothing over."""

    __slots__ = ()

    def __init__(self, rule: Meaning) -> None:
        super().__init__(rule)
        self.key_of = self.made = None


def everything(project: Any, target: str) -> list[str]:
    """All that a conversion says."""
    made = api.convert(project, target=target)
    return [yaml.dump(made.documents), yaml.dump(made.secrets), *map(repr, made.entries), *map(repr, made.diagnostics)]


@pytest.mark.parametrize("target", ["kubevela", "kubernetes"])
def test_a_service_among_its_likes_becomes_what_it_would_alone(
    load: Load, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    """Services in many combinations, each of them twice, with and without taking over."""
    lines = ["services:", "  my_db: {image: a}"]
    for number, (check, deploy, other) in enumerate(itertools.product(CHECKS, DEPLOYS, OTHERS)):
        for name in (f"one{number}", f"other{number}"):
            lines.append(f"  {name}: {{image: {name}, healthcheck: {check}, deploy: {deploy}, {other}}}")
    project = load("\n".join([*lines, "volumes: {data: {}}"]))
    shared = everything(project, target)
    monkeypatch.setattr(meanings, "Step", _Alone)
    alone = everything(project, target)
    assert shared == alone


def test_what_is_taken_over_is_no_ones_alone(load: Load) -> None:
    """What a user patches into one service does not reach those that say the same."""
    check = "{test: [CMD, 'true']}"
    patch = "{merge: {spec: {paused: true}}}"
    text = f"""
        services:
          a: {{image: a, healthcheck: {check}, x-oam: {{properties: {{readinessProbe: {{periodSeconds: 7}}}}}}}}
          b: {{image: a, healthcheck: {check}}}
          c: {{image: a, healthcheck: {check}, x-oam: {{patch: {patch}}}}}
          d: {{image: a, healthcheck: {check}}}
        """
    components = api.convert(load(text)).application.components
    found = {item.name: item.properties["readinessProbe"] for item in components if item.type == "worker"}
    assert found["a"]["periodSeconds"] == 7
    assert found["b"] == found["c"] == found["d"]
    assert found["b"]["periodSeconds"] == 30


def test_what_a_rule_notes_is_said_of_each(load: Load) -> None:
    """The second service is told of its own line."""
    made = api.convert(load("services: {a: {image: a, platform: wasi/wasm}, b: {image: a, platform: wasi/wasm}}"))
    said = [render(item.path) for item in made.diagnostics if "wasi" in item.message]
    assert said == ["services.a.platform", "services.b.platform"]


def test_a_rule_of_a_user_hears_null_from_nothing(load: Load, write: Write) -> None:
    """A key with no value is another thing than no key."""
    rule = """\
        code: C2O-901
        title: What is said
        why: A test.
        reads: [x-a]
        always: true
        when: "contains(keys({a: \\"x-a\\"}), 'a')"
        means: {hostname: {from: '"x-a"', default: none}}
        examples: [{title: nothing said, service: {image: a}, means: {hostname: none}}]
        """
    rules = write({"overlay.yaml": "disable: [C2O-230]", "meanings/network/a.yaml": rule})
    project = load("services: {a: {image: a, x-a: null}, b: {image: a}, c: {image: a, x-a: 'b'}, d: {image: a}}")
    made = api.convert(project, mappings=[rules], target="kubernetes")
    names = [
        item["spec"]["template"]["spec"].get("hostname") for item in made.documents if item["kind"] == "Deployment"
    ]
    assert names == ["none", "none", "b", "none"]


@pytest.mark.parametrize("name", sorted(ALIKE))
def test_a_function_for_all_looks_at_nothing_of_one(name: str) -> None:
    """Its module asks the context for settings, to note, and for the places that the table names; and so on below."""
    assert name in NAMES
    allowed = {
        "settings",
        "note",
        *({"facts": "facts", "model": "model"}.get(place[0], "entity") for place in ALIKE[name]),
    }
    module = importlib.import_module(f"compose2oam.rules.functions.{name}")
    tree = ast.parse(inspect.getsource(module))
    asked = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "context"
    }
    assert asked <= allowed
    given = {
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and any(isinstance(item, ast.Name) and item.id == "context" for item in node.args)
    }
    own = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    # Hosts knows what the project renamed, and notes.
    assert given <= own | set(ALIKE) | {"Hosts"}
