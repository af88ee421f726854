"""Definitions of one's own: from a resource's CRD, or from a list of parameters, for either runtime."""

from __future__ import annotations

import pathlib
from typing import Any

import jsonschema
import pytest
import yaml

from compose2oam.errors import InputError, UsageError
from compose2oam.oam.crds import Resource, read_crd, resource
from compose2oam.oam.cue import cue_of
from compose2oam.oam.define import NewType, definition_of, manifest_of, old_manifest_of, parameters_of
from compose2oam.oam.definition import Kind, Parameter, read_parameter
from compose2oam.oam.findings import Findings
from compose2oam.oam.parameters import check_parameters

WARMER = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: warmers.scale.example.org}
spec:
  group: scale.example.org
  names: {plural: warmers, kind: Warmer}
  versions:
  - {name: v1alpha1, served: true, storage: false}
  - name: v1
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        description: Keeps copies warm. Nothing else.
        properties:
          spec:
            type: object
            required: [scaleTargetRef, copies]
            properties:
              scaleTargetRef: {type: object, required: [name], properties: {name: {type: string}}}
              copies: {type: integer, minimum: 1}
              mode: {type: string, enum: [fast, slow], default: slow}
"""


def crd(text: str = WARMER) -> Resource:
    """The resource of a CRD's text."""
    return read_crd(yaml.safe_load_all(text), "warmer.yaml")


def new(kind: Kind = Kind.TRAIT, **more: Any) -> NewType:
    """A type that is made of the CRD above."""
    return NewType(kind, "warm-up", crd(), **more)


def test_a_crd_says_the_kind_and_what_it_takes() -> None:
    """The stored version counts, and the first sentence of its description."""
    made = crd()
    assert (made.api_version, made.kind, made.name) == ("scale.example.org/v1", "Warmer", "warmers.scale.example.org")
    assert made.about == "Keeps copies warm"
    assert made.spec.fields["copies"] == Parameter(("integer",), required=True, min=1)
    assert made.spec.fields["mode"].allowed == ("fast", "slow")


def test_a_trait_fills_in_the_workload_that_it_is_about() -> None:
    """The reference is the runtime's to write, and no parameter."""
    manifest = manifest_of(new(applies_to=("deployments.apps",), conflicts_with=("hpa",), about="Warms up."))
    assert manifest["kind"] == "TraitDefinition"
    assert manifest["metadata"]["annotations"] == {"definition.oam.dev/description": "Warms up."}
    assert manifest["spec"]["appliesToWorkloads"] == ["deployments.apps"]
    assert manifest["spec"]["conflictsWith"] == ["hpa"]
    template = manifest["spec"]["schematic"]["cue"]["template"]
    head, _, parameters = template.partition("parameter: {")
    assert 'outputs: "warm-up": {' in head
    assert "scaleTargetRef: {" in head
    assert "kind:       context.output.kind" in head
    assert parameters == '\n\tcopies: int & >=1\n\tmode: "fast" | *"slow"\n}\n'


def test_a_component_is_the_object() -> None:
    """Its name is the component's, its spec the properties."""
    manifest = manifest_of(new(Kind.COMPONENT))
    assert manifest["spec"]["workload"] == {"definition": {"apiVersion": "scale.example.org/v1", "kind": "Warmer"}}
    assert manifest["spec"]["schematic"]["cue"]["template"].startswith(
        'output: {\n\tapiVersion: "scale.example.org/v1"\n\tkind:       "Warmer"\n\tmetadata: name: context.name\n'
        "\tspec: parameter\n}\nparameter: {\n\tscaleTargetRef: {\n\t\tname: string\n\t}\n"
    )


def test_an_application_can_be_checked_against_a_new_type_at_once() -> None:
    """The definition for the catalogue says what the manifest says."""
    definition = definition_of(new(applies_to=("deployments.apps",), conflicts_with=("hpa",)))
    assert (definition.applies_to, set(definition.conflicts_with)) == (("deployments.apps",), {"hpa"})
    findings = Findings(lambda path: None)
    check_parameters(definition, {"mode": "medium"}, (), findings)
    assert [one.code for one in findings.found] == ["OAM-144", "OAM-143"]


