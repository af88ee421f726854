"""How two states of an application differ, in Compose's words: ``image a -> b``, ``environment DEBUG added``.

Both states are brought back to Compose by the importer, and the two Compose models are compared. What differs in the
manifests and in no word of Compose is told by its place in the manifest, so nothing goes unsaid.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from compose2oam.importer.inventory import sort
from compose2oam.importer.writer import Corrections, misshapen, write
from compose2oam.model.keyed import ABSENT, Keyed, Leaf, keyed, leaves, name_of, unkeyed, with_value
from compose2oam.model.namedtuple import NamedTuple
from compose2oam.model.oam import KIND, Application
from compose2oam.model.path import Path, render
from compose2oam.model.secrecy import is_sensitive, without_passwords
from compose2oam.source.tree import plain

Manifest = Mapping[str, Any]

WORKLOADS = frozenset({"Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob"})

# The workload of OAM v1alpha2, which calls the parts of a container as a pod does; and what joins its components.
_CONTAINERIZED, _CONFIGURATION = "ContainerizedWorkload", "ApplicationConfiguration"

# What Compose means where nothing is said, as far as a cluster says it.
_USUAL: dict[Path, Any] = {("deploy", "replicas"): 1}
_OWN = "compose2oam.io/"
# Longer values are not shown.
_LONGEST = 60
# Of longer images, how much is shown around what differs.
_AROUND = 16
_SECTIONS = {
    "services": "service",
    "volumes": "volume",
    "configs": "config",
    "secrets": "secret",
    "networks": "network",
}

# What the server and other programs note about an object; no part of what it says.
_NOISE = frozenset(
    {
        "managedFields", "resourceVersion", "generation", "uid", "creationTimestamp", "selfLink", "finalizers",
        "ownerReferences", "deletionTimestamp", "deletionGracePeriodSeconds",
    }
)  # fmt: skip
_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference.

    Attributes:
        service: the service that it is about, ``""`` where it is about none or about several.
        path: its place in the Compose model; in the manifest, where Compose has no word for it.
        before: the value that is there, :data:`ABSENT` for none.
        after: the value that is wanted, :data:`ABSENT` for none.
        manifest: the kind and name of the object, where ``path`` is a place in it.
        secret: whether the values must not be shown.
        manager: who set the value that is there, ``""`` where it was us, or nobody knows.
        since: when they did.
    """

    service: str
    path: Path
    before: Any = ABSENT
    after: Any = ABSENT
    manifest: str = ""
    secret: bool = False
    manager: str = ""
    since: str = ""

    @property
    def kind(self) -> str:
        """``added``, ``removed`` or ``changed``."""
        return "added" if self.before is ABSENT else "removed" if self.after is ABSENT else "changed"

    @property
    def what(self) -> str:
        """The place, as people say it below the name of the service."""
        if self.manifest:
            return f"{self.manifest} {render(self.path)}".rstrip()
        section, _, *below = self.path
        if not below:
            return _SECTIONS.get(str(section), str(section))
        said = tuple(below)
        if said[0] in {"environment", "labels", "depends_on"} and len(said) > 1:
            return " ".join([str(said[0]), *map(str, said[1:])])
        return render(said)

    @property
    def subject(self) -> str:
        """What it is about: a service, or a volume or config by its section."""
        if self.service or self.manifest or len(self.path) < 2:
            return self.service
        return f"{_SECTIONS.get(str(self.path[0]), self.path[0])} {self.path[1]}"

    def __str__(self) -> str:
        """The difference in one line, without its place in a file."""
        what = self.what if self.service or self.manifest or len(self.path) != 2 else ""
        subject = f"{self.subject}:" if self.subject else ""
        return " ".join(part for part in (subject, what, self._values()) if part)

    def _values(self) -> str:
        if self.secret:
            return self.kind
        if self.kind == "changed":
            is_image = bool(self.path) and self.path[-1] == "image"
            return changed_text(self.before, self.after, whole=is_image)
        value = shown(self.after if self.kind == "added" else self.before)
        return f"{self.kind}: {value}" if value and len(self.path) > 2 and self.kind == "added" else self.kind

    def as_data(self) -> dict[str, Any]:
        """Return it as plain data, without what is secret."""
        data: dict[str, Any] = {
            "service": self.service,
            "change": self.kind,
            "path": render(self.path),
            "object": self.manifest,
            "text": str(self),
        }
        for key, value in (("before", self.before), ("after", self.after)):
            if value is not ABSENT and not self.secret:
                data[key] = _safe(value)
        if self.manager:
            data |= {"manager": self.manager, "since": self.since}
        return data


