"""Whether a definition of the catalogue says what a cluster publishes.

The catalogue knows what templates do, and so says more than a schema can. None of this is a difference: a type where
the schema says anything, an implied value, a parameter that does nothing, one that counts only beside another or that
is not declared.
"""

from __future__ import annotations

from collections.abc import Iterator

from compose2oam.model.path import Path, render
from compose2oam.oam.definition import Parameter


def differences(ours: Parameter, published: Parameter, path: Path = ()) -> Iterator[str]:
    """Go through what the two say differently, each as one line that begins with the place.

    Args:
        ours: the parameters as the catalogue has them.
        published: the same, as :func:`compose2oam.oam.published.read_schema` reads them.
        path: where they stand.
    """
    place = render(path) or "(all)"
    if published.types == ("any",):
        # Ours may say which.
        return
    if ours.types != published.types:
        yield f"{place}: {_words(ours.types)} here, {_words(published.types)} published"
        return
    # The default of all parameters together is made of the defaults of each.
    for name in ("default", "has_default", "nullable", "min", "max", "pattern")[0 if path else 2 :]:
        mine, theirs = getattr(ours, name), getattr(published, name)
        if mine != theirs:
            yield f"{place}: {name} {mine!r} here, {theirs!r} published"
    if published.allowed != ours.allowed:
        yield f"{place}: allowed {list(ours.allowed)} here, {list(published.allowed)} published"
    for group in published.choose:
        if not any(set(group) <= set(own) for own in ours.choose):
            yield f"{place}: no choice of {', '.join(group)} here"
    yield from _fields(ours, published, path)
    yield from _inside("items", ours.items, published.items, path)
    # A mapping that may hold nothing is published like one that may hold anything.
    if published.fields or published.values is None or ours.values is not None or ours.fields:
        yield from _inside("values", ours.values, published.values, path)


def _fields(ours: Parameter, published: Parameter, path: Path) -> Iterator[str]:
    only_ours = {
        name
        for name, inner in ours.fields.items()
        if name not in published.fields and not inner.undeclared and not inner.when
    }
    chosen = {name for group in ours.choose for name in group} if not published.choose else set()
    for name in sorted(only_ours):
        yield f"{render((*path, name))}: not published"
    for name, theirs in published.fields.items():
        mine = ours.fields.get(name)
        here = (*path, name)
        if mine is None:
            yield f"{render(here)}: not here"
            continue
        # One of several that a template wants is published as if nobody wanted any.
        if mine.required != theirs.required and not mine.is_implied and name not in chosen:
            yield f"{render(here)}: {_need(mine)} here, {_need(theirs)} published"
        yield from differences(mine, theirs, here)


def _inside(sort: str, ours: Parameter | None, published: Parameter | None, path: Path) -> Iterator[str]:
    if ours is not None and published is not None:
        yield from differences(ours, published, (*path, "*"))
    elif published is not None or (ours is not None and ours.types != ("any",)):
        yield f"{render(path) or '(all)'}: {sort} only {'published' if ours is None else 'here'}"


def _words(types: tuple[str, ...]) -> str:
    return " or ".join(types)


def _need(parameter: Parameter) -> str:
    return "required" if parameter.required else "optional"
