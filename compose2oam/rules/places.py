"""Where a target of the ledger is in the manifests that were written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from compose2oam.model.oam import KIND as APPLICATION
from compose2oam.model.path import Path


class Places:
    """Finds targets in manifests that are applied together.

    Args:
        documents: the manifests.
    """

    def __init__(self, documents: Sequence[Mapping[str, Any]]) -> None:
        self._applications: list[tuple[int, dict[Path, Path]]] = []
        self._objects: dict[tuple[Any, Any], Path] = {}
        self._components: dict[str, tuple[Path, Mapping[str, Any]]] = {}
        self._application: Path | None = None
        for index, document in enumerate(documents):
            self._read(index, document)

    def _read(self, index: int, document: Mapping[str, Any]) -> None:
        kind, spec = document["kind"], document.get("spec") or {}
        self._objects[_key(document)] = (index,)
        if kind == APPLICATION:
            parts: dict[Path, Path] = {}
            for named, path in _parts(spec):
                # Of two with one name, the first is meant.
                parts.setdefault(named, path)
            self._applications.append((index, parts))
        elif kind == "Component" and "workload" in spec:
            self._objects[_key(spec["workload"])] = (index, "spec", "workload")
        elif kind == "ApplicationConfiguration":
            self._application = (index,)
            for place, entry in enumerate(spec["components"]):
                self._components[str(entry.get("componentName"))] = ((index, "spec", "components", place), entry)

    def find(self, target: Path) -> Path | None:
        """Return the place of a target: the index of the document, and the path in it; ``None`` if it is nowhere."""
        if target[0] == "objects" and target[1:3] in self._objects:
            return (*self._objects[target[1], target[2]], *target[3:])
        for index, parts in self._applications:
            found = _in_application(parts, target)
            if found is not None:
                return (index, *found)
        if target[0] == "metadata" and self._application is not None:
            return (*self._application, *target)
        return self._in_configuration(target) if target[0] == "components" else None

    def _in_configuration(self, target: Path) -> Path | None:
        """Find a component in the application configuration, or one of its parts."""
        _, name, *below = target
        path, entry = self._components.get(str(name), (None, {}))
        if path is None or not below:
            return path
        if below[0] == "traits":
            for index, item in enumerate(entry.get("traits") or ()):
                if item["trait"]["kind"] == below[1]:
                    return (*path, "traits", index, "trait", *below[2:])
            return None
        return (*path, "dataInputs") if below[0] == "dependsOn" and "dataInputs" in entry else None


def _parts(spec: Mapping[str, Any]) -> Iterator[tuple[Path, Path]]:
    """Yield the parts of an application: each as targets name it, and its path."""
    for index, policy in enumerate(spec.get("policies") or ()):
        yield ("policies", policy.get("name")), ("spec", "policies", index)
    for index, component in enumerate(spec["components"]):
        here: Path = ("spec", "components", index)
        yield ("components", component["name"]), here
        for place, trait in enumerate(component.get("traits") or ()):
            yield ("components", component["name"], "traits", trait["type"]), (*here, "traits", place)
        # What x-oam adds may be anything.
        objects = _mapping(component.get("properties")).get("objects")
        for place, manifest in enumerate(objects if isinstance(objects, list) else ()):
            kind, metadata = _mapping(manifest).get("kind"), _mapping(_mapping(manifest).get("metadata"))
            yield ("objects", str(kind), str(metadata.get("name"))), (*here, "properties", "objects", place)


def _in_application(parts: Mapping[Path, Path], target: Path) -> Path | None:
    """Return the path of a target in the manifest of an application, ``None`` if it is not there."""
    if target[0] == "metadata":
        return target
    if target[0] == "workflow":
        return ("spec", *target)
    if target[0] == "policies":
        return parts.get(target[:2])
    if target[0] == "objects":
        return parts.get(target[:3])
    if target[2:3] == ("traits",):
        trait = parts.get(target[:4])
        return trait and (*trait, "properties", *target[4:])
    component = parts.get(target[:2])
    return component and (*component, *target[2:])


def _mapping(node: Any) -> Mapping[str, Any]:
    return node if isinstance(node, Mapping) else {}


def _key(manifest: Mapping[str, Any]) -> tuple[Any, Any]:
    return manifest["kind"], (manifest.get("metadata") or {}).get("name")
