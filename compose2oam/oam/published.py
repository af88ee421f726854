"""What a cluster publishes of a definition: its manifest, and the OpenAPI schema of its parameters in a ConfigMap.

The schema is made from the CUE template by KubeVela. It calls required what the template has a value for (whatever has
a default, a mapping of which every key has one), and it cannot say what only the template looks at: a parameter that
counts beside another, or one that is taken and not used. The catalogue says both; see :mod:`compose2oam.oam.agreement`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from compose2oam.errors import InputError
from compose2oam.oam.definition import Definition, Kind, Parameter

#: The kind of a manifest, and the kind of definition that it is.
KINDS = {
    "ComponentDefinition": Kind.COMPONENT,
    "TraitDefinition": Kind.TRAIT,
    "PolicyDefinition": Kind.POLICY,
    "WorkflowStepDefinition": Kind.STEP,
    "WorkloadDefinition": Kind.COMPONENT,
    "ScopeDefinition": Kind.SCOPE,
}

_DESCRIPTION = "definition.oam.dev/description"
_DEPRECATED = "custom.definition.oam.dev/deprecated"
_AUTODETECTS = "autodetects.core.oam.dev"
_TYPES = {
    "string": "string", "integer": "integer", "number": "number", "boolean": "boolean", "array": "list",
    "object": "map",
}  # fmt: skip
_ANYTHING = Parameter(("any",))


def read_manifest(manifest: Mapping[str, Any], schema: Mapping[str, Any] | None = None) -> Definition:
    """Make a definition of a ComponentDefinition, a TraitDefinition or another of the :data:`KINDS`.

    Args:
        manifest: the object, of ``core.oam.dev/v1beta1``, or of v1alpha2 with the kinds that it has.
        schema: of its parameters; without one it takes any.

    Raises:
        InputError: the manifest is none of these kinds, or not in their shape.
    """
    try:
        kind, metadata, spec = KINDS[manifest["kind"]], manifest["metadata"], manifest.get("spec") or {}
        description = str((metadata.get("annotations") or {}).get(_DESCRIPTION, "")).strip()
        labelled = (metadata.get("labels") or {}).get(_DEPRECATED) == "true"
        return Definition(
            kind=kind,
            name=metadata["name"],
            summary=description,
            properties=Parameter(values=_ANYTHING) if schema is None else read_schema(schema),
            deprecated=(description or "use another") if labelled or "DEPRECATED" in description else "",
            workload=_workload(spec) if kind is Kind.COMPONENT else "",
            applies_to=tuple(spec.get("appliesToWorkloads") or ()),
            conflicts_with=dict.fromkeys(spec.get("conflictsWith") or (), "its definition says so"),
            pod_disruptive=spec.get("podDisruptive"),
            stage=spec.get("stage") or "",
        )
    except (AttributeError, KeyError, TypeError) as error:
        raise InputError(f"not a definition of core.oam.dev: {type(error).__name__} {error}") from None


def read_schema(schema: Mapping[str, Any]) -> Parameter:
    """Make a parameter of an OpenAPI v3 schema, as KubeVela publishes it or a CRD holds it.

    Raises:
        InputError: it is no schema.
    """
    try:
        return _read(schema, False)
    except (AttributeError, TypeError, ValueError, RecursionError) as error:
        raise InputError(f"not an OpenAPI schema: {error}") from None


def _read(schema: Mapping[str, Any], required: bool) -> Parameter:
    types = _types(schema)
    if types == ("any",):
        alternatives = [item for item in _alternatives(schema) if item.get("properties")]
        inner = _read({"type": "object", **alternatives[0]}, False) if len(alternatives) == 1 else _ANYTHING
        # A mapping among other things: what the mapping holds is told, and that it may be something else.
        return _with_value(inner if inner.fields else _ANYTHING, schema, required, ("any",))
    sets = tuple(tuple(item["required"]) for item in _alternatives(schema) if item.get("required"))
    sets = sets if len(sets) > 1 else ()
    needed = {*schema.get("required", ()), *(name for group in sets for name in group)}
    fields = {name: _read(inner, name in needed) for name, inner in (schema.get("properties") or {}).items()}
    others = schema.get("additionalProperties", not fields or bool(schema.get("x-kubernetes-preserve-unknown-fields")))
    values = None
    if "map" in types and others is not False:
        values = _read(others, False) if isinstance(others, Mapping) and others else _ANYTHING
    # A mapping that is called required and has a default for all that it needs may be absent.
    filled = required and bool(needed) and not any(inner.required for inner in fields.values())
    implied = filled and "default" not in schema and not schema.get("nullable")
    read = Parameter(
        fields=fields,
        values=values,
        items=_read(schema["items"], False) if schema.get("items") else None,
        choose=sets,
        is_implied=implied,
        implied={} if implied else None,
    )
    return _with_value(read, schema, required, types)


def _with_value(read: Parameter, schema: Mapping[str, Any], required: bool, types: tuple[str, ...]) -> Parameter:
    """Add to what is known of the inside what the schema says of the value as a whole."""
    from compose2oam.model.dataclass import replace

    nullable = bool(schema.get("nullable"))
    has_default = "default" in schema
    return replace(
        read,
        types=types,
        required=required and not (has_default or nullable or read.is_implied),
        has_default=has_default,
        default=schema.get("default"),
        nullable=nullable,
        allowed=tuple(dict.fromkeys(_allowed(schema))),
        min=schema.get("minimum"),
        max=schema.get("maximum"),
        pattern=schema.get("pattern", ""),
    )


def _types(schema: Mapping[str, Any]) -> tuple[str, ...]:
    if schema.get("x-kubernetes-int-or-string"):
        return ("integer", "string")
    if "type" in schema:
        # What a later OpenAPI has and this one has not is no reason to refuse the rest.
        return (_TYPES.get(schema["type"], "any"),)
    if "properties" in schema:
        return ("map",)
    named = [_TYPES.get(str(item.get("type")), "any") for item in _alternatives(schema)]
    return tuple(dict.fromkeys(named)) if named and "any" not in named else ("any",)


def _alternatives(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for key in ("oneOf", "anyOf"):
        yield from schema.get(key) or ()


def _allowed(schema: Mapping[str, Any]) -> Iterator[Any]:
    """Go through the only values: the schema's own, or those of its alternatives if each names some."""
    lists = [schema["enum"]] if "enum" in schema else [item.get("enum") for item in _alternatives(schema)]
    for values in lists if all(lists) else ():
        yield from values or ()


def _workload(spec: Mapping[str, Any]) -> str:
    """Return the resource of a component; a cluster fills it in, a file that was written by hand may say the kind."""
    if "definitionRef" in spec:
        return str(spec["definitionRef"]["name"])
    workload = spec.get("workload") or {}
    if workload.get("type"):
        return str(workload["type"])
    definition = workload.get("definition") or {}
    if not definition.get("kind"):
        return _AUTODETECTS
    return resource_of(str(definition.get("apiVersion", "")), str(definition["kind"]))


def resource_of(api_version: str, kind: str) -> str:
    """Guess the resource of a kind as Kubernetes' own names go: ``apps/v1 Deployment`` is ``deployments.apps``."""
    word = kind.lower()
    plural = word + "es" if word.endswith(("s", "x", "ch", "sh")) else word + "s"
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        plural = word[:-1] + "ies"
    group = api_version.rpartition("/")[0]
    return f"{plural}.{group}" if group else plural
