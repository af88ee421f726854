"""The JSON schemas of ``x-oam`` say what the engine says: both take the samples, and both refuse what is broken."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import yaml
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from compose2oam.errors import ComposeError
from compose2oam.rules.extension_keys import SCOPES
from compose2oam.rules.extension_schema import COMPOSE as COMPOSE_SCHEMA
from compose2oam.rules.extension_schema import of_compose_file, of_side_file, of_whole_file
from compose2oam.rules.extension_shapes import Block, Key, Named
from compose2oam.rules.ledger import SCOPES as SECTIONS

if TYPE_CHECKING:
    from conftest import Convert

COMPOSE = jsonschema.Draft202012Validator(of_compose_file())
SIDE_FILE = jsonschema.Draft202012Validator(of_side_file())
SAMPLES = pathlib.Path(__file__).resolve().parents[2] / "samples"
FILES = sorted(path for path in SAMPLES.rglob("compose*.yaml"))
SECTION_OF = {scope: section for section, scope in SECTIONS.items()}


class Loader(yaml.SafeLoader):
    """YAML with the tags of Compose, which say nothing about shape."""


Loader.add_multi_constructor(
    "!", lambda loader, _tag, node: loader.construct_scalar(node) if isinstance(node, yaml.ScalarNode) else None
)

# By scope, what neither takes.
BROKEN = {
    "project": [
        "nmae: shop", "namespace: Shop", "namespace: 3", "labels: [a]", "labels: {a: 1}", "annotations: {a: [b]}",
        "defaults: {exposes: internal}", "defaults: {expose: everywhere}", "defaults: {volumeSize: huge}",
        "defaults: {liveness: often}", "components: {a: b}", "components: [{type: worker}]", "policies: [{name: a}]",
        "workflow: []", "clusters: local", "clusters: [3]", "clusters: [A_B]", "topology: {}",
        "topology: {cluster: [a]}", "topology: {clusters: [a], clusterLabelSelector: {a: b}}",
        "{clusters: [a], topology: {namespace: b}}", "overrides: [{replicas: 1}]",
        "overrides: [{service: web, replicas: -1}]", "overrides: [{service: web, copies: 1}]",
        "environments: {prod: {cluster: [a]}}", "environments: {Prod: {}}",
        "environments: {prod: {services: {web: {replica: 1}}}}", "environments: {prod: {approve: maybe}}",
        "{environments: {prod: {}}, clusters: [a]}", "{environments: {prod: {}}, overrides: [{service: web}]}",
        "health: {timeout: 0}", "health: {intervall: 3}",
    ],
    "service": [
        "schedul: '0 3 * * *'", "schedule: sometimes", "type: ''", "type: 3", "component: {properties: {}}",
        "component: {type: a, props: {}}", "as: lambda", "{as: knative, type: worker}",
        "{as: knative, hpa: {max: 3}}", "{as: knative, keda: {triggers: []}}", "{hpa: {max: 2}, keda: {triggers: []}}",
        "{as: openfaas, schedule: '@daily'}", "{schedule: '@daily', hpa: {max: 3}}", "hpa: {}",
        "hpa: {max: 3, cpus: 5}",
        "hpa: {max: none}", "hpa: {min: 0, max: 2}", "hpa: {max: 2, cpu: 0}", "keda: {max: 3}",
        "keda: {triggers: [{type: cpu}]}", "keda: {triggers: [{type: cpu, metadata: {}, metrics: a}]}",
        "keda: {triggers: [{type: cpu, metadata: {}, metricType: Percent}]}", "gateway: {domian: a}",
        "gateway: {domain: https://a.example}", "gateway: {domain: a.example, paths: {api: 80}}",
        "gateway: {domain: a.example, paths: {/: 0}}", "gateway: {domain: a.example, paths: {/: http}}",
        "canary: {}",
        "canary: {steps: [{}]}", "canary: {steps: [{weight: 120}]}", "canary: {steps: [{replicas: 120%}]}",
        "canary: {steps: [{weight: 10}], routing: mesh}", "traits: {type: a}", "traits: [{properties: {}}]",
        "traits: [{type: a, props: {}}]", "traits: [{type: a, disable: perhaps}]", "patch: {marge: {}}",
        "patch: {json: [{op: put, path: /a}]}", "patch: {json: [{op: add}]}", "dependsOn: db", "dependsOn: [3]",
        "inputs: [3]", "inputs: [{parameterKey: a}]", "outputs: [{valueFrom: a}]", "scopes: [a]",
        "expose: loadbalancr", "liveness: often", "serviceAccount: A_B", "imagePullSecrets: registry",
        "imagePullSecrets: [A_B]", "policies: []",
    ],
    "volume": [
        "sise: 1Gi", "size: huge", "size: 3", "storageClass: A_B", "accessModes: ReadWriteOnce", "accessModes: [Many]",
        "retain: never", "prepopulate: 3",
    ],
    "config": ["key: a/b", "name: A_B", "keys: a"],
    "secret": ["key: a/b", "name: A_B", "size: 1Gi"],
    "network": ["policy: closed", "policies: open"],
    "model": ["endpoint: inference:8000", "component: {type: webservice}", "url: http://a"],
}  # fmt: skip
CASES = [(scope, text) for scope, texts in BROKEN.items() for text in texts]


def project_with(scope: str, given: Any) -> dict[str, Any]:
    """A project in which a part has an ``x-oam``."""
    made: dict[str, Any] = {
        "services": {
            "web": {
                "image": "a",
                "volumes": ["data:/d"],
                "configs": ["c"],
                "secrets": ["s"],
                "networks": ["n"],
                "models": {"m": {}},
            }
        },
        "volumes": {"data": {}},
        "configs": {"c": {"content": "a"}},
        "secrets": {"s": {"environment": "HOME"}},
        "networks": {"n": {}},
        "models": {"m": {"model": "ai/a"}},
    }
    names = {"service": "web", "volume": "data", "config": "c", "secret": "s", "network": "n", "model": "m"}
    (made if scope == "project" else made[SECTION_OF[scope]][names[scope]])["x-oam"] = given
    return made


def side_file_with(scope: str, given: Any) -> dict[str, Any]:
    """The same in a side file."""
    made = project_with(scope, given)
    if scope == "project":
        return dict(given)
    section = made[SECTION_OF[scope]]
    return {SECTION_OF[scope]: {name: part["x-oam"] for name, part in section.items()}}


def test_both_are_schemas() -> None:
    """Of the draft that they name."""
    for schema in (COMPOSE.schema, SIDE_FILE.schema):
        jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SAMPLES)))
def test_every_sample_is_taken(path: pathlib.Path) -> None:
    """As its file stands, before variables are replaced."""
    for document in yaml.load_all(path.read_text(encoding="utf-8"), Loader=Loader):
        assert [error.message for error in COMPOSE.iter_errors(document)] == []


def test_there_are_enough_cases() -> None:
    """Forty at least, and some of each scope."""
    assert len(CASES) >= 40
    assert set(BROKEN) == set(SCOPES)


@pytest.mark.parametrize(("scope", "text"), CASES)
def test_what_is_broken_is_refused_by_schema_and_engine(scope: str, text: str, convert: Convert) -> None:
    """An editor says what the conversion says."""
    given = yaml.safe_load(text)
    assert not COMPOSE.is_valid(project_with(scope, given))
    assert not SIDE_FILE.is_valid(side_file_with(scope, given))
    with pytest.raises(ComposeError) as caught:
        convert(yaml.safe_dump(project_with(scope, given), sort_keys=False))
    assert {found.code for found in caught.value.diagnostics} == {"C2O-003"}


def examples(block: Block) -> list[tuple[str, Any]]:
    """The examples of the keys of a block, and of the blocks below it."""
    return [(name, yaml.safe_load(key.example)) for name, key in block.keys.items() if "..." not in key.example]


@pytest.mark.parametrize("scope", SCOPES)
def test_every_example_is_taken(scope: str) -> None:
    """Those that are whole; keys that cannot stand together stand alone."""
    for name, value in examples(SCOPES[scope]):
        needed = {key: yaml.safe_load(SCOPES[scope].keys[key].example) for key in SCOPES[scope].required}
        found = [error.message for error in COMPOSE.iter_errors(project_with(scope, {**needed, name: value}))]
        assert found == [], name


def blocks() -> list[Block]:
    """Every block, those inside of others too."""
    found: list[Block] = []
    todo: list[Any] = list(SCOPES.values())
    while todo:
        block = todo.pop()
        if block not in found:
            found.append(block)
            held = [key.holds.of if isinstance(key.holds, Named) else key.holds for key in block.keys.values()]
            todo += [one for one in held if isinstance(one, Block)]
    return found


@pytest.mark.parametrize("block", blocks(), ids=lambda block: block.name)
def test_every_key_says_what_it_is_for(block: Block) -> None:
    """In a line, with an example."""
    for name, key in block.keys.items():
        assert isinstance(key, Key)
        assert key.about, name
        assert key.example, name


def test_a_variable_may_stand_for_anything(convert: Convert) -> None:
    """An editor sees it before it is replaced, the engine its value, which is always a text."""
    text = """
        services:
          web:
            image: a
            x-oam: {liveness: "${LIVE:-true}", hpa: {max: "${MAX:-4}", cpu: "${CPU:-50}"}}
            healthcheck: {test: up}
        """
    assert COMPOSE.is_valid(yaml.safe_load(text))
    (web,) = (part.to_dict() for part in convert(text).application.components if part.name == "web")
    assert web["traits"][0]["properties"]["max"] == 4
    assert "livenessProbe" in web["properties"]


def whole(compose: Any) -> jsonschema.Draft202012Validator:
    """The schema for a whole file, with something in the place of what editors fetch."""
    fetched = Resource.from_contents(compose, default_specification=DRAFT202012)
    registry: Any = Registry().with_resource(COMPOSE_SCHEMA, fetched)
    return jsonschema.Draft202012Validator(of_whole_file(), registry=registry)


def test_one_schema_says_what_two_say() -> None:
    """What Compose refuses, and what x-oam refuses; each of them has to be right."""
    known = dict.fromkeys(("name", "services", "x-oam"), True)
    both = whole({"type": "object", "properties": known, "additionalProperties": False})
    good = {"name": "shop", "services": {"web": {"image": "a", "x-oam": {"expose": "ingress"}}}, "x-oam": {}}
    assert both.is_valid(good)
    assert not both.is_valid({**good, "servces": {}})
    assert not both.is_valid({**good, "x-oam": {"nmae": "a"}})
    assert not both.is_valid({"services": {"web": {"x-oam": {"exposes": "ingress"}}}})


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(SAMPLES).as_posix())
def test_one_schema_takes_every_sample(file: pathlib.Path) -> None:
    """As far as it is ours."""
    for document in yaml.load_all(file.read_text(encoding="utf-8"), Loader):
        assert [error.message for error in whole({}).iter_errors(document)] == []
