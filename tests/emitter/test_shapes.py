"""The shapes of the printed model know the keys that the loader knows."""

from __future__ import annotations

from collections.abc import Iterator

from compose2oam.emitter.shapes import Shape, shape
from compose2oam.loader.keys import Place, root

# These are gone when a model is printed, or stand in a collection that is printed as it is.
NEVER_PRINTED = {"version", "include", "extends"}


def missing(place: Place, known: Shape, path: str) -> Iterator[str]:
    """Yield the keys of a place that its shape lacks, and those below."""
    for key, child in place.keys.items():
        field = known.fields.get(key)
        if field is None:
            if key not in NEVER_PRINTED:
                yield f"{path}.{key}"
            continue
        inner = {"": child, "[": child.item, "{": child.each, "<": child.each}[field.within]
        if field.shape and inner is not None:
            yield from missing(inner, shape(field.shape), f"{path}.{key}") if path.count(".") < 9 else ()


def test_no_key_is_unknown() -> None:
    """A key that is new in the loader's table needs a place in the printed model, for its order and its empty value."""
    assert list(missing(root(), shape("project"), "")) == []
