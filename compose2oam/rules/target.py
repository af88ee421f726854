"""What a target is like: its component types, the order of its traits, where objects go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from compose2oam.rules import strict
from compose2oam.rules.expressions import compile_condition
from compose2oam.source.position import Position
from compose2oam.source.tree import mark_of

_TARGET_KEYS = {
    "target": strict.TEXT,
    "title": strict.TEXT,
    "why": strict.TEXT,
    "meanings": strict.TEXTS,
    "carriers": strict.TEXTS,
    "components": strict.LIST,
    "traits": strict.TEXTS,
    "helpers": strict.MAPPING,
    "documents": strict.TEXTS,
}
_COMPONENT_KEYS = {"type": strict.TEXT, "when": strict.TEXT, "template": strict.TEXT, "hashed": strict.TRUTH}
_HELPER_KEYS = {"type": strict.TEXT, "suffix": strict.TEXT}


@dataclass(frozen=True, slots=True)
class ComponentType:
    """A component type that a workload can become.

    Attributes:
        type: its name.
        when: which workloads it takes.
        template: the path of the pod template in what it renders: ``("spec", "template")``.
        hashed: whether its pods carry a hash of it, because what it renders cannot be changed, only remade.
    """

    type: str
    when: Callable[[Any], bool] | None
    template: tuple[str, ...]
    hashed: bool = False


@dataclass(frozen=True, slots=True)
class Helper:
    """A component that holds the objects of one group."""

    type: str
    suffix: str


@dataclass(frozen=True, slots=True)
class Target:
    """One OAM runtime, as far as conversion needs to know it."""

    name: str
    title: str
    meanings: tuple[str, ...]
    carriers: tuple[str, ...]
    components: tuple[ComponentType, ...]
    traits: tuple[str, ...]
    helpers: dict[str, Helper]
    documents: tuple[str, ...]

    def component_for(self, root: Any) -> str:
        """Return the first component type that takes a workload; the last one takes all."""
        for component in self.components:
            if component.when is None or component.when(root):
                return component.type
        return self.components[-1].type

    def is_hashed(self, type_name: str) -> bool:
        """Whether the pods of a component type carry a hash of their component."""
        return any(component.hashed for component in self.components if component.type == type_name)

    def template_of(self, type_name: str) -> tuple[str, ...]:
        """Return where a component type keeps its pod template; the usual place for an unknown type."""
        return next((c.template for c in self.components if c.type == type_name), ("spec", "template"))


def compile_target(node: Any, position: Position) -> Target:
    """Make a target of what its file holds.

    Raises:
        RuleError: naming what is wrong in the file, and where.
    """
    required = ["target", "title", "meanings", "carriers", "components"]
    strict.read(node, _TARGET_KEYS, required, "a target", position)
    components = []
    for index, entry in enumerate(node["components"]):
        place = mark_of(node["components"], index)
        strict.read(entry, _COMPONENT_KEYS, ["type"], "a component type", place)
        when = compile_condition(entry["when"], mark_of(entry, "when")) if "when" in entry else None
        template = tuple(entry.get("template", "spec.template").split("."))
        components.append(ComponentType(entry["type"], when, template, bool(entry.get("hashed"))))
    helpers = {}
    for group, entry in node.get("helpers", {}).items():
        strict.read(entry, _HELPER_KEYS, ["type", "suffix"], "a helper", mark_of(node["helpers"], group))
        helpers[group] = Helper(entry["type"], entry["suffix"])
    return Target(
        name=node["target"],
        title=node["title"],
        meanings=tuple(node["meanings"]),
        carriers=tuple(node["carriers"]),
        components=tuple(components),
        traits=tuple(node.get("traits", ())),
        helpers=helpers,
        documents=tuple(node.get("documents", ())),
    )
