"""A definition of the runtime: what a component, trait, policy or workflow step takes, needs and makes.

The files of the catalogue are this, written as YAML; each key of a file is a field here. ``type: map`` may be left out
of the parameters of a file's top level, and a parameter that is nothing but a type is written as that type.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

from compose2oam.errors import InputError
from compose2oam.model.dataclass import dataclass, field

TYPES = frozenset(["string", "integer", "number", "boolean", "list", "map", "any"])


class Kind(str, Enum):
    """The kinds of definitions; the value is the folder in the catalogue. Only v1alpha2 has scopes."""

    COMPONENT = "component"
    TRAIT = "trait"
    POLICY = "policy"
    STEP = "workflowstep"
    SCOPE = "scope"


@dataclass(frozen=True, slots=True)
class Parameter:
    """What one value may be.

    Attributes:
        types: of :data:`TYPES`; one of them must fit.
        required: must be there; in one of the sets of ``choose``, only if that set is the one in use.
        has_default: whether the definition declares a default.
        default: that default.
        implied: what an absent value stands for where the published schema calls it required and is wrong.
        is_implied: whether there is such a value.
        nullable: whether null is a value.
        allowed: the only values, empty for any.
        min: the least number.
        max: the greatest number.
        pattern: a regular expression that a string must match.
        fields: the keys of a map that are known by name.
        values: what the other keys of a map hold, ``None`` if there may be no others.
        items: what a list holds.
        choose: sets of keys of a map of which one may be used; a key in no set goes with any.
        when: keys beside it, and the values that one of them must have for this one to count.
        inert: the definition takes it and does nothing with it.
        undeclared: the definition does it and does not say so.
    """

    types: tuple[str, ...] = ("map",)
    required: bool = False
    has_default: bool = False
    default: Any = None
    implied: Any = None
    is_implied: bool = False
    nullable: bool = False
    allowed: tuple[Any, ...] = ()
    min: float | None = None
    max: float | None = None
    pattern: str = ""
    fields: Mapping[str, Parameter] = field(default_factory=dict)
    values: Parameter | None = None
    items: Parameter | None = None
    choose: tuple[tuple[str, ...], ...] = ()
    when: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    inert: bool = False
    undeclared: bool = False


@dataclass(frozen=True, slots=True)
class Definition:
    """One definition.

    Attributes:
        kind: component, trait, policy or workflow step.
        name: what an application calls it by (``type:``).
        summary: one sentence.
        properties: what it takes.
        deprecated: what to use instead, ``""`` if it is not deprecated.
        workload: of a component, the resource (``deployments.apps``) that traits match with ``applies_to``;
            ``autodetects.core.oam.dev`` where that is known only when it runs.
        renders: of a component, the resource that it really makes where ``workload`` does not say.
        makes: the kinds of the objects that it makes.
        applies_to: of a trait, the workloads; ``("*",)`` and ``()`` for all.
        conflicts_with: of a trait, other traits, and why the two cannot stand together.
        pod_disruptive: of a trait, whether a change restarts the pods; ``None`` where it does not say.
        stage: of a trait, when it is applied, ``""`` for together with the workload.
        needs: what must be in the cluster, as pairs of a sort (addon, controller, crd) and a name.
    """

    kind: Kind
    name: str
    summary: str = ""
    properties: Parameter = Parameter()
    deprecated: str = ""
    workload: str = ""
    renders: str = ""
    makes: tuple[str, ...] = ()
    applies_to: tuple[str, ...] = ()
    conflicts_with: Mapping[str, str] = field(default_factory=dict)
    pod_disruptive: bool | None = None
    stage: str = ""
    needs: tuple[tuple[str, str], ...] = ()


_PLAIN_KEYS = {
    "kind": "kind", "name": "name", "summary": "summary", "deprecated": "deprecated", "workload": "workload",
    "renders": "renders", "podDisruptive": "pod_disruptive", "stage": "stage",
}  # fmt: skip
_LIST_KEYS = {"makes": "makes", "appliesTo": "applies_to"}
_PROPERTY_KEYS = {"parameters": "fields", "values": "values", "choose": "choose"}
_PARAMETER_FLAGS = frozenset(["required", "nullable", "min", "max", "pattern", "inert", "undeclared"])


def read_definition(tree: Any, file: str) -> Definition:
    """Make a definition from the content of a file of the catalogue.

    Raises:
        InputError: a key that definitions have not, or a value of the wrong shape; the message names the file.
    """
    try:
        given: dict[str, Any] = {}
        properties: dict[str, Any] = {}
        for key, value in tree.items():
            if key in _PLAIN_KEYS:
                given[_PLAIN_KEYS[key]] = value
            elif key in _LIST_KEYS:
                given[_LIST_KEYS[key]] = tuple(value)
            elif key in _PROPERTY_KEYS:
                properties[_PROPERTY_KEYS[key]] = value
            elif key == "conflictsWith":
                given["conflicts_with"] = {item["trait"]: item["because"] for item in value}
            elif key == "needs":
                given["needs"] = tuple(pair for item in value for pair in item.items())
            else:
                raise InputError(f"{file}: a definition has no key {key!r}")
        given["kind"] = Kind(given["kind"])
        return Definition(properties=read_parameter(properties, file), **given)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise InputError(f"{file}: not a definition: {error}") from None


def read_parameter(tree: Any, file: str) -> Parameter:
    """Make a parameter from its YAML; raises InputError for a key or a type that parameters have not."""
    if isinstance(tree, str):
        tree = {"type": tree}
    given: dict[str, Any] = {}
    for key, value in tree.items():
        if key in _PARAMETER_FLAGS:
            given[key] = value
        elif key == "type":
            given["types"] = tuple(value) if isinstance(value, list) else (value,)
            if not TYPES.issuperset(given["types"]):
                raise InputError(f"{file}: a parameter cannot be of type {value!r}")
        elif key == "default":
            given |= {"default": value, "has_default": True}
        elif key == "implied":
            given |= {"implied": value, "is_implied": True}
        elif key == "allowed":
            given["allowed"] = tuple(value)
        elif key == "choose":
            given["choose"] = tuple(map(tuple, value))
        elif key == "when":
            given["when"] = {name: tuple(values) for name, values in value.items()}
        elif key == "fields":
            given["fields"] = {name: read_parameter(item, file) for name, item in value.items()}
        elif key in ("values", "items"):
            given[key] = read_parameter(value, file)
        else:
            raise InputError(f"{file}: a parameter has no key {key!r}")
    return Parameter(**given)