def changed_text(before: Any, after: Any, *, whole: bool = False) -> str:
    """Say from what to what a value went; of long texts how many lines.

    Args:
        before: what it was.
        after: what it is.
        whole: of a line that is too long, say what differs; it can hold nothing that nobody should see.
    """
    one, other = shown(before), shown(after)
    if one and other:
        return f"{one} → {other}"
    if isinstance(before, str) and isinstance(after, str):
        mine, theirs = before.splitlines(), after.splitlines()
        if len(mine) == len(theirs) == 1:
            return " → ".join(_parting(before, after)) if whole else "changed"
        gone, come = len(set(mine) - set(theirs)), len(set(theirs) - set(mine))
        lines = "line" if come == 1 else "lines"
        return f"changed ({come} {lines} added, {gone} removed)" if gone or come else "changed"
    return "changed"


def _parting(one: str, other: str) -> Iterator[str]:
    """Yield of each of two lines what differs, with a little of what stands around it."""
    start = _alike(one, other)
    end = _alike(one[start:][::-1], other[start:][::-1])
    first = max(0, start - _AROUND)
    for text in (one, other):
        last = min(len(text), len(text) - end + _AROUND, first + _LONGEST)
        yield f"{'…' if first else ''}{text[first:last]}{'…' if last < len(text) else ''}"


def _alike(one: str, other: str) -> int:
    """Return how many characters two texts begin with in common."""
    places = (place for place, (mine, theirs) in enumerate(zip(one, other, strict=False)) if mine != theirs)
    return next(places, min(len(one), len(other)))


def shown(value: Any) -> str:
    """Return a value as people write it, ``""`` where it is too long for a line."""
    if isinstance(value, str):
        text = value or '""'
    elif isinstance(value, list) and all(isinstance(item, str) for item in value):
        import shlex

        text = shlex.join(value)
    elif isinstance(value, (Mapping, list)):
        return ""
    else:
        text = json.dumps(value)
    return without_passwords(text) if len(text) <= _LONGEST and "\n" not in text else ""


def _safe(value: Any, name: str = "") -> Any:
    """Return a value with what looks like a secret hidden."""
    if isinstance(value, Mapping):
        own = str(value.get("name", ""))
        return {key: _safe(item, own if key == "value" else str(key)) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_safe(item, name) for item in value]
    if isinstance(value, str):
        return "***" if is_sensitive(name) else without_passwords(value)
    return value


class State(NamedTuple):
    """Some manifests that are in a cluster together.

    Attributes:
        project: the name of the Compose project.
        documents: the manifests, without their status.
        services: from the names of components to those of services, where they differ.
    """

    project: str
    documents: tuple[Manifest, ...]
    services: Mapping[str, str]


