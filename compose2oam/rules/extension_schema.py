"""The JSON schemas of ``x-oam`` and of the side file, for editors; made of the table by which the engine reads both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compose2oam.rules import strict
from compose2oam.rules.extension_keys import SCOPES
from compose2oam.rules.extension_shapes import AMOUNT, FORMS, WHOLE, Block, Form, Key, Named, PassedOn
from compose2oam.rules.ledger import SCOPES as SECTIONS
from compose2oam.rules.settings import CHOICES, NAME, SIZE, TRUTH

DIALECT = "https://json-schema.org/draft/2020-12/schema"
COMPOSE = "https://raw.githubusercontent.com/compose-spec/compose-spec/main/schema/compose-spec.json"
"""The schema of a Compose file, by the Compose specification; editors fetch it and keep it."""

# Before Docker Compose replaced them, variables stand where numbers and words do.
_VARIABLE = {"type": "string", "pattern": r"\$"}
_SIMPLE: Mapping[str, dict[str, Any]] = {
    strict.TEXT: {"type": "string"},
    strict.TRUTH: {"anyOf": [{"type": "boolean"}, {"enum": ["true", "false"]}, _VARIABLE]},
    strict.LIST: {"type": "array"},
    strict.TEXTS: {"type": "array"},
    strict.MAPPING: {"type": "object"},
    strict.ANY: {},
}
_FORMS_OF_SETTINGS = {SIZE: "quantity", NAME: "name"}


def of_compose_file() -> dict[str, Any]:
    """Return the schema (draft 2020-12) of a Compose file as far as ``x-oam`` goes; the rest is Compose's own."""
    sections = {
        section: {
            "type": "object",
            "additionalProperties": {
                "type": ["object", "null"],
                "properties": {"x-oam": _ref(scope)},
            },
        }
        for section, scope in SECTIONS.items()
    }
    return {
        "$schema": DIALECT,
        "title": "x-oam in a Compose file",
        "description": "What compose2oam reads of a Compose file beside what Compose says; docs/x-oam.md explains it.",
        "type": "object",
        "properties": {"x-oam": _ref("project"), **sections},
        "$defs": _definitions(),
    }


def of_whole_file() -> dict[str, Any]:
    """Return the schema (draft 2020-12) of a Compose file with ``x-oam``, for editors that take one schema a file."""
    ours = of_compose_file()
    about = {"title": "A Compose file with x-oam", "description": ours["description"]}
    both = [{"$ref": COMPOSE}, {"properties": ours["properties"]}]
    return {"$schema": DIALECT, **about, "type": "object", "allOf": both, "$defs": ours["$defs"]}


def of_side_file() -> dict[str, Any]:
    """Return the schema (draft 2020-12) of ``compose2oam.yaml``."""
    definitions = _definitions()
    project = definitions.pop("project")
    sections = {
        section: {
            "description": f"x-oam of {section}, by name",
            "type": "object",
            "additionalProperties": {"anyOf": [_ref(scope), {"type": "null"}]},
        }
        for section, scope in SECTIONS.items()
    }
    return {
        "$schema": DIALECT,
        "title": "compose2oam.yaml",
        "description": "What x-oam says, in a file beside the Compose file; docs/x-oam.md explains it.",
        **project,
        "properties": {**project["properties"], **sections},
        "$defs": definitions,
    }


def _definitions() -> dict[str, Any]:
    return {scope: _block(block) for scope, block in SCOPES.items()}


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/$defs/{name}"}


def _block(block: Block) -> dict[str, Any]:
    made: dict[str, Any] = {
        "type": "object",
        "properties": {name: {"description": key.about, **_key(key)} for name, key in block.keys.items()},
        "additionalProperties": False,
    }
    if block.required:
        made["required"] = list(block.required)
    if block.filled:
        made["minProperties"] = 1
    if block.needs:
        made["dependentRequired"] = {key: [other] for key, other, _ in block.needs}
    apart = [
        {"not": {"required": [one, other]}, "description": because}
        for keys, because in block.apart
        for index, one in enumerate(keys)
        for other in keys[index + 1 :]
    ]
    if apart:
        made["allOf"] = apart
    return made


def _key(key: Key) -> dict[str, Any]:
    if isinstance(key.holds, Named):
        return {"type": "object", **_named(key.holds)}
    if isinstance(key.holds, Block):
        held = _block(key.holds)
        return {"type": "array", "items": held} if key.shape == strict.LIST else held
    if isinstance(key.holds, PassedOn) and key.shape == strict.LIST:
        return {"type": "array", "items": {"type": "object", "required": list(key.holds.required)}}
    if key.shape == strict.TEXTS:
        return {"type": "array", "items": _text(key.words, FORMS.get(key.form))}
    if key.shape in (WHOLE, AMOUNT):
        return _number(key.shape, FORMS.get(key.form))
    if key.form in CHOICES:
        choice = CHOICES[key.form]
        if choice.kind == TRUTH:
            return _SIMPLE[strict.TRUTH]
        form = FORMS.get(_FORMS_OF_SETTINGS.get(choice.kind, ""))
        return {"anyOf": [_text(choice.words if key.words else (), form), {"const": ""}]} if form else _text(key.words)
    return _text(key.words, FORMS.get(key.form)) if key.shape == strict.TEXT else _SIMPLE[key.shape]


def _named(named: Named) -> dict[str, Any]:
    if isinstance(named.of, Block):
        held: dict[str, Any] = {"anyOf": [_block(named.of), {"type": "null"}]}
    elif named.of == WHOLE:
        held = _number(WHOLE, FORMS.get(named.form))
    else:
        held = _SIMPLE[named.of]
    names = {"propertyNames": FORMS[named.names].schema} if named.names else {}
    return {**names, "additionalProperties": held}


def _text(words: tuple[str, ...], form: Form | None = None) -> dict[str, Any]:
    if words:
        return {"anyOf": [{"enum": list(words)}, _VARIABLE]}
    if form is not None:
        return {"anyOf": [{"type": "string", **form.schema}, _VARIABLE]}
    return {"type": "string"}


def _number(shape: str, form: Form | None) -> dict[str, Any]:
    digits = {"type": "string", "pattern": "^[0-9]+$"}
    if shape == AMOUNT:
        share = {"type": "string", **(form.schema if form else {})}
        return {"anyOf": [{"type": "integer", "minimum": 0}, share, digits, _VARIABLE]}
    return {"anyOf": [{"type": "integer", **(form.schema if form else {})}, digits, _VARIABLE]}
