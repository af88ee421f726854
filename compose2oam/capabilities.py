"""What a cluster offers to applications: its definitions as a catalogue, and whether what stands behind them works."""

from __future__ import annotations

import pathlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from compose2oam.cluster.definitions import Snapshot
from compose2oam.model.versions import V1ALPHA2
from compose2oam.oam.addons import Addon, is_added, serving
from compose2oam.oam.agreement import differences
from compose2oam.oam.catalogue import CLUSTER_FILE, Catalogue, builtin
from compose2oam.oam.crds import read_crd
from compose2oam.oam.definition import Definition, Kind
from compose2oam.oam.published import read_manifest
from compose2oam.oam.written import tree_of

#: How a file begins that was written out of a cluster; one that begins otherwise belongs to its user.
MARK = "# Read from a cluster; `compose2oam capabilities pull` writes it anew.\n"

# An object that a template writes out; the kind may be worked out, and then it is not known.
_OBJECT = re.compile(r'apiVersion:\s*"([a-z0-9.-]+)/v[^"]*"(?:\s+kind:\s*"([A-Za-z]+)")?')
_INGRESS = "an Ingress controller"


@dataclass(frozen=True, slots=True)
class Pulled:
    """A file of a folder that was filled from a cluster.

    Attributes:
        path: in the folder.
        text: what to write, ``""`` where nothing is to be written.
        fate: what becomes of it: ``new``, ``changed``, ``same``, ``kept`` (it is the user's own) or ``gone`` (the
            cluster does not have it any more; nothing deletes it).
    """

    path: pathlib.PurePath
    text: str
    fate: str


def catalogue_from(snapshot: Snapshot) -> Catalogue:
    """Make a catalogue of what a cluster has; a definition needs only what the cluster lacks.

    A definition that says what the shipped one of its name says is the shipped one, which knows more than a cluster
    publishes.

    Raises:
        InputError: an object of the cluster is no definition.
    """
    made = [_definition(manifest, snapshot) for manifest in snapshot.manifests]
    return Catalogue(extra=made, complete=True, groups=groups_of(snapshot))


def _definition(manifest: Mapping[str, Any], snapshot: Snapshot) -> Definition:
    schema = snapshot.schemas.get((manifest["kind"], manifest["metadata"]["name"]))
    read = read_manifest(manifest, schema)
    if manifest["apiVersion"] == V1ALPHA2:
        return _old_definition(manifest, read, snapshot)
    shipped = builtin().find(read.kind, read.name)
    if shipped is None:
        return replace(read, needs=tuple(_lacking(manifest, (), snapshot)))
    if schema is None or not any(differences(shipped.properties, read.properties)):
        needs = tuple(_lacking(manifest, shipped.needs, snapshot))
        conflicts = {**read.conflicts_with, **shipped.conflicts_with}
        return replace(shipped, **_of_cluster(read), conflicts_with=conflicts, needs=needs)
    if _of_cluster(shipped) == _of_cluster(read):
        # Other parameters on the same ground: what it makes, and what it fights with, is as it was.
        conflicts = {**read.conflicts_with, **shipped.conflicts_with}
        read = replace(read, renders=shipped.renders, makes=shipped.makes, conflicts_with=conflicts)
    return replace(read, needs=tuple(_lacking(manifest, (), snapshot)))


def _old_definition(manifest: Mapping[str, Any], read: Definition, snapshot: Snapshot) -> Definition:
    """Fill in what a definition of v1alpha2 leaves to the resource that it names."""
    name = str(((manifest.get("spec") or {}).get("definitionRef") or {}).get("name", ""))
    crd = snapshot.resources.get(name)
    if crd is not None:
        made = read_crd([crd], name)
        read = replace(read, properties=made.spec, makes=(made.kind,), summary=read.summary or made.about)
    group = name.partition(".")[2]
    missing = is_added(group) and snapshot.crds is not None and name not in snapshot.crds
    return replace(read, needs=(("crd", name),) if missing else ())


def _of_cluster(definition: Definition) -> dict[str, Any]:
    """Return what the cluster alone decides."""
    return {key: getattr(definition, key) for key in ("workload", "applies_to", "pod_disruptive", "stage")}


def _lacking(
    manifest: Mapping[str, Any], needs: Iterable[tuple[str, str]], snapshot: Snapshot
) -> Iterator[tuple[str, str]]:
    """Go through what a definition needs and the cluster has not, as far as that can be seen."""
    addons = builtin().addons
    named = [name for sort, name in needs if sort == "addon"]
    owner = (manifest["metadata"].get("labels") or {}).get("app.oam.dev/name", "")
    if owner.startswith("addon-"):
        named.append(owner.removeprefix("addon-"))
    groups = set()
    for group, kind in _objects(manifest):
        addon = serving(group, kind, addons.values())
        if addon is None:
            groups.add(group)
        else:
            named.append(addon.name)
    for group in sorted(groups):
        if snapshot.crds is not None and not any(crd.partition(".")[2] == group for crd in snapshot.crds):
            yield "crd", group
    for name in dict.fromkeys(named):
        if any(_troubles(addons.get(name, Addon(name)), snapshot)):
            yield "addon", name
    for sort, name in needs:
        if sort == "controller" and _is_missing(name, snapshot):
            yield sort, name


