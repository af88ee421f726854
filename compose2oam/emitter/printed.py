"""The model as Docker Compose prints it: what is empty left out, keys in a fixed order; see :mod:`.shapes`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from compose2oam.emitter.shapes import Field, Shape, shape

_ZEROS: Final = ("0", "0s")


@dataclass(frozen=True, slots=True)
class Printer:
    """Makes copies of parts of the model.

    Attributes:
        json: whether they are for JSON, which has some empty parts and no extensions (``x-...``).
        escape: double each ``$``.
        ordered: keep the keys in the order of their shape instead of sorting them, and spell them as Go does.
    """

    json: bool
    escape: bool = True
    ordered: bool = False

    def part(self, node: Mapping[str, Any], known: Shape) -> dict[str, Any]:
        """Copy a part of a known shape."""
        made: dict[str, Any] = {}
        for key in self._keys(node, known):
            field = known.fields.get(key)
            value = node.get(key)
            if field is None:
                if not self.json or not key.startswith("x-"):
                    made[self._text(key)] = self.copy(value)
                continue
            value = self._value(value, field)
            if self._is_shown(value, field):
                made[key.capitalize() if known.capitals and self.ordered else key] = value
        return made

    def copy(self, node: Any) -> Any:
        """Copy anything, mappings sorted."""
        if isinstance(node, str):
            return node.replace("$", "$$") if self.escape and "$" in node else node
        if isinstance(node, Mapping):
            return {self._text(key): self.copy(node[key]) for key in sorted(node)}
        if isinstance(node, list):
            return [self.copy(item) for item in node]
        return node

    def _keys(self, node: Mapping[str, Any], known: Shape) -> Iterable[str]:
        always = known.always if self.json else ()
        if self.ordered:
            return [
                *(key for key in known.fields if key in node or key in always),
                *(key for key in sorted(node) if key not in known.fields),
            ]
        return sorted({*node, *always}) if always else sorted(node)

    def _value(self, value: Any, field: Field) -> Any:
        if not field.shape:
            return self.copy(value)
        known = shape(field.shape)
        if not field.within:
            return self._one(value if value is not None or field.sign != "!" else {}, known)
        if field.within == "[" and isinstance(value, list):
            return [self._one(item, known) for item in value]
        if field.within in ("{", "<") and isinstance(value, Mapping):
            nothing: Any = {} if field.within == "<" else None
            return {
                self._text(key): self._one(nothing if value[key] is None else value[key], known)
                for key in sorted(value)
            }
        return self.copy(value)

    def _one(self, value: Any, known: Shape) -> Any:
        return self.part(value, known) if isinstance(value, Mapping) else self.copy(value)

    def _is_shown(self, value: Any, field: Field) -> bool:
        match field.sign:
            case "":
                return bool(value)
            case "!":
                return self.json or (value is not None and value != {})
            case "+":
                return value is not True
            case "~":
                return bool(value) and value not in _ZEROS
        return value is not None

    def _text(self, key: str) -> str:
        return key.replace("$", "$$") if self.escape and "$" in key else key
