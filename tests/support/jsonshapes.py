"""The table of what commands print as JSON, and how to hold a command to it."""

from __future__ import annotations

import json
import pathlib
from collections.abc import Iterator
from typing import Any, NamedTuple

import jsonschema
import yaml

_SCALARS = {"text": "string", "number": "number", "truth": "boolean", "null": "null"}


class Shape(NamedTuple):
    """What a command prints.

    Attributes:
        about: what it is.
        lines: whether it is an object a line, rather than one document.
        shapes: each form that it can have, as it is written in the table.
    """

    about: str
    lines: bool
    shapes: tuple[str, ...]

    def check(self, text: str) -> list[Any]:
        """Return the documents of what a command printed; an ``AssertionError`` says what is not as in the table."""
        documents = [json.loads(line) for line in text.splitlines()] if self.lines else [json.loads(text)]
        wanted = jsonschema.Draft202012Validator({"anyOf": [schema_of(yaml.safe_load(shape)) for shape in self.shapes]})
        for document in documents:
            errors = [error for top in wanted.iter_errors(document) for error in (top, *(top.context or ()))]
            assert not errors, "\n".join(f"{error.json_path}: {error.message[:300]}" for error in errors)
        return documents


def _read() -> dict[str, Any]:
    text = pathlib.Path(__file__).with_name("json_shapes.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found


def shapes() -> dict[str, Shape]:
    """Return the table, by command."""
    return {
        name: Shape(entry["about"], entry.get("lines", False), tuple(entry["shapes"]))
        for name, entry in _read()["commands"].items()
    }


def without() -> dict[str, str]:
    """Return the commands that print no data, each with the reason."""
    found: dict[str, str] = _read()["without"]
    return found


def schema_of(shape: Any) -> dict[str, Any]:
    """Return the JSON schema of a shape."""
    if isinstance(shape, list):
        (item,) = shape
        return {"type": "array", "items": schema_of(item)}
    if isinstance(shape, dict):
        keys = {key.strip("()"): schema_of(value) for key, value in shape.items() if key != "*"}
        needed = [key for key in keys if key in shape]
        others = schema_of(shape["*"]) if "*" in shape else False
        return {"type": "object", "properties": keys, "required": needed, "additionalProperties": others}
    return {} if shape == "any" else {"type": [_SCALARS[word] for word in shape.split("|")]}


def commands(command: Any, *path: str) -> Iterator[tuple[str, Any]]:
    """Go through the commands that the help shows, those below others too, each with its name as it is typed."""
    below = getattr(command, "commands", None)
    if below is None:
        yield " ".join(path), command
        return
    for name, one in below.items():
        if not one.hidden:
            yield from commands(one, *path, name)