def _objects(manifest: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the custom resources that a template writes out: group and kind, ``""`` for a kind that it works out."""
    template = (((manifest.get("spec") or {}).get("schematic") or {}).get("cue") or {}).get("template", "")
    found = set(_OBJECT.findall(template if isinstance(template, str) else ""))
    return sorted((group, kind) for group, kind in found if is_added(group))


def _troubles(addon: Addon, snapshot: Snapshot) -> Iterator[str]:
    """Go through the reasons why an addon does not work in a cluster; what may not be read is taken for right."""
    groups = sorted(addon.groups)
    if groups and snapshot.crds is not None and not any(crd.partition(".")[2] in groups for crd in snapshot.crds):
        yield f"no resource of {' or '.join(groups)}"
    if snapshot.deployments is not None:
        own = {name: ready for name, (ready, owner) in snapshot.deployments.items() if owner == addon.name}
        own |= {name: snapshot.deployments[name][0] for name in addon.controllers if name in snapshot.deployments}
        if addon.controllers and not own:
            yield f"no Deployment {addon.controllers[0]}"
        for name, ready in sorted(own.items()):
            if not ready:
                yield f"the Deployment {name} is not ready"


def _is_missing(controller: str, snapshot: Snapshot) -> bool:
    if controller == _INGRESS:
        return snapshot.ingress_classes is not None and not snapshot.ingress_classes
    if " " in controller or not controller.islower() or snapshot.deployments is None:
        # A description, and no name of a Deployment: nobody can tell.
        return False
    return not snapshot.deployments.get(controller, (False, ""))[0]


def readiness(definition: Definition, snapshot: Snapshot) -> str:
    """Return in words why a definition of a cluster cannot work, ``""`` if nothing speaks against it."""
    addons = builtin().addons
    found = []
    for sort, name in definition.needs:
        troubles = list(_troubles(addons.get(name, Addon(name)), snapshot)) if sort == "addon" else []
        found.append(f"{sort} {name}: {'; '.join(troubles)}" if troubles else f"{sort} {name} is missing")
    return ", ".join(found)


def pull(snapshot: Snapshot, folder: pathlib.Path) -> list[Pulled]:
    """Work out the files that make a folder say what a cluster has; writes nothing and deletes nothing.

    Args:
        snapshot: the cluster.
        folder: where the files are to be; what is in it may come from an earlier pull, or from a user.
    """
    from compose2oam.emitter import yaml

    catalogue = catalogue_from(snapshot)
    wanted = {
        pathlib.PurePath(item.kind.value, f"{item.name}.yaml"): yaml.dump([tree_of(item)]) for item in catalogue.all()
    }
    wanted[pathlib.PurePath(CLUSTER_FILE)] = yaml.dump([_facts(snapshot, catalogue)])
    found = [_compared(folder, path, MARK + text) for path, text in sorted(wanted.items())]
    there = {path.relative_to(folder) for kind in Kind for path in folder.glob(f"{kind.value}/*.yaml")}
    for path in sorted(there - set(wanted)):
        if _content(folder / path).startswith(MARK):
            found.append(Pulled(path, "", "gone"))
    return found


def _facts(snapshot: Snapshot, catalogue: Catalogue) -> dict[str, Any]:
    return {
        "context": snapshot.context,
        "kubernetes": snapshot.kubernetes or "unknown",
        "runtime": snapshot.runtime,
        "definitions": {kind.value: len(names) for kind in Kind if (names := catalogue.names(kind))},
        "groups": sorted(groups_of(snapshot)),
    }


def groups_of(snapshot: Snapshot) -> frozenset[str]:
    """Return the API groups that the custom resources of a cluster are in."""
    return frozenset(crd.partition(".")[2] for crd in snapshot.crds or ())


def _compared(folder: pathlib.Path, path: pathlib.PurePath, text: str) -> Pulled:
    present = _content(folder / path)
    if present == text:
        return Pulled(path, "", "same")
    if present and not present.startswith(MARK):
        return Pulled(path, "", "kept")
    return Pulled(path, text, "changed" if present else "new")


def _content(path: pathlib.Path) -> str:
    """Return what a file holds, ``""`` if there is none; what is no text is a user's own."""
    try:
        return path.read_bytes().decode("utf-8", "replace")
    except OSError:
        return ""