def content(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a manifest says, without what the server and other programs note about it."""
    metadata = {key: value for key, value in manifest["metadata"].items() if key not in _NOISE}
    notes = {key: text for key, text in (metadata.pop("annotations", None) or {}).items() if key != _LAST_APPLIED}
    if notes:
        metadata["annotations"] = notes
    rest = {key: value for key, value in manifest.items() if key not in {"status", "metadata"}}
    made: dict[str, Any] = plain(
        {"apiVersion": rest.pop("apiVersion"), "kind": rest.pop("kind"), "metadata": metadata, **rest}
    )
    return made


def changes(
    before: State, after: State, setter: Callable[[Path], tuple[str, str]] = lambda path: ("", "")
) -> list[Change]:
    """Return how two states differ: in Compose's words, and beside these by the place in a manifest.

    Args:
        before: what is there.
        after: what is wanted.
        setter: says who set a place of what is there, and when; a place begins with the kind and name of its manifest.
    """
    models = _model(before), _model(after)
    found = {leaf: _of_model(leaf, models) for leaf in leaves(*models, items=True)}
    trees = _tree(before), _tree(after)
    rest: list[Change] = []
    for leaf in leaves(*trees):
        manager, since = setter(leaf.path)
        moved = _moved(before, trees[0], leaf.path, leaf.after) | _moved(after, trees[1], leaf.path, leaf.before)
        behind = [item for item in found if any(_meet(item.path, path) for path in moved)]
        for item in behind if manager else ():
            found[item] = replace(found[item], manager=manager, since=since)
        titles = _secret_of(leaf, models) if not behind else []
        for title in titles:
            found.setdefault(title, Change("", title.path, title.before, title.after, secret=True))
        if not behind and not titles:
            rest.append(replace(_of_manifest(leaf, trees, (before, after)), manager=manager, since=since))
    # All objects of a project say the same of it as a whole, and a Secret what the project says of it.
    once: dict[str, Change] = {}
    for change in (*found.values(), *rest):
        once.setdefault(str(change), change)
    return list(once.values())


def _tree(state: State) -> dict[str, Any]:
    """Return the manifests by kind and name."""
    return {name_of(document): keyed(document) for document in state.documents}


def _model(state: State, documents: Iterable[Manifest] | None = None) -> dict[str, Any]:
    """Return the Compose model of some manifests, without what only ``x-oam`` can say."""
    try:
        application, beside = _application(state, state.documents if documents is None else documents)
        inventory = sort(application, beside)
        faulty = misshapen(inventory)
        if faulty:
            inventory = sort(application, beside, frozenset(faulty))
        tree = write(inventory, Corrections(), with_files=False).tree
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        # It has not the shape of one; then the manifests are compared as they are.
        tree = {}
    tree = {section: tree.get(section) or {} for section in _SECTIONS}
    for section in tree.values():
        for entry in section.values():
            (entry or {}).pop("x-oam", None)
    for service in tree["services"].values():
        if isinstance(service.get("depends_on"), list):
            service["depends_on"] = {name: {} for name in service["depends_on"]}
    found: dict[str, Any] = keyed(tree)
    return found


def _application(state: State, documents: Iterable[Manifest]) -> tuple[Application, list[Manifest]]:
    """Return manifests as an application, and what stands beside it; of plain workloads each is a component."""
    components: list[dict[str, Any]] = []
    beside: list[Manifest] = []
    whole: Manifest | None = None
    documents = tuple(documents)
    counts, needs = _of_configurations(documents)
    for document in documents:
        kind = document.get("kind")
        if kind == KIND:
            whole = document
            continue
        name = document["metadata"]["name"]
        inner = document["spec"].get("workload") if kind == "Component" else document
        if isinstance(inner, Mapping) and inner.get("kind") == _CONTAINERIZED:
            inner = {"kind": "Deployment", "spec": {"template": {"spec": {"containers": inner["spec"]["containers"]}}}}
        if isinstance(inner, Mapping) and inner.get("kind") in WORKLOADS:
            if name in counts:
                inner = {**inner, "spec": {**inner["spec"], "replicas": counts[name]}}
            component = {"name": name, "type": "k8s-objects", "properties": {"objects": [inner]}}
            components.append({**component, "dependsOn": needs[name]} if name in needs else component)
        elif isinstance(inner, Mapping):
            beside.append(_bare(inner))
    if whole is None:
        notes = {"compose2oam.io/services": json.dumps(dict(state.services))}
        metadata = {"name": state.project, "annotations": notes}
        whole = {"kind": KIND, "metadata": metadata, "spec": {"components": components}}
    tree = {
        "apiVersion": "core.oam.dev/v1beta1",
        "kind": KIND,
        "spec": whole["spec"],
        "metadata": _bare(whole)["metadata"],
    }
    return Application.from_dict(tree), beside


def _of_configurations(documents: Iterable[Manifest]) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """Return what ApplicationConfigurations say of their components: how many there are, and what they wait for."""
    entries = [
        one
        for document in documents
        if document.get("kind") == _CONFIGURATION
        for one in (document.get("spec") or {}).get("components") or ()
        if "componentName" in one
    ]
    traits = [(one["componentName"], trait.get("trait") or {}) for one in entries for trait in one.get("traits") or ()]
    counts = {
        name: (trait.get("spec") or {}).get("replicaCount")
        for name, trait in traits
        if trait.get("kind") == "ManualScalerTrait"
    }
    makers = {output.get("name"): one["componentName"] for one in entries for output in one.get("dataOutputs") or ()}
    needs = {
        one["componentName"]: [
            makers[source]
            for item in one["dataInputs"]
            if (source := (item.get("valueFrom") or {}).get("dataOutputName")) in makers
        ]
        for one in entries
        if one.get("dataInputs")
    }
    return counts, needs


def _bare(manifest: Manifest) -> dict[str, Any]:
    metadata = manifest.get("metadata") or {}
    kept = {key: metadata[key] for key in ("name", "labels", "annotations") if metadata.get(key)}
    return {**manifest, "metadata": kept}


def _of_model(leaf: Leaf, models: tuple[dict[str, Any], dict[str, Any]]) -> Change:
    """Say a difference of two Compose models."""
    before, after, path = unkeyed(leaf.before), unkeyed(leaf.after), leaf.path
    service = str(path[1]) if path[0] == "services" and len(path) > 1 else ""
    if service and all(service in (model.get("services") or {}) for model in models):
        usual = _USUAL.get(path[2:], ABSENT)
        before, after = (usual if value is ABSENT else value for value in (before, after))
    return Change(service, path, before, after, secret=_is_secret(path))


def _secret_of(leaf: Leaf, models: tuple[dict[str, Any], dict[str, Any]]) -> list[Leaf]:
    """Return the secrets of the project that a difference of a Secret is about, if it is about such."""
    title, *below = leaf.path
    if not str(title).startswith("Secret ") or (below and below[0] not in {"data", "stringData"}):
        return []
    known = {name for model in models for name in model["secrets"]}
    whole = leaf.before if leaf.after is ABSENT else leaf.after
    names = set(map(str, below[1:2])) or set((whole if below else whole.get("data") or whole.get("stringData")) or ())
    if not names or not names <= known:
        return []
    return [Leaf(("secrets", name), leaf.before, leaf.after) for name in sorted(names)]


def _is_secret(path: Path) -> bool:
    return any(isinstance(step, str) and is_sensitive(step) for step in path[2:])


def _moved(state: State, tree: dict[str, Any], path: Path, value: Any) -> set[Path]:
    """Return the places of the Compose model that change when a place of its manifests does."""
    part = _part(tree, path)
    before, after = (_model(state, unkeyed(one).values()) for one in (part, with_value(part, path, value)))
    return {leaf.path for leaf in leaves(before, after)}


def _part(tree: dict[str, Any], path: Path) -> dict[str, Any]:
    """Return the manifests without the workloads that a place has nothing to do with: a large project stays quick."""
    title = str(path[0])
    document = tree.get(title)
    if title.split(" ")[0] in WORKLOADS | {"Component"} or document is None:
        return {key: item for key, item in tree.items() if key == title or key.split(" ")[0] not in WORKLOADS}
    if path[1:3] != ("spec", "components") or len(path) < 4 or document.get("kind") == _CONFIGURATION:
        return tree
    components = document["spec"]["components"]
    own = components.get(path[3])
    if own is None or "objects" in (own.get("properties") or {}):
        return tree
    kept = {path[3], *(own.get("dependsOn") or ())}
    made = {
        name: item for name, item in components.items() if name in kept or "objects" in (item.get("properties") or {})
    }
    return {**tree, title: {**document, "spec": {**document["spec"], "components": Keyed(made)}}}


def _meet(one: Path, other: Path) -> bool:
    """Whether one of two places is in the other."""
    return all(mine == theirs for mine, theirs in zip(one, other, strict=False))


def _of_manifest(leaf: Leaf, trees: tuple[dict[str, Any], dict[str, Any]], states: tuple[State, State]) -> Change:
    """Say a difference of manifests that Compose has no word for."""
    title, *below = leaf.path
    before, after = unkeyed(leaf.before), unkeyed(leaf.after)
    kind = str(title).split(" ")[0]
    service, place, path = "", str(title), tuple(below)
    if path[:2] == ("metadata", "annotations") and str(path[-1]).startswith(_OWN):
        return Change("", (str(path[-1]).removeprefix(_OWN),), before, after, "project")
    names = {**_renamed(states[0]), **_renamed(states[1])}
    if kind == KIND and path[:2] == ("spec", "components") and len(path) > 2:
        service, path = names.get(str(path[2]), str(path[2])), path[3:]
        place = "component"
        if path[:1] == ("traits",) and len(path) > 1:
            place, path = f"trait {path[1]}", path[2:]
        if path[:1] == ("properties",):
            place, path = ("properties" if place == "component" else place), path[1:]
    elif kind == KIND and path[:2] == ("spec", "policies") and len(path) > 2:
        place, path = f"policy {path[2]}", path[3:]
    elif kind == KIND and path[:1] == ("spec",):
        place, path = "application", path[1:]
    elif kind in WORKLOADS | {"Component"}:
        component = str(title).partition(" ")[2]
        service = names.get(component, component)
    secret = kind == "Secret" or _is_secret(leaf.path)
    return Change(service, path, before, after, place, secret)


def _renamed(state: State) -> dict[str, str]:
    found = dict(state.services)
    for document in state.documents:
        notes = (document.get("metadata") or {}).get("annotations") or {}
        try:
            found |= json.loads(notes.get("compose2oam.io/services") or "{}")
        except (TypeError, ValueError):
            continue
    return found
