"""The JSON schema of rule files, for editors; made of the tables by which the engine reads them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from compose2oam.diagnostics import Severity
from compose2oam.model.outcome import Outcome
from compose2oam.model.workload import FIELDS, MAP
from compose2oam.rules import functions, shapes, strict
from compose2oam.rules.shapes import Key, Named, Shape

_TYPES = {
    strict.TEXT: "string",
    strict.TRUTH: "boolean",
    strict.LIST: "array",
    strict.TEXTS: "array",
    strict.MAPPING: "object",
}
_SHAPES = {
    "meaning": shapes.MEANING,
    "carrier": shapes.CARRIER,
    "overlay": shapes.OVERLAY,
    "target": shapes.TARGET,
    "extension": shapes.EXTENSION,
    "way": shapes.WAY,
    "trait": shapes.TRAIT,
    "policy": shapes.POLICY,
    "patch": shapes.PATCH,
    "remark": shapes.REMARK,
    "component": shapes.COMPONENT,
    "helper": shapes.HELPER,
    "meaning-example": shapes.MEANING_EXAMPLE,
    "carrier-example": shapes.CARRIER_EXAMPLE,
    "from": shapes.FROM,
    "each": shapes.EACH,
    "first": shapes.FIRST,
    "branch": shapes.BRANCH,
    "literal": shapes.LITERAL,
}
_NAMES = {shape: name for name, shape in _SHAPES.items()}
# A path such as `deploy.mode`, `ports[].target`, `networks.*.aliases`, `**.x-*` or `labels."a.b"`.
_STEP = r'("[^"]+"|[A-Za-z0-9_$-]+|\*\*?|x-\*)(\[\])*'
_PATTERN = rf"^{_STEP}(\.{_STEP})*$"


def schema() -> dict[str, Any]:
    """Return the schema (JSON Schema, draft 7) of a rule, an ``overlay.yaml`` or a ``target.yaml``."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Mapping rules of compose2oam",
        "description": "A meaning, a carrier, an overlay.yaml or a target.yaml; mappings/README.md explains them.",
        "type": "object",
        **_choose(
            ("carries", _ref("carrier")),
            ("extends", _ref("extension")),
            ("target", _ref("target")),
            ("code", _ref("meaning")),
            ("reads", _ref("meaning")),
            ("means", _ref("meaning")),
            otherwise=_ref("overlay"),
        ),
        "definitions": {
            **{name: _object(shape) for name, shape in _SHAPES.items()},
            "meaning": {**_object(shapes.MEANING), "allOf": _of_outcomes()},
            "template": _template(),
            "places": _places(),
        },
    }


def _object(shape: Shape) -> dict[str, Any]:
    return {
        "description": shape.about,
        "type": "object",
        "properties": {name: _key(key) for name, key in shape.keys.items()},
        "required": list(shape.required),
        "additionalProperties": False,
    }


def _key(key: Key) -> dict[str, Any]:
    made: dict[str, Any] = {"description": key.about}
    if key.shape != strict.ANY:
        made["type"] = _TYPES[key.shape]
    held = _held(key)
    if key.shape == strict.LIST:
        made["items"] = held
    elif key.shape == strict.TEXTS:
        made["items"] = {"type": "string", **held}
    elif "$ref" in held:
        # In draft 7 what stands beside a `$ref` does not count.
        made["allOf"] = [held]
    else:
        made.update(held)
    return made


def _held(key: Key) -> dict[str, Any]:
    if key.words:
        return {"enum": list(key.words)}
    if isinstance(key.holds, Shape):
        return _ref(_NAMES[key.holds])
    if isinstance(key.holds, Named):
        return {"additionalProperties": _ref(_NAMES[key.holds.shape])}
    return _WORDS.get(key.holds, dict)()


_WORDS: Mapping[str, Callable[[], dict[str, Any]]] = {
    shapes.CODE: lambda: {"pattern": shapes.CODE_PATTERN},
    shapes.PATTERN: lambda: {"pattern": _PATTERN},
    shapes.FIELD: lambda: {"enum": list(FIELDS)},
    shapes.FUNCTION: lambda: {"enum": sorted(functions.NAMES)},
    shapes.TEMPLATE: lambda: _ref("template"),
    shapes.PLACES: lambda: _ref("places"),
}


def _template() -> dict[str, Any]:
    """What a rule writes: a form where its key is there, else any YAML of templates."""
    return {
        "description": "what is written: any YAML, in which some mappings stand for values",
        "if": {"type": "object"},
        "then": _choose(
            *((form, _ref(form)) for form in shapes.FORMS),
            otherwise={"additionalProperties": _ref("template")},
        ),
        "else": {"items": _ref("template")},
    }


def _places() -> dict[str, Any]:
    maps = "|".join(name for name, field in FIELDS.items() if field.shape == MAP)
    return {
        "type": "object",
        "properties": {
            name: {"description": field.summary, "allOf": [_ref("template")]} for name, field in FIELDS.items()
        },
        "patternProperties": {rf"^({maps})\..": _ref("template")},
        "additionalProperties": False,
    }


def _of_outcomes() -> list[dict[str, Any]]:
    """What the outcome of a meaning asks of its other keys."""
    told = [outcome.value for outcome in Outcome if outcome.rank > Outcome.INFERRED.rank]
    losses = [outcome.value for outcome in Outcome if outcome.is_loss]
    louder = [severity.value for severity in Severity if severity is not Severity.INFO]
    return [
        {"if": _has_outcome(told), "then": {"required": ["say"]}},
        {"if": _has_outcome(losses), "then": {"properties": {"severity": {"enum": louder}}}},
    ]


def _has_outcome(words: list[str]) -> dict[str, Any]:
    return {"properties": {"outcome": {"enum": words}}, "required": ["outcome"]}


def _choose(*cases: tuple[str, dict[str, Any]], otherwise: dict[str, Any]) -> dict[str, Any]:
    """Return a schema that takes the first case whose key is there."""
    made = otherwise
    for key, then in reversed(cases):
        made = {"if": {"required": [key]}, "then": then, "else": made}
    return made


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/definitions/{name}"}
