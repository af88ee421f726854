"""An application as the checks see it: every part that has its shape, with its place and its definition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from compose2oam.model.dataclass import dataclass
from compose2oam.model.namedtuple import NamedTuple
from compose2oam.model.path import Path
from compose2oam.oam.catalogue import Catalogue
from compose2oam.oam.definition import Definition, Kind


class Part(NamedTuple):
    """A component, trait, policy or workflow step.

    Attributes:
        kind: which of them.
        path: its place in the application.
        name: ``""`` where it has none, as a trait.
        type: the name of its definition.
        properties: empty where there are none.
        manifest: the part as it is written.
        definition: ``None`` if the catalogue has none of that name.
        traits: of a component.
    """

    kind: Kind
    path: Path
    name: str
    type: str
    properties: Mapping[str, Any]
    manifest: Mapping[str, Any]
    definition: Definition | None
    traits: tuple[Part, ...] = ()

    def at(self, *steps: str | int) -> Path:
        """Return a place inside the properties."""
        return (*self.path, "properties", *steps)


@dataclass(frozen=True, slots=True)
class View:
    """The parts of an application, in file order; a part that has not its shape is left out.

    Attributes:
        name: the application's.
        manifest: all of it.
        components: with their traits.
        policies: all of them.
        steps: of the workflow, sub-steps after the step that holds them.
        catalogue: where the definitions come from.
    """

    name: str
    manifest: Mapping[str, Any]
    components: tuple[Part, ...]
    policies: tuple[Part, ...]
    steps: tuple[Part, ...]
    catalogue: Catalogue

    def parts(self) -> Iterator[Part]:
        """Go through all parts, traits after their component."""
        for component in self.components:
            yield component
            yield from component.traits
        yield from self.policies
        yield from self.steps


def look(manifest: Mapping[str, Any], catalogue: Catalogue) -> View:
    """Make the view of a manifest; nothing in it needs to be right."""
    spec = mapping(manifest.get("spec"))
    workflow = mapping(spec.get("workflow"))
    name = mapping(manifest.get("metadata")).get("name")
    return View(
        name=name if isinstance(name, str) else "",
        manifest=manifest,
        components=tuple(_parts(spec, Kind.COMPONENT, ("spec", "components"), catalogue)),
        policies=tuple(_parts(spec, Kind.POLICY, ("spec", "policies"), catalogue)),
        steps=tuple(_parts(workflow, Kind.STEP, ("spec", "workflow", "steps"), catalogue)),
        catalogue=catalogue,
    )


def mapping(value: Any) -> Mapping[str, Any]:
    """Return the value if it is a mapping, else an empty one."""
    # Nearly all are of the type that is named first; to ask for the other takes ten times as long.
    return value if isinstance(value, (dict, Mapping)) else {}


def items(value: Any) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Go through the mappings in a list, each with its index; anything else is passed over."""
    for index, item in enumerate(value if isinstance(value, (list, tuple)) else ()):
        if isinstance(item, (dict, Mapping)):
            yield index, item


def strings(value: Any) -> Iterator[tuple[int, str]]:
    """Go through the strings in a list, each with its index; anything else is passed over."""
    for index, item in enumerate(value if isinstance(value, (list, tuple)) else ()):
        if isinstance(item, str):
            yield index, item


def _parts(holder: Mapping[str, Any], kind: Kind, place: Path, catalogue: Catalogue) -> Iterator[Part]:
    for index, manifest in items(holder.get(str(place[-1]))):
        path = (*place, index)
        type_name = manifest.get("type")
        name = manifest.get("name")
        if isinstance(type_name, str) and type_name:
            yield Part(
                kind=kind,
                path=path,
                name=name if isinstance(name, str) else "",
                type=type_name,
                properties=mapping(manifest.get("properties")),
                manifest=manifest,
                definition=catalogue.find(kind, type_name),
                traits=tuple(_parts(manifest, Kind.TRAIT, (*path, "traits"), catalogue))
                if kind is Kind.COMPONENT
                else (),
            )
        if kind is Kind.STEP:
            yield from _parts(manifest, kind, (*path, "subSteps"), catalogue)
