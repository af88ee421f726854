"""Definitions as a person reads them: a table of many, and all that is known of one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from compose2oam.oam.addons import Addon
from compose2oam.oam.definition import Definition, Kind, Parameter

KIND_NAMES = {
    Kind.COMPONENT: "component", Kind.TRAIT: "trait", Kind.POLICY: "policy", Kind.STEP: "workflow step",
    Kind.SCOPE: "scope",
}  # fmt: skip

# Values longer than this are not shown in the table of parameters.
_LONGEST_VALUE = 48
_WIDEST_NAME = 44


def table(definitions: Iterable[Definition], troubles: Mapping[tuple[Kind, str], str]) -> Iterator[str]:
    """Go through the lines of a list: kind, name, what it needs, what it is."""
    rows = [
        (KIND_NAMES[item.kind], item.name, needs(item), troubles.get((item.kind, item.name), ""), _about(item))
        for item in definitions
    ]
    headed = [("kind", "name", "needs", "", "what it is"), *rows]
    widths = [max(len(row[column]) for row in headed) for column in range(3)]
    for kind, name, need, trouble, about in headed:
        told = f"{about} [{trouble}]" if trouble else about
        yield f"{kind:<{widths[0]}}  {name:<{widths[1]}}  {need:<{widths[2]}}  {told}".rstrip()


def needs(definition: Definition) -> str:
    """Return what a definition needs, in a few words."""
    return ", ".join(name if sort == "addon" else f"{sort} {name}" for sort, name in definition.needs)


def _about(definition: Definition) -> str:
    return f"(deprecated) {definition.summary}" if definition.deprecated else definition.summary


def details(definition: Definition, addons: Mapping[str, Addon], trouble: str) -> Iterator[str]:
    """Go through the lines that show one definition whole."""
    from compose2oam.emitter import yaml
    from compose2oam.oam.sample import sample_of

    yield f"{KIND_NAMES[definition.kind]} {definition.name}"
    yield from (f"  {line}" for line in definition.summary.splitlines())
    facts: list[tuple[str, Iterable[str]]] = [
        ("deprecated", [definition.deprecated]),
        ("trouble", [trouble]),
        ("workload", [definition.renders or definition.workload]),
        ("makes", [", ".join(definition.makes)]),
        ("applies to", [", ".join("all workloads" if one == "*" else one for one in definition.applies_to)]),
        ("restarts pods", ["" if definition.pod_disruptive is None else _yes(definition.pod_disruptive)]),
        ("applied", [definition.stage]),
        ("conflicts", [f"{name}: {because}" for name, because in definition.conflicts_with.items()]),
        ("takes either", [" or ".join(_sets(definition.properties))]),
        ("needs", [_need(sort, name, addons) for sort, name in definition.needs]),
    ]
    for title, texts in facts:
        for text in filter(None, texts):
            yield f"  {title:<14}{text}"
            title = ""
    yield ""
    rows = list(_parameters(definition.properties, 0))
    if rows:
        names = min(max(len(name) for name, _, _ in rows), _WIDEST_NAME)
        types = max(len(kind) for _, kind, _ in rows)
        for name, kind, rest in [("parameter", "type", ""), *rows]:
            yield f"  {name:<{names}}  {kind:<{types}}  {rest}".rstrip()
    else:
        yield "  no parameters"
    yield ""
    yield "  example"
    for line in yaml.dump([[sample_of(definition)]]).splitlines():
        yield f"    {line}"


def _yes(flag: bool) -> str:
    return "yes" if flag else "no"


def _need(sort: str, name: str, addons: Mapping[str, Addon]) -> str:
    addon = addons.get(name) if sort == "addon" else None
    return f"{sort} {name}: {addon.install}" if addon else f"{sort} {name}"


def _parameters(parameter: Parameter, depth: int) -> Iterator[tuple[str, str, str]]:
    for name, inner in parameter.fields.items():
        yield from _parameter(name, inner, depth)
    if parameter.values is not None and (parameter.values.fields or parameter.fields or not depth):
        yield from _parameter("(any other)", parameter.values, depth)


def _parameter(name: str, parameter: Parameter, depth: int) -> Iterator[tuple[str, str, str]]:
    yield "  " * depth + name, _type(parameter), ", ".join(_remarks(parameter))
    inside = parameter
    while inside.items is not None:
        inside = inside.items
    yield from _parameters(inside, depth + 1)


def _type(parameter: Parameter) -> str:
    names = []
    for kind in parameter.types:
        if kind == "list" and parameter.items is not None:
            names.append(f"list of {_type(parameter.items)}")
        elif kind == "map" and parameter.values is not None and not parameter.fields:
            names.append(f"map of {_type(parameter.values)}")
        else:
            names.append(kind)
    return " or ".join([*names, "null"] if parameter.nullable else names)


def _remarks(parameter: Parameter) -> Iterator[str]:
    if parameter.required:
        yield "required"
    if parameter.has_default or parameter.is_implied:
        value = _shown(parameter.default if parameter.has_default else parameter.implied)
        if value:
            yield f"default {value}"
    if parameter.allowed:
        yield "one of " + " ".join(_shown(value) for value in parameter.allowed)
    if parameter.min is not None:
        yield f"at least {parameter.min}"
    if parameter.max is not None:
        yield f"at most {parameter.max}"
    if parameter.pattern:
        yield f"like {parameter.pattern}"
    if parameter.choose:
        yield f"either {' or '.join(_sets(parameter))}"
    if parameter.when:
        yield "only with " + " and ".join(
            f"{key} {' or '.join(map(str, those))}" for key, those in parameter.when.items()
        )
    if parameter.inert:
        yield "has no effect"
    if parameter.undeclared:
        yield "not declared, but it works"


def _sets(parameter: Parameter) -> Iterator[str]:
    """Go through the sets of keys of which one may be used, each by its key that must be there, or else by all."""
    for group in parameter.choose:
        needed = [name for name in group if parameter.fields[name].required]
        yield ", ".join(needed or group)


def _shown(value: Any) -> str:
    import json

    text = value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST_VALUE else ""
