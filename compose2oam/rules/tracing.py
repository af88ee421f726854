"""Where in the application the fields of a workload ended, as exactly as the rule that wrote them tells.

A target is a path with names where the manifest has indexes: ``components.web.traits.scaler.replicas``. It holds before
the application is put together, and :class:`compose2oam.rules.places.Places` finds it in the manifests.
"""

from __future__ import annotations

from typing import Any

from compose2oam.model.namedtuple import NamedTuple
from compose2oam.model.path import Path
from compose2oam.model.workload import Part, Rendered
from compose2oam.rules.templates import Template


class Trace(NamedTuple):
    """One thing that was written.

    Attributes:
        target: where.
        uses: the fields of the workload that the template asks for; ``@`` for all of them.
        origin: the place in the service that an item was made from, ``None`` where it is not known.
    """

    target: Path
    uses: frozenset[str]
    origin: Path | None = None


def trace(made: Any, template: Template, target: Path, present: Any = None) -> list[Trace]:
    """Return what a template wrote to ``target``, where ``present`` stood before."""
    found: list[Trace] = []
    _trace(made, template, target, present, found)
    return found


def _trace(made: Any, template: Template, target: Path, present: Any, found: list[Trace]) -> None:
    if not template.parts or not isinstance(made, dict):
        _whole(made, template.uses, target, present, found)
        return
    for key, value in made.items():
        part, where = template.parts[key], (*target, key)
        if isinstance(value, (dict, list)):
            _trace(value, part, where, present.get(key) if isinstance(present, dict) else None, found)
        else:
            found.append(Trace(where, part.uses))


def _whole(made: Any, uses: frozenset[str], target: Path, present: Any, found: list[Trace]) -> None:
    found.append(Trace(target, uses))
    if isinstance(made, (dict, list)):
        _items(made, target, uses, found, len(present) if isinstance(present, list) else 0)


def items(made: Any, target: Path, uses: frozenset[str]) -> list[Trace]:
    """Return the items in what was written that know where they come from."""
    found: list[Trace] = []
    if isinstance(made, (dict, list)):
        _items(made, target, uses, found)
    return found


def _items(
    made: dict[str, Any] | list[Any], target: Path, uses: frozenset[str], found: list[Trace], shift: int = 0
) -> None:
    # Scalars are passed over before a call is made for them: nearly everything that is written is one.
    if isinstance(made, Part):
        found.append(Trace(target, uses, made.path))
    elif isinstance(made, Rendered):
        for key, value in made.items():
            own = frozenset({made.fields[key]} if key in made.fields else ())
            found.append(Trace((*target, key), own))
            if isinstance(value, (dict, list)):
                _items(value, (*target, key), own, found)
    elif isinstance(made, list):
        for index, item in enumerate(made, start=shift):
            if isinstance(item, (dict, list)):
                _items(item, (*target, index), uses, found)
    else:
        for key, value in made.items():
            if isinstance(value, (dict, list)):
                _items(value, (*target, key), uses, found)
