"""A definition as a file of the catalogue holds it: what :func:`compose2oam.oam.definition.read_definition` reads."""

from __future__ import annotations

from typing import Any

from compose2oam.oam.definition import Definition, Parameter


def tree_of(definition: Definition) -> dict[str, Any]:
    """Return a definition as plain data, in the order in which people look for its parts."""
    tree: dict[str, Any] = {"kind": definition.kind.value, "name": definition.name}
    plain = {
        "summary": definition.summary,
        "deprecated": definition.deprecated,
        "workload": definition.workload,
        "renders": definition.renders,
        "makes": list(definition.makes),
        "appliesTo": list(definition.applies_to),
    }
    tree |= {key: value for key, value in plain.items() if value}
    if definition.pod_disruptive is not None:
        tree["podDisruptive"] = definition.pod_disruptive
    if definition.stage:
        tree["stage"] = definition.stage
    if definition.conflicts_with:
        tree["conflictsWith"] = [
            {"trait": name, "because": because} for name, because in definition.conflicts_with.items()
        ]
    if definition.needs:
        tree["needs"] = [{sort: name} for sort, name in definition.needs]
    inner = _mapping(definition.properties)
    if "fields" in inner:
        inner["parameters"] = inner.pop("fields")
    return tree | inner


def _parameter(parameter: Parameter) -> Any:
    types = list(parameter.types)
    tree: dict[str, Any] = {"type": types[0] if len(types) == 1 else types}
    for key in ("required", "nullable", "inert", "undeclared"):
        if getattr(parameter, key):
            tree[key] = True
    if parameter.has_default:
        tree["default"] = parameter.default
    if parameter.is_implied:
        tree["implied"] = parameter.implied
    if parameter.allowed:
        tree["allowed"] = list(parameter.allowed)
    for key in ("min", "max"):
        if getattr(parameter, key) is not None:
            tree[key] = getattr(parameter, key)
    if parameter.pattern:
        tree["pattern"] = parameter.pattern
    if parameter.when:
        tree["when"] = {name: list(values) for name, values in parameter.when.items()}
    tree |= _mapping(parameter)
    if parameter.items is not None:
        tree["items"] = _parameter(parameter.items)
    # A parameter that is nothing but a type is written as that type.
    return tree["type"] if len(tree) == 1 and isinstance(tree["type"], str) else tree


def _mapping(parameter: Parameter) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    if parameter.choose:
        tree["choose"] = [list(group) for group in parameter.choose]
    if parameter.fields:
        tree["fields"] = {name: _parameter(inner) for name, inner in parameter.fields.items()}
    if parameter.values is not None:
        tree["values"] = _parameter(parameter.values)
    return tree
