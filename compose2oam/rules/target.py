"""What a target is like: its component types, the order of its traits, where objects go, and what it extends."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from compose2oam.errors import UsageError
from compose2oam.model.dataclass import dataclass
from compose2oam.rules import strict
from compose2oam.rules.expressions import compile_condition
from compose2oam.rules.layers import TARGET_FILE, Layer
from compose2oam.rules.shapes import APPLICATION, COMPONENT, EXTENSION, HELPER, OBJECTS, TARGET, WRITES
from compose2oam.rules.templates import Template, compile_template
from compose2oam.source.files import is_file
from compose2oam.source.position import Position
from compose2oam.source.tree import Map, mark_of

_LISTS = ("meanings", "carriers", "traits", "documents", "beside", "wrapped")


@dataclass(frozen=True, slots=True)
class ComponentType:
    """A component type that a workload can become.

    Attributes:
        type: its name.
        when: which workloads it takes.
        template: the path of the pod template in what it renders: ``("spec", "template")``.
        hashed: whether its pods carry a hash of it, because what it renders cannot be changed, only remade.
        closed: whether only ways of carriers that name it are open to it.
        manifest: gives the manifest that it begins as, ``None`` where the runtime renders it.
        called: what the runtime calls it, where rules tell several kinds of one type apart; empty if not.
    """

    type: str
    when: Callable[[Any], bool] | None
    template: tuple[str, ...]
    hashed: bool = False
    closed: bool = False
    manifest: Template | None = None
    called: str = ""


@dataclass(frozen=True, slots=True)
class Helper:
    """A component that holds the objects of one group."""

    type: str
    suffix: str


@dataclass(frozen=True, slots=True)
class Target:
    """One runtime, as far as conversion needs to know it; the attributes are the keys of ``target.yaml``."""

    name: str
    title: str
    meanings: tuple[str, ...]
    carriers: tuple[str, ...]
    components: tuple[ComponentType, ...]
    traits: tuple[str, ...]
    helpers: dict[str, Helper]
    documents: tuple[str, ...]
    writes: str = APPLICATION
    beside: tuple[str, ...] = ()
    wrapped: tuple[str, ...] = ()

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups of objects for which it has a place."""
        return (*self.helpers, *self.beside, *self.wrapped, *self.documents)

    def component(self, type_name: str) -> ComponentType | None:
        """Return what is known of a component type, ``None`` if it is none of the target's own."""
        return next((component for component in self.components if component.type == type_name), None)

    def component_for(self, root: Any) -> str:
        """Return the first component type that takes a workload; the last one takes all."""
        for component in self.components:
            if component.when is None or component.when(root):
                return component.type
        return self.components[-1].type

    def is_hashed(self, type_name: str) -> bool:
        """Whether the pods of a component type carry a hash of their component."""
        found = self.component(type_name)
        return found is not None and found.hashed

    def template_of(self, type_name: str) -> tuple[str, ...]:
        """Return where a component type keeps its pod template; the usual place for an unknown type."""
        found = self.component(type_name)
        return found.template if found else ("spec", "template")


def compile_target(node: Any, position: Position, base: Target | None = None) -> Target:
    """Make a target of what its file holds.

    Args:
        node: what the file holds.
        position: where it begins.
        base: the target that it extends; what the file does not say is as there. Its component types come first, its
            helpers beside those of the base, and its lists in their place.

    Raises:
        RuleError: naming what is wrong in the file, and where.
    """
    (EXTENSION if base else TARGET).read(node, position)
    writes = node.get("writes", base.writes if base else APPLICATION)
    if writes not in WRITES:
        hint = strict.near(writes, WRITES) or f"allowed are: {', '.join(WRITES)}"
        raise strict.fail("RULE-106", f"`writes` cannot be `{writes}`", mark_of(node, "writes"), hint)
    components = (*_components(node, writes), *(base.components if base else ()))
    if not components:
        raise strict.fail("RULE-105", "a target needs a component type at least", mark_of(node, "components"))
    lists = {key: tuple(node[key]) for key in _LISTS if key in node}
    return Target(
        name=node["target"],
        title=node.get("title", base.title if base else ""),
        meanings=lists.get("meanings", base.meanings if base else ()),
        carriers=lists.get("carriers", base.carriers if base else ()),
        components=components,
        traits=lists.get("traits", base.traits if base else ()),
        helpers={**(base.helpers if base else {}), **_helpers(node)},
        documents=lists.get("documents", base.documents if base else ()),
        writes=writes,
        beside=lists.get("beside", base.beside if base else ()),
        wrapped=lists.get("wrapped", base.wrapped if base else ()),
    )


def _components(node: Map, writes: str) -> Iterator[ComponentType]:
    for index, entry in enumerate(node.get("components", ())):
        COMPONENT.read(entry, mark_of(node["components"], index))
        when = compile_condition(entry["when"], mark_of(entry, "when")) if "when" in entry else None
        # An empty text says that the pod's spec is the object's own.
        template = tuple(filter(None, entry.get("template", "spec.template").split(".")))
        manifest = _manifest(entry, writes, mark_of(node["components"], index))
        hashed, closed = bool(entry.get("hashed")), bool(entry.get("closed"))
        yield ComponentType(entry["type"], when, template, hashed, closed, manifest, entry.get("called", ""))


