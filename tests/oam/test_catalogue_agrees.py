"""The catalogue agrees with what a running KubeVela publishes, both ways."""

from __future__ import annotations

import json
import pathlib
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from compose2oam.oam.agreement import differences
from compose2oam.oam.catalogue import runtime
from compose2oam.oam.definition import Definition, Kind, Parameter
from compose2oam.oam.published import read_manifest, read_schema

PUBLISHED = pathlib.Path(__file__).parents[2] / ".." / "shared" / "kubevela"

pytestmark = pytest.mark.skipif(
    not PUBLISHED.is_dir(),
    reason="needs ../shared/kubevela: definitions.json and schemas/ as a KubeVela 1.11 publishes them",
)

KINDS = {
    "ComponentDefinition": Kind.COMPONENT,
    "TraitDefinition": Kind.TRAIT,
    "PolicyDefinition": Kind.POLICY,
    "WorkflowStepDefinition": Kind.STEP,
}
TYPES = {
    "string": "string",
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
    "array": "list",
    "object": "map",
}

# Published as "anything or one of these": the template says which. Ours say it, the schema cannot.
UNTYPED = {
    ("workflowstep/build-push-image", ("context",)),
    ("workflowstep/check-metrics", ("metricEndpoint",)),
    ("trait/nocalhost", ("image",)),
}

# The template refuses none, or two, of these; the schema does not say so.
SAID_BY_TEMPLATE = {("workflowstep/restart-workflow", (name,)) for name in ("at", "after", "every")}

# A template that looks at another parameter first has parameters that its schema does not show.
UNPUBLISHED = {("trait/pvc", ("volumesToMount", "[]", "devicePath"))}

# Objects without properties are published alike whether they take anything or nothing.
TAKES_NOTHING = {
    "workflowstep/apply-application",
    "workflowstep/apply-application-in-parallel",
    "workflowstep/step-group",
}

# It has a template and no published schema.
WITHOUT_SCHEMA = {"workflowstep/apply-terraform-provider"}


def schemas() -> dict[str, dict[str, Any]]:
    folder = PUBLISHED / "schemas"
    return {
        path.relative_to(folder).with_suffix("").as_posix(): json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(folder.glob("*/*.json"))
    }


def definition(key: str) -> Definition:
    kind, _, name = key.partition("/")
    found = runtime().find(Kind(kind), name)
    assert found is not None, key
    return found


Row = tuple[tuple[str, ...], dict[str, Any], bool]


def published(schema: dict[str, Any], path: tuple[str, ...] = (), required: bool = False) -> Iterator[Row]:
    """Go through all places of a schema: path, schema, whether it is listed as required."""
    yield path, schema, required
    needed = {*schema.get("required", ())}
    needed.update(name for choice in schema.get("oneOf", ()) for name in choice.get("required", ()))
    for name, inner in schema.get("properties", {}).items():
        yield from published(inner, (*path, name), name in needed)
    if "items" in schema:
        yield from published(schema["items"], (*path, "[]"))
    if isinstance(schema.get("additionalProperties"), dict):
        yield from published(schema["additionalProperties"], (*path, "*"))


def ours(parameter: Parameter, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Parameter]]:
    yield path, parameter
    for name, inner in parameter.fields.items():
        yield from ours(inner, (*path, name))
    if parameter.items is not None:
        yield from ours(parameter.items, (*path, "[]"))
    if parameter.values is not None:
        yield from ours(parameter.values, (*path, "*"))


def test_the_definitions_are_the_same_with_the_same_settings() -> None:
    listed = json.loads((PUBLISHED / "definitions.json").read_text(encoding="utf-8"))
    keys = {(KINDS[entry["kind"]], entry["name"]) for entry in listed}
    assert keys == {(kind, name) for kind in Kind for name in runtime().names(kind)}
    for entry in listed:
        found = runtime().find(KINDS[entry["kind"]], entry["name"])
        assert found is not None
        spec = entry["spec"]
        assert found.workload == spec.get("workload", {}).get("type", ""), entry["name"]
        assert found.applies_to == tuple(spec.get("appliesToWorkloads", ())), entry["name"]
        assert set(spec.get("conflictsWith", ())) <= set(found.conflicts_with), entry["name"]
        assert found.pod_disruptive == spec.get("podDisruptive"), entry["name"]
        assert found.stage == spec.get("stage", ""), entry["name"]
        deprecated = "DEPRECATED" in entry["annotations"]["definition.oam.dev/description"]
        deprecated = deprecated or entry["labels"].get("custom.definition.oam.dev/deprecated") == "true"
        assert bool(found.deprecated) == deprecated, entry["name"]


def test_every_published_schema_has_its_definition_and_the_other_way_round() -> None:
    names = {f"{kind.value}/{name}" for kind in Kind for name in runtime().names(kind)}
    assert names - set(schemas()) == WITHOUT_SCHEMA
    assert set(schemas()) <= names


@pytest.mark.parametrize("key", sorted(schemas()))
def test_parameters_agree_both_ways(key: str) -> None:
    known = dict(ours(definition(key).properties))
    rows = {path: (schema, required) for path, schema, required in published(schemas()[key])}
    conditional = {path for path, parameter in known.items() if parameter.when and path not in rows}
    mine = {
        path
        for path, parameter in known.items()
        if not _is_unpublished(key, path, parameter) and not any(path[: len(top)] == top for top in conditional)
    }
    assert set(rows) == mine
    for path, (schema, required) in rows.items():
        _compare(key, path, known[path], schema, required)