@pytest.mark.parametrize("kind", [Kind.COMPONENT, Kind.TRAIT])
def test_the_older_runtime_is_told_by_name(kind: Kind, shared: pathlib.Path) -> None:
    """A WorkloadDefinition or a TraitDefinition of v1alpha2, right by the CRDs of its runtime."""
    manifest = old_manifest_of(new(kind, applies_to=("deployments.apps",) if kind is Kind.TRAIT else ()))
    assert manifest["metadata"]["name"] == "warmers.scale.example.org"
    assert manifest["spec"]["definitionRef"] == {"name": "warmers.scale.example.org"}
    assert manifest["spec"].get("workloadRefPath") == ("spec.scaleTargetRef" if kind is Kind.TRAIT else None)
    file = shared / "oam-v1alpha2" / "crds" / f"core.oam.dev_{manifest['kind'].lower()}s.yaml"
    (version,) = (one for one in yaml.safe_load(file.read_text())["spec"]["versions"] if one["name"] == "v1alpha2")
    schema = version["schema"]["openAPIV3Schema"]
    jsonschema.validate(manifest, schema)
    assert set(manifest["spec"]) <= set(schema["properties"]["spec"]["properties"])


def test_the_older_runtime_knows_no_conflicts() -> None:
    """What cannot be said is refused, not left out."""
    with pytest.raises(UsageError, match="cannot say what it conflicts with"):
        old_manifest_of(new(conflicts_with=("hpa",)))


@pytest.mark.parametrize(
    ("text", "parameter"),
    [
        ("size:int", Parameter(("integer",))),
        ("size:integer=3", Parameter(("integer",), has_default=True, default=3)),
        ("name:string!", Parameter(("string",), required=True)),
        ("name:string=a!", Parameter(("string",), has_default=True, default="a!")),
        ("name:string=", Parameter(("string",), has_default=True, default="")),
        ("on:bool=true", Parameter(("boolean",), has_default=True, default=True)),
        ("ratio:number=0.5", Parameter(("number",), has_default=True, default=0.5)),
        ("tags:string[]!", Parameter(("list",), required=True, items=Parameter(("string",)))),
        ('tags:string[]=["a"]', Parameter(("list",), items=Parameter(("string",)), has_default=True, default=["a"])),
        ("labels:map", Parameter(values=Parameter(("any",)))),
    ],
)
def test_a_parameter_in_a_word(text: str, parameter: Parameter) -> None:
    """Name, type, and a default or a need."""
    (found,) = parameters_of([text]).fields.values()
    assert found == parameter


def test_a_dot_goes_one_level_down() -> None:
    """A mapping needs to be there if something in it does."""
    made = parameters_of(["storage.size:string!", "storage.class:string", "replicas:int"])
    assert set(made.fields) == {"storage", "replicas"}
    assert made.fields["storage"].required
    assert set(made.fields["storage"].fields) == {"size", "class"}


@pytest.mark.parametrize(
    "text", ["size", "size:inch", "size:int=big", "size:int=true", ":int", "a..b:int", "on:bool=1", "tags:string[]=a"]
)
def test_a_parameter_that_makes_no_sense(text: str) -> None:
    """The message repeats it."""
    with pytest.raises(UsageError) as caught:
        parameters_of([text])
    assert repr(text) in caught.value.message


def test_a_name_twice_makes_no_sense() -> None:
    """Neither as a value and a mapping."""
    for texts in (["a:int", "a:string"], ["a:int", "a.b:string"], ["a.b:int", "a:int"]):
        with pytest.raises(UsageError):
            parameters_of(texts)