def _manifest(entry: Map, writes: str, position: Position | None) -> Template | None:
    """Return the template of the manifest of a component type: a must where manifests are written, else a fault."""
    if writes == APPLICATION and "manifest" in entry:
        message = "a target that writes an application has no use for a `manifest`"
        raise strict.fail("RULE-134", message, mark_of(entry, "manifest"), f"write `writes: {OBJECTS}`")
    if writes == APPLICATION:
        return None
    manifest = entry.get("manifest", {})
    for key in ("apiVersion", "kind", "metadata"):
        if key not in manifest:
            message = f"a component type of a target that writes {writes} needs a `manifest` with `{key}`"
            raise strict.fail("RULE-134", message, mark_of(entry, "manifest") or position)
    return compile_template(manifest, mark_of(entry, "manifest"))


def _helpers(node: Map) -> dict[str, Helper]:
    helpers = {}
    for group, entry in node.get("helpers", {}).items():
        HELPER.read(entry, mark_of(node["helpers"], group))
        helpers[group] = Helper(entry["type"], entry["suffix"])
    return helpers


@dataclass(frozen=True, slots=True)
class TargetFile:
    """One file of which a target is made.

    Attributes:
        layer: the layer that it is in.
        name: the name of the target.
        node: what it holds.
        position: where it begins.
    """

    layer: Layer
    name: str
    node: Any
    position: Position


def find_target(name: str, layers: Sequence[Layer]) -> tuple[Target, list[TargetFile]]:
    """Find a target by its name, in the highest layer that has it, with all that it extends.

    A target may extend the one of the same name in a lower layer.

    Returns:
        the target, and the files that it is made of, the lowest first.

    Raises:
        UsageError: if there is no such target.
        RuleError: if its file, or one that it extends, is invalid.
    """
    files = _files_of(name, layers)
    target = target_of(files)
    for file in files:
        if file.node["target"] != file.name:
            message = f"the folder of this target is called `{file.name}`"
            raise strict.fail("RULE-130", message, mark_of(file.node, "target"), f"write `target: {file.name}`")
    return target, files


def target_of(files: Sequence[TargetFile]) -> Target:
    """Make a target of its files, the lowest first.

    Raises:
        RuleError: if one of them is invalid.
    """
    target = compile_target(files[0].node, files[0].position)
    for file in files[1:]:
        target = compile_target(file.node, file.position, target)
    return target


def _files_of(name: str, layers: Sequence[Layer]) -> list[TargetFile]:
    """Return the files that a target is made of, the lowest first.

    Raises:
        UsageError: if there is no such target.
        RuleError: if its file, or one that it extends, is invalid.
    """
    files: list[TargetFile] = []
    wanted: str | None = name
    below = list(layers)
    while wanted is not None:
        file = _file_of(wanted, below)
        if file is None:
            raise _unknown(wanted, files, layers)
        files.append(file)
        wanted = _extended(file)
        if wanted == file.name:
            below = below[: below.index(file.layer)]
        elif wanted in [known.name for known in files]:
            way = " -> ".join([*(known.name for known in files), wanted])
            raise strict.fail("RULE-129", f"a cycle of `extends`: {way}", mark_of(file.node, "extends"))
    return files[::-1]


def targets_of(layers: Sequence[Layer]) -> list[str]:
    """Return the targets without which some carriers of the layers, but for the lowest, would not be looked at.

    Raises:
        RuleError: if a target is invalid.
    """
    upper = layers[1:]
    own = list(dict.fromkeys(name for layer in upper for name in layer.targets()))
    made_of = {name: {file.name for file in find_target(name, layers)[1]} for name in own}
    covered = {name for known in made_of.values() for name in known}
    shipped = [name for name in layers[0].targets() if any(any(layer.rule_files(name)) for layer in upper)]
    return [*own, *(name for name in shipped if name not in covered)]


def _file_of(name: str, layers: Sequence[Layer]) -> TargetFile | None:
    for layer in reversed(layers):
        path = layer.folder / name / TARGET_FILE
        if is_file(path):
            node, position = layer.document(path)
            return TargetFile(layer, name, node, position)
    return None


def _extended(file: TargetFile) -> str | None:
    """Return the name of the target that a file extends, ``None`` where it stands by itself."""
    if not isinstance(file.node, Map) or "extends" not in file.node:
        return None
    EXTENSION.read(file.node, file.position)
    name: str = file.node["extends"]
    return name


def _unknown(name: str, files: list[TargetFile], layers: Sequence[Layer]) -> Exception:
    known = sorted({target for layer in layers for target in layer.targets()})
    hint = strict.near(name, known) or f"known are: {', '.join(known)}"
    if not files:
        return UsageError(f"there is no target `{name}`; known are: {', '.join(known)}")
    below = " below this one" if files[-1].name == name else ""
    return strict.fail(
        "RULE-128", f"there is no target `{name}`{below} to extend", mark_of(files[-1].node, "extends"), hint
    )