def _is_unpublished(key: str, path: tuple[str, ...], parameter: Parameter) -> bool:
    """Whether a place of ours has no counterpart: undeclared, the inside of a free object, or of an untyped value."""
    free = path[-1:] == ("*",) and parameter.types == ("any",) and not _lists_any(key, path)
    return (key, path) in UNPUBLISHED or parameter.undeclared or free or ((key, path[:1]) in UNTYPED and len(path) > 1)


def _lists_any(key: str, path: tuple[str, ...]) -> bool:
    """Whether the schema writes ``additionalProperties: {}`` there, instead of an object that says nothing."""
    return any(path == row for row, _, _ in published(schemas()[key]))


def _compare(key: str, path: tuple[str, ...], parameter: Parameter, schema: dict[str, Any], required: bool) -> None:
    place = f"{key} {'.'.join(path)}"
    if (key, path) not in UNTYPED:
        published_type = TYPES.get(schema.get("type", ""))
        if published_type:
            assert parameter.types == (published_type,), place
        else:
            assert parameter.types in (("any",), ("number", "string")), place
        assert list(parameter.allowed) == list(dict.fromkeys(schema.get("enum", ()))), place
    if path:
        assert parameter.has_default == ("default" in schema), place
        assert parameter.default == schema.get("default"), place
    assert parameter.nullable == schema.get("nullable", False), place
    assert parameter.pattern == schema.get("pattern", ""), place
    assert (parameter.min, parameter.max) == (schema.get("minimum"), schema.get("maximum")), place
    if (key, path) not in SAID_BY_TEMPLATE:
        # A schema lists what has a default as required too; an absent value then stands for the default.
        has_value = parameter.has_default or parameter.is_implied or parameter.nullable
        assert parameter.required == (required and not has_value), place
    if key not in TAKES_NOTHING and parameter.types == ("map",):
        is_open = "additionalProperties" in schema or "properties" not in schema
        assert (parameter.values is not None) == is_open, place


# Where ours say something else than the schema, and why.
KNOWN_BETTER = {
    ("trait/pvc", "volumesToMount.*.devicePath: not published"),  # the template looks at volumeMode first
    # A message of DingTalk without any content has a default for its type, and is none.
    ("workflowstep/notification", "dingding.message: required here, optional published"),
}


def test_what_is_read_from_the_schemas_is_what_is_here() -> None:
    """The reader that makes definitions of a cluster's schemas gives the catalogue, but for the table above."""
    found = {
        (key, line)
        for key, schema in schemas().items()
        for line in differences(definition(key).properties, read_schema(schema))
    }
    assert found == KNOWN_BETTER


def test_what_is_read_from_the_manifests_is_what_is_here() -> None:
    """So are workload, appliesTo and the rest of what a manifest says."""
    for manifest in json.loads((PUBLISHED / "definitions.json").read_text(encoding="utf-8")):
        metadata = {key: manifest.get(key) for key in ("name", "annotations", "labels")}
        read = read_manifest({**manifest, "metadata": metadata})
        found = definition(f"{read.kind.value}/{read.name}")
        assert (read.workload, read.applies_to, read.stage) == (found.workload, found.applies_to, found.stage)
        assert read.pod_disruptive == found.pod_disruptive
        assert bool(read.deprecated) == bool(found.deprecated)
        assert set(read.conflicts_with) <= set(found.conflicts_with)


def test_what_is_implied_is_published_as_required() -> None:
    """Ours differ from the schema only where the schema cannot be right, and then on purpose."""
    for key in schemas():
        rows = {path: required for path, _, required in published(schemas()[key])}
        for path, parameter in ours(definition(key).properties):
            if parameter.is_implied and not parameter.undeclared:
                assert rows[path], f"{key} {path}"


def test_the_shape_of_an_application_is_that_of_its_resource_definition() -> None:
    text = (PUBLISHED / "crds" / "core.oam.dev_applications.yaml").read_text(encoding="utf-8")
    versions = yaml.load(text, yaml.CSafeLoader)["spec"]["versions"]
    (version,) = (entry for entry in versions if entry["name"] == "v1beta1")
    schema = version["schema"]["openAPIV3Schema"]["properties"]["spec"]
    known = dict(ours(runtime().application.fields["spec"]))
    rows = {path: (inner, required) for path, inner, required in published(schema)}
    free = {path for path in known if path[-1:] == ("*",) and known[path].types == ("any",)}
    assert set(rows) == set(known) - free
    for path, (inner, required) in rows.items():
        assert known[path].types == (TYPES[inner["type"]],), path
        assert known[path].required == (required or path == ()), path


def test_the_counts(capsys: pytest.CaptureFixture[str]) -> None:
    """Print how much was compared."""
    counts: Counter[str] = Counter()
    for key, schema in schemas().items():
        counts["schemas"] += 1
        for path, inner, required in published(schema):
            if path:
                counts["parameters"] += 1
                counts["with a default"] += "default" in inner
                counts["listed as required"] += required
                counts["with allowed values"] += "enum" in inner
        counts["required by us"] += sum(parameter.required for _, parameter in ours(definition(key).properties))
    with capsys.disabled():
        listing = ", ".join(f"{number} {what}" for what, number in counts.items())
        sys.stdout.write(f"\ncatalogue against the published schemas: {listing}\n")
    assert counts["schemas"] == 90
