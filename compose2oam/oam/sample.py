"""The least that an application must say to use a definition, with words that show where a value goes."""

from __future__ import annotations

from typing import Any

from compose2oam.oam.definition import Definition, Kind, Parameter

_BLANK: dict[str, Any] = {"integer": 1, "number": 1, "boolean": True, "list": [], "map": {}}
# With a type that stands for many, the plainest shows best.
_PLAINEST = ("string", "integer", "number", "boolean", "list", "map")


def sample_of(definition: Definition) -> dict[str, Any]:
    """Return an entry of an application (a component, a trait, a policy, a step) that uses a definition."""
    entry: dict[str, Any] = {"type": definition.name}
    if definition.kind is not Kind.TRAIT:
        entry = {"name": f"my-{definition.name}", **entry}
    properties = _mapping(definition.properties)
    return {**entry, "properties": properties} if properties else entry


def _mapping(parameter: Parameter) -> dict[str, Any]:
    # Of sets to choose from, the first that is in want of something shows what there is.
    chosen = {name for group in parameter.choose for name in group}
    group = next((one for one in parameter.choose if any(parameter.fields[name].required for name in one)), ())
    return {
        name: _value(inner, name)
        for name, inner in parameter.fields.items()
        if inner.required and not inner.when and (name not in chosen or name in group)
    }


def _value(parameter: Parameter, name: str) -> Any:
    if parameter.allowed:
        return parameter.allowed[0]
    plainest = next((kind for kind in _PLAINEST if kind in parameter.types), "any")
    if plainest == "map":
        return _mapping(parameter)
    if plainest == "list" and parameter.items is not None:
        return [_value(parameter.items, name)]
    if parameter.min is not None:
        return int(parameter.min) if plainest == "integer" else parameter.min
    return _BLANK.get(plainest, f"<{name}>")
