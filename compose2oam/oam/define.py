"""A new component or trait type: the manifest that registers a kind of object with a runtime."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from compose2oam.errors import UsageError
from compose2oam.model.versions import V1ALPHA2, V1BETA1
from compose2oam.oam.crds import Resource
from compose2oam.oam.cue import struct_of
from compose2oam.oam.definition import Definition, Kind, Parameter

_NAME = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?\Z")
_WORDS = {
    "string": "string", "str": "string", "text": "string", "integer": "integer", "int": "integer", "number": "number",
    "float": "number", "boolean": "boolean", "bool": "boolean", "map": "map", "any": "any",
}  # fmt: skip

# Where the spec of a trait's object says which workload it is about; the runtime knows, and nobody need write it.
_WORKLOAD_REFS = ("scaleTargetRef", "workloadRef", "targetRef")
_ABOUT = "definition.oam.dev/description"


@dataclass(frozen=True, slots=True)
class NewType:
    """What a definition is made of.

    Attributes:
        kind: component or trait.
        name: what an application will call it by.
        resource: the object that it makes.
        about: one sentence.
        applies_to: of a trait, the workloads, such as ``deployments.apps``; empty for all.
        conflicts_with: of a trait, other traits.
        namespace: where the definition goes; ``vela-system`` is for everybody.
    """

    kind: Kind
    name: str
    resource: Resource
    about: str = ""
    applies_to: tuple[str, ...] = ()
    conflicts_with: tuple[str, ...] = ()
    namespace: str = "vela-system"

    def check(self) -> None:
        """Raise UsageError for what no definition can say."""
        if not _NAME.match(self.name) or len(self.name) > 63:
            raise UsageError(f"{self.name!r} is no name: use small letters, digits and -, at most 63")
        if self.kind is Kind.COMPONENT and (self.applies_to or self.conflicts_with):
            raise UsageError("a component applies to nothing and conflicts with nothing: give --kind trait")


def definition_of(new: NewType) -> Definition:
    """Return the definition as the catalogue knows it, so that applications can be checked against it."""
    spec, _ = _parameters(new)
    return Definition(
        kind=new.kind,
        name=new.name,
        summary=_about(new),
        properties=spec,
        workload=new.resource.name if new.kind is Kind.COMPONENT else "",
        makes=(new.resource.kind,),
        applies_to=new.applies_to,
        conflicts_with=dict.fromkeys(new.conflicts_with, f"{new.name} says so"),
    )


def manifest_of(new: NewType) -> dict[str, Any]:
    """Return the ComponentDefinition or TraitDefinition of KubeVela, with its template in CUE."""
    spec: dict[str, Any] = {}
    if new.kind is Kind.COMPONENT:
        spec["workload"] = {"definition": {"apiVersion": new.resource.api_version, "kind": new.resource.kind}}
    else:
        spec |= {"appliesToWorkloads": list(new.applies_to)} if new.applies_to else {}
        spec |= {"conflictsWith": list(new.conflicts_with)} if new.conflicts_with else {}
        spec["podDisruptive"] = False
    spec["schematic"] = {"cue": {"template": _template(new)}}
    return {
        "apiVersion": V1BETA1,
        "kind": "ComponentDefinition" if new.kind is Kind.COMPONENT else "TraitDefinition",
        "metadata": {"name": new.name, "namespace": new.namespace, "annotations": {_ABOUT: _about(new)}},
        "spec": spec,
    }


def old_manifest_of(new: NewType) -> dict[str, Any]:
    """Return the WorkloadDefinition or TraitDefinition of oam-kubernetes-runtime (``core.oam.dev/v1alpha2``).

    That runtime finds a definition by the name of the resource, so this is its name.

    Raises:
        UsageError: conflicts, which the older definitions cannot say.
    """
    if new.conflicts_with:
        raise UsageError("a TraitDefinition of v1alpha2 cannot say what it conflicts with")
    spec: dict[str, Any] = {"definitionRef": {"name": new.resource.name}}
    if new.kind is Kind.TRAIT:
        spec |= {"appliesToWorkloads": list(new.applies_to)} if new.applies_to else {}
        reference = _workload_ref(new)
        spec |= {"workloadRefPath": f"spec.{reference}"} if reference else {}
    return {
        "apiVersion": V1ALPHA2,
        "kind": "WorkloadDefinition" if new.kind is Kind.COMPONENT else "TraitDefinition",
        "metadata": {"name": new.resource.name, "annotations": {_ABOUT: _about(new)}},
        "spec": spec,
    }


def _about(new: NewType) -> str:
    return new.about or new.resource.about or f"Makes a {new.resource.kind} of {new.resource.api_version}."


def _workload_ref(new: NewType) -> str:
    fields = new.resource.spec.fields
    return next((name for name in _WORKLOAD_REFS if name in fields), "") if new.kind is Kind.TRAIT else ""


def _parameters(new: NewType) -> tuple[Parameter, str]:
    """Return what the user gives, and the key of the spec that the template fills in."""
    reference = _workload_ref(new)
    fields = {name: inner for name, inner in new.resource.spec.fields.items() if name != reference}
    return replace(new.resource.spec, fields=fields, choose=()) if reference else new.resource.spec, reference


def _template(new: NewType) -> str:
    parameters, reference = _parameters(new)
    words = [json.dumps(word) for word in (new.resource.api_version, new.resource.kind)]
    spec = "parameter"
    if reference:
        target = "{\n\t\t\tapiVersion: context.output.apiVersion\n\t\t\tkind:       context.output.kind\n"
        spec = f"parameter & {{\n\t\t{reference}: {target}\t\t\tname:       context.name\n\t\t}}\n\t}}"
    head = "output:" if new.kind is Kind.COMPONENT else f"outputs: {json.dumps(new.name)}:"
    body = f"\tapiVersion: {words[0]}\n\tkind:       {words[1]}\n\tmetadata: name: context.name\n\tspec: {spec}\n"
    return f"{head} {{\n{body}}}\nparameter: {struct_of(parameters)}\n"


def parameters_of(texts: Iterable[str]) -> Parameter:
    """Make the parameters of a list of ``NAME:TYPE``, ``NAME:TYPE=DEFAULT`` and ``NAME:TYPE!`` (required).

    A type is string, integer, number, boolean, map or any, with ``[]`` behind it for a list of it; a dot in a name goes
    one level down.

    Raises:
        UsageError: for the first that is none of these.
    """
    tree: dict[str, Any] = {}
    for text in texts:
        *holders, last = text.partition(":")[0].split(".")
        place = tree
        for holder in holders:
            place = place.setdefault(holder, {})
            if not isinstance(place, dict):
                raise UsageError(f"{text!r}: {holder} is a value, and holds nothing")
        if not last or not all(holders) or last in place:
            raise UsageError(f"{text!r} is no new parameter: write NAME:TYPE, NAME:TYPE=DEFAULT or NAME:TYPE!")
        place[last] = _parameter(text)
    return _nested(tree)


def _parameter(text: str) -> Parameter:
    kind, given, default = text.partition(":")[2].partition("=")
    required = kind.endswith("!") and not given
    word = kind.removesuffix("!") if required else kind
    plain = _WORDS.get(word.removesuffix("[]"))
    if plain is None:
        raise UsageError(
            f"{text!r}: {word!r} is no type; there are {', '.join(dict.fromkeys(_WORDS.values()))}, and []"
        )
    inner = Parameter((plain,), values=Parameter(("any",)) if plain == "map" else None)
    parameter = Parameter(("list",), items=inner) if word.endswith("[]") else inner
    value = _read_default(text, default, parameter) if given else None
    return replace(parameter, required=required, has_default=bool(given), default=value)


def _read_default(text: str, default: str, parameter: Parameter) -> Any:
    if parameter.types == ("string",):
        return default
    try:
        value = json.loads(default)
    except ValueError:
        value = None
    fits: Mapping[str, Any] = {"integer": int, "number": (int, float), "boolean": bool, "list": list, "map": dict}
    wanted = fits.get(parameter.types[0], object)
    if value is None or not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
        raise UsageError(f"{text!r}: {default!r} is no {parameter.types[0]}")
    return value


def _nested(tree: Mapping[str, Any]) -> Parameter:
    fields = {name: _nested(inner) if isinstance(inner, dict) else inner for name, inner in tree.items()}
    return Parameter(fields=fields, required=any(inner.required for inner in fields.values()))