@pytest.mark.parametrize(
    ("tree", "cue"),
    [
        ("string", "string"),
        ({"type": ["integer", "string"]}, "int | string"),
        ({"type": "string", "nullable": True}, "string | null"),
        ({"type": "integer", "min": 1, "max": 9}, "int & >=1 & <=9"),
        ({"type": "integer", "min": 1, "default": 3}, "*3 | int"),
        ({"type": "string", "pattern": r"^\d+$"}, r'string & =~"^\\d+$"'),
        ({"type": "string", "default": 'a"b'}, r'*"a\"b" | string'),
        ({"type": "string", "allowed": ["a", "b"], "default": "b"}, '"a" | *"b"'),
        ({"type": "string", "allowed": ["a"], "default": ""}, '*"" | "a"'),
        ({"type": "list", "items": {"type": "boolean"}}, "[...bool]"),
        ({"type": "list"}, "[..._]"),
        ({"type": "map", "values": "string"}, "{[string]: string}"),
        ({"type": "map"}, "{}"),
        ({"type": "map", "fields": {"a": "string"}, "values": "any"}, "{\n\ta?: string\n\t...\n}"),
        ({"type": "map", "fields": {"string": "string", "x-y": "any"}}, '{\n\t"string"?: string\n\t"x-y"?: _\n}'),
        ({"type": "map", "fields": {"a": {"type": "map", "default": {}, "fields": {"b": "any"}}}},
         "{\n\ta?: {\n\t\tb?: _\n\t}\n}"),
    ],
)  # fmt: skip
def test_parameters_in_cue(tree: Any, cue: str) -> None:
    """As KubeVela's templates declare them; a real one makes the same schema of them."""
    assert cue_of(read_parameter(tree, "x")) == cue


@pytest.mark.parametrize(
    ("documents", "message"),
    [
        ([], "x.yaml: holds no CustomResourceDefinition"),
        ([{"kind": "ConfigMap"}, 3], "x.yaml: holds no CustomResourceDefinition"),
        ([{"kind": "CustomResourceDefinition"}], "x.yaml: not a CustomResourceDefinition: KeyError"),
        ([{"kind": "CustomResourceDefinition", "spec": {"names": {}, "versions": [3]}}], "x.yaml: not a Custom"),
    ],
)
def test_a_file_without_a_crd_is_refused_by_name(documents: list[Any], message: str) -> None:
    """Never a traceback."""
    with pytest.raises(InputError) as caught:
        read_crd(documents, "x.yaml")
    assert caught.value.message.startswith(message)


@pytest.mark.parametrize("text", ["Deployment", "apps/v1/deployment", "", "/Deployment"])
def test_a_resource_is_named_in_full(text: str) -> None:
    """Group, version and kind."""
    with pytest.raises(InputError, match="GROUP/VERSION/Kind"):
        resource(text, Parameter())


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("apps/v1/Deployment", "deployments.apps"),
        ("v1/ConfigMap", "configmaps"),
        ("networking.k8s.io/v1/Ingress", "ingresses.networking.k8s.io"),
        ("networking.k8s.io/v1/NetworkPolicy", "networkpolicies.networking.k8s.io"),
        ("gateway.networking.k8s.io/v1/Gateway", "gateways.gateway.networking.k8s.io"),
    ],
)
def test_the_resource_of_a_kind_is_guessed_as_kubernetes_names_them(text: str, name: str) -> None:
    """For a resource whose CRD is not at hand."""
    assert resource(text, Parameter()).name == name


@pytest.mark.parametrize(
    ("kind", "name", "applies_to"),
    [(Kind.TRAIT, "Warm", ()), (Kind.TRAIT, "", ()), (Kind.TRAIT, "a" * 64, ()), (Kind.COMPONENT, "a", ("x",))],
)
def test_what_no_definition_can_say_is_refused(kind: Kind, name: str, applies_to: tuple[str, ...]) -> None:
    """A name that Kubernetes does not take; a component that applies to something."""
    with pytest.raises(UsageError):
        NewType(kind, name, crd(), applies_to=applies_to).check()
