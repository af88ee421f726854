"""Parameters as KubeVela's templates declare them: in CUE."""

from __future__ import annotations

import json
import re
from typing import Any

from compose2oam.oam.definition import Parameter

_TYPES = {"string": "string", "integer": "int", "number": "number", "boolean": "bool", "any": "_"}
_PLAIN_LABEL = re.compile(r"[A-Za-z][A-Za-z0-9]*\Z")
# A label in quotes hides nothing from its neighbours: a field called `string` would be what `string` means beside it.
_HIDING = frozenset(
    [
        "string", "int", "number", "bool", "bytes", "float", "null", "true", "false", "for", "in", "if", "let",
        "import", "package", "len", "close", "and", "or", "div", "mod", "quo", "rem",
        "parameter", "context", "output", "outputs", "patch",
    ]
)  # fmt: skip


def cue_of(parameter: Parameter, indent: int = 0) -> str:
    """Return what a value may be, as a CUE expression.

    Args:
        parameter: what it may be; sets to choose from are left to whoever takes the value.
        indent: how deep it stands, in tabs.
    """
    if parameter.allowed:
        named = [json.dumps(value, ensure_ascii=False) for value in parameter.allowed]
        return " | ".join(_marked(parameter, named))
    kinds = [_kind(kind, parameter, indent) for kind in parameter.types]
    if parameter.nullable:
        kinds.append("null")
    if not _has_default(parameter):
        return " | ".join(kinds)
    return f"*{_value(parameter.default)} | {' | '.join(kinds)}"


def _has_default(parameter: Parameter) -> bool:
    """Whether a default is to be written: one for a whole mapping hides those of its keys from KubeVela."""
    return parameter.has_default and "map" not in parameter.types


def _marked(parameter: Parameter, named: list[str]) -> list[str]:
    """Put the mark of the default before it; a default that is none of the values goes first."""
    if not parameter.has_default:
        return named
    default = _value(parameter.default)
    return [f"*{name}" if name == default else name for name in named] if default in named else [f"*{default}", *named]


def _kind(kind: str, parameter: Parameter, indent: int) -> str:
    if kind == "list":
        return f"[...{cue_of(parameter.items, indent) if parameter.items else '_'}]"
    if kind == "map":
        return struct_of(parameter, indent)
    if kind == "string":
        return _text(parameter)
    # KubeVela makes no schema of limits beside a default; the API server has them from the resource's own.
    limits = () if parameter.has_default else ((">=", parameter.min), ("<=", parameter.max))
    return " & ".join([_TYPES[kind], *(f"{sign}{number}" for sign, number in limits if number is not None)])


def _text(parameter: Parameter) -> str:
    if not parameter.pattern:
        return "string"
    pattern = f"=~{json.dumps(parameter.pattern, ensure_ascii=False)}"
    return pattern if parameter.has_default else f"string & {pattern}"


def struct_of(parameter: Parameter, indent: int = 0) -> str:
    """Return a mapping with the keys that it takes."""
    pad = "\t" * (indent + 1)
    chosen = {name for group in parameter.choose for name in group}
    lines = []
    for name, inner in parameter.fields.items():
        there = (inner.required or _has_default(inner) or inner.is_implied) and name not in chosen
        lines.append(f"{pad}{_label(name)}{'' if there else '?'}: {cue_of(inner, indent + 1)}")
    if parameter.values is not None:
        if not lines:
            return f"{{[string]: {cue_of(parameter.values, indent)}}}"
        lines.append(f"{pad}...")
    end = "\t" * indent
    return "\n".join(["{", *lines, f"{end}}}"]) if lines else "{}"


def _label(name: str) -> str:
    return name if _PLAIN_LABEL.match(name) and name not in _HIDING else json.dumps(name, ensure_ascii=False)


def _value(value: Any) -> str:
    # JSON is CUE.
    return json.dumps(value, ensure_ascii=False)
