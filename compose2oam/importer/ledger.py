"""What became of each leaf of an application: the report of an import, in the words of the report of a conversion."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from compose2oam.diagnostics import Diagnostic, Severity
from compose2oam.importer import codes
from compose2oam.importer.bring import Brought
from compose2oam.importer.health import command_of
from compose2oam.importer.inventory import objects_of
from compose2oam.importer.places import FIELDS, OBJECTS, PROPERTIES, TRAITS
from compose2oam.importer.redaction import secret_at
from compose2oam.importer.rendered import KINDS
from compose2oam.importer.services import rendered
from compose2oam.importer.writer import FOREIGN, OWN, kept_name, key_of
from compose2oam.importer.writing import escaped
from compose2oam.model.entry import Entry
from compose2oam.model.oam import Application, Component
from compose2oam.model.outcome import Outcome
from compose2oam.model.path import Path
from compose2oam.model.report import RuleText
from compose2oam.source.position import Position
from compose2oam.source.tree import locate, plain

_NO_KEY = "every application has it"
# What an application says of itself.
_OF_METADATA = ("name", "namespace", "labels", "annotations")
_NOTHING = "it is empty, so it says nothing"
_EMPTY: tuple[Any, ...] = (None, "", [], {})
# Objects of which the project says what is in them, so that a conversion makes them.
_MADE = ("ConfigMap", "PersistentVolumeClaim")
_AGAIN = "a conversion makes it again"
_CLUSTER = "the cluster or its tools write it"
_OTHERWISE = "not even x-oam can say it, so it does not come back"
_VALUE = "a Secret is not written to the Compose file"
_VALUE_HINT = "--with-secrets writes it to a file of its own, to apply by itself"
_ORDER = "its traits come back in another order"


class _Account:
    """Makes the entries of one import."""

    def __init__(self, brought: Brought, tree: Any) -> None:
        self._brought = brought
        self._tree = tree
        self._services = {item.name: item for item in brought.inventory.services}
        self._helpers = {item.name for item in brought.inventory.helpers}
        self._lost = {item.name for item in brought.lost}
        self._known = plain(Application.from_dict(plain(tree)).to_dict())
        self._again = plain(brought.back.to_dict())
        inventory = brought.inventory
        claims = (*inventory.claims.values(), *inventory.persistent.values())
        settings = (*inventory.configs.values(), *inventory.secrets.values())
        self._placed = (*claims, *settings, *inventory.addresses)
        self._kept = [item["name"] for item in (brought.draft.tree.get("x-oam") or {}).get("components") or ()]
        self._back = {item.name: item.to_dict() for item in brought.back.components}
        self._objects = {key_of(item): item for part in brought.back.components for item in objects_of(part)}

    def entries(self) -> Iterator[Entry]:
        """Yield an entry for each leaf of the application."""
        for path in _leaves(self._tree):
            yield self._entry(path, *self._outcome(path))

    def _entry(
        self, path: Path, outcome: Outcome, code: str, targets: tuple[Path, ...], say: str = "", hint: str = ""
    ) -> Entry:
        position = locate(self._tree, path) or Position("-", 1, 1)
        return Entry(path, position, outcome, (code,), targets, say, hint, outcome.severity, path)

    def _outcome(self, path: Path) -> tuple[Any, ...]:
        match path:
            case ("apiVersion" | "kind",):
                return Outcome.NOT_NEEDED, codes.CLUSTER, (), _NO_KEY
            case ("metadata", *_):
                return self._of_metadata(path)
            case ("spec", "components", int(index), *rest):
                return self._of_component(index, tuple(rest), path)
            case ("spec", "policies", int(index), *rest):
                return self._of_policy(index, tuple(rest), path)
            case ("spec", "workflow", *_) if _holds(self._known, path):
                return Outcome.TRANSLATED, codes.OUTRIGHT, (("x-oam", *path[1:]),)
            case ("status", *_):
                return Outcome.NOT_NEEDED, codes.CLUSTER, (), _CLUSTER
        return self._unknown(path)

    def _unknown(self, path: Path) -> tuple[Any, ...]:
        if _at(self._tree, path) in _EMPTY:
            return Outcome.NOT_NEEDED, codes.CLUSTER, (), _NOTHING
        return Outcome.DROPPED, codes.UNKNOWN, (), "an Application has no such field, and its runtime drops it as well"

    def _of_metadata(self, path: Path) -> tuple[Any, ...]:
        root = self._brought.draft.tree.get("x-oam") or {}
        key = str(path[-1])
        known = path[1] in _OF_METADATA and not key.startswith((OWN, *FOREIGN)) and _holds(self._known, path)
        if known and not (_holds(self._again, path) and _at(self._again, path) == _at(self._known, path)):
            return Outcome.DROPPED, codes.OTHERWISE, (), _OTHERWISE
        if path[1:] == ("name",):
            return Outcome.TRANSLATED, codes.SAID, (("x-oam", "name") if "name" in root else ("name",),)
        if path[1:] == ("namespace",):
            if "namespace" in root:
                return Outcome.TRANSLATED, codes.OUTRIGHT, (("x-oam", "namespace"),)
            return Outcome.INFERRED, codes.AGAIN, (), _AGAIN
        if path[1:2] in (("labels",), ("annotations",)) and len(path) == 3 and not key.startswith(FOREIGN):
            if key.startswith(OWN):
                return Outcome.INFERRED, codes.AGAIN, (), _AGAIN
            return Outcome.TRANSLATED, codes.OUTRIGHT, (("x-oam", path[1], key),)
        return Outcome.NOT_NEEDED, codes.CLUSTER, (), _CLUSTER

    def _of_policy(self, index: int, rest: Path, path: Path) -> tuple[Any, ...]:
        if not _holds(self._known, path):
            return self._unknown(path)
        policy = self._brought.inventory.application.policies[index]
        if policy not in self._brought.back.policies:
            return Outcome.DROPPED, codes.OTHERWISE, (), _OTHERWISE
        written = (self._brought.draft.tree.get("x-oam") or {}).get("policies") or ()
        for place, tree in enumerate(written):
            if tree == escaped(policy.to_dict()):
                return Outcome.TRANSLATED, codes.OUTRIGHT, (("x-oam", "policies", place, *rest),)
        return Outcome.INFERRED, codes.AGAIN, (), _AGAIN

    def _of_component(self, index: int, rest: Path, path: Path) -> tuple[Any, ...]:
        if not _holds(self._known, path):
            return self._unknown(path)
        component = self._tree["spec"]["components"][index]
        name = component["name"]
        if secret_at(component, rest) and not self._is_mounted(component, rest):
            return Outcome.DROPPED, codes.VALUE, (), _VALUE, _VALUE_HINT
        if name in self._lost and not self._comes_back(component, rest):
            return Outcome.DROPPED, codes.OTHERWISE, (), _OTHERWISE
        if name in self._lost and rest[:1] == ("traits",) and rest[-1] == "type" and self._is_reordered(component):
            return Outcome.APPROXIMATED, codes.OTHERWISE, (), _ORDER
        if name in self._services:
            return self._of_service(self._services[name], component, rest)
        if name in self._helpers:
            return self._of_helper(component, rest)
        kept = self._kept
        if name in kept:
            return Outcome.TRANSLATED, codes.OUTRIGHT, (("x-oam", "components", kept.index(name), *rest),)
        made = self._brought.said.made.get(name, set())
        if rest[:2] == ("properties", "objects") and key_of(component["properties"]["objects"][rest[2]]) in made:
            return self._of_object(component["properties"]["objects"][rest[2]])
        if kept_name(name) not in kept:
            return Outcome.INFERRED, codes.AGAIN, (), _AGAIN
        return Outcome.TRANSLATED, codes.OUTRIGHT, (("x-oam", "components", kept.index(kept_name(name))),)

    def _of_service(self, component: Component, tree: Any, rest: Path) -> tuple[Any, ...]:
        service = self._brought.draft.names[component.name]
        here: Path = ("services", service)
        extension = self._brought.draft.tree["services"][service].get("x-oam") or {}
        if "component" in extension:
            return (
                Outcome.TRANSLATED,
                codes.OUTRIGHT,
                ((*here, "x-oam", "component" if rest[0] != "traits" else "traits"),),
            )
        if rest[0] in ("inputs", "outputs"):
            return Outcome.TRANSLATED, codes.OUTRIGHT, ((*here, "x-oam", *rest),)
        if rest[0] == "dependsOn":
            return Outcome.TRANSLATED, codes.SAID, ((*here, "depends_on"),)
        if rest[0] == "type" and "type" in extension:
            return Outcome.TRANSLATED, codes.OUTRIGHT, ((*here, "x-oam", "type"),)
        if rest[0] == "properties" and len(rest) > 1:
            key = str(rest[1])
            if rest[-1] == "compose2oam.io/hash":
                return Outcome.INFERRED, codes.AGAIN, (), _AGAIN
            if key in (extension.get("properties") or {}):
                return Outcome.TRANSLATED, codes.OUTRIGHT, ((*here, "x-oam", "properties", key),)
            return Outcome.TRANSLATED, codes.SAID, ((*here, *self._place(service, PROPERTIES, key)),)
        if rest[0] == "traits" and len(rest) > 1:
            kind = tree["traits"][rest[1]]["type"]
            written = [trait["type"] for trait in extension.get("traits") or () if not trait.get("disable")]
            if kind in written:
                return Outcome.TRANSLATED, codes.OUTRIGHT, ((*here, "x-oam", "traits", written.index(kind)),)
            where = self._place(service, TRAITS, kind)
            if kind in ("json-patch", "json-merge-patch", "securitycontext", "lifecycle"):
                words = [word for step in _words(tree["traits"][rest[1]], rest[2:]) for word in str(step).split("/")]
                where = next((FIELDS[word] for word in reversed(words) if word in FIELDS), where)
            return Outcome.TRANSLATED, codes.SAID, ((*here, *where),)
        return Outcome.TRANSLATED, codes.SAID, (here,)

    def _place(self, service: str, table: Mapping[str, Path], key: str) -> Path:
        """Return where a service says something; ports stand in one of two places."""
        place = table.get(key, ())
        return place if place != ("ports",) or "ports" in self._brought.draft.tree["services"][service] else ("expose",)

    def _of_helper(self, tree: Any, rest: Path) -> tuple[Any, ...]:
        if rest[:2] != ("properties", "objects") or len(rest) < 3:
            return Outcome.INFERRED, codes.AGAIN, (), _AGAIN
        return self._of_object(tree["properties"]["objects"][rest[2]])

    def _of_object(self, item: Any) -> tuple[Any, ...]:
        section = OBJECTS.get(item.get("kind"))
        name = item["metadata"]["name"]
        if section is None:
            return Outcome.INFERRED, codes.AGAIN, (), "it follows from the names and ports of a service"
        for title, part in (self._brought.draft.tree.get(section) or {}).items():
            if name in (title, part.get("name"), (part.get("x-oam") or {}).get("name")):
                return Outcome.TRANSLATED, codes.SAID, ((section, title),)
        return Outcome.TRANSLATED, codes.SAID, ((section,),)

    def _is_mounted(self, tree: Any, rest: Path) -> bool:
        """Whether a Secret is one of the project's ``secrets``."""
        if rest[0] != "properties":
            return False
        return key_of(tree["properties"]["objects"][rest[2]])[1] in self._brought.draft.secret_names.values()

    def _is_reordered(self, tree: Any) -> bool:
        kinds = [trait["type"] for trait in tree.get("traits") or ()]
        back = [trait["type"] for trait in self._back[tree["name"]].get("traits") or ()]
        return [kind for kind in kinds if kind in back] != [kind for kind in back if kind in kinds]

    def _comes_back(self, tree: Any, rest: Path) -> bool:
        """Whether a leaf of a component that is otherwise not the same comes back as it was."""
        other = self._back.get(tree["name"])
        if other is None:
            return False
        value = _at(tree, rest)
        if rest[:1] != ("traits",):
            return bool(_holds(other, rest) and _at(other, rest) == value)
        kind = tree["traits"][rest[1]]["type"]
        return any(
            trait["type"] == kind and _holds(trait, rest[2:]) and _at(trait, rest[2:]) == value
            for trait in other.get("traits") or ()
        )

    def beside(self, documents: Iterable[Any]) -> Iterator[Entry]:
        """Yield the entries of the manifests beside the application."""
        for document in documents:
            kind = str(document.get("kind"))
            name = str((document.get("metadata") or {}).get("name"))
            is_placed = plain(document) in self._placed
            for path in _leaves(document):
                position = locate(document, path) or Position("-", 1, 1)
                has_place = is_placed and (kind not in _MADE or self._is_made(document, path))
                outcome, code, targets, say, hint = self._of_manifest(kind, document, path, has_place)
                where = (kind, name, *path)
                yield Entry(where, position, outcome, (code,), targets, say, hint, outcome.severity, (kind, name))

    def _is_made(self, document: Any, path: Path) -> bool:
        """Whether a conversion makes an object with a leaf: of a ConfigMap, only the files that somebody mounts."""
        other = self._objects.get(key_of(document))
        return other is not None and (path[0] not in ("data", "binaryData") or _holds(other, path))

    def _of_manifest(
        self, kind: str, document: Any, path: Path, has_place: bool
    ) -> tuple[Outcome, str, tuple[Path, ...], str, str]:
        if kind == "Secret" and path[0] in ("data", "stringData"):
            say = "its value is not written to the Compose file"
            return (
                Outcome.APPROXIMATED,
                codes.VALUE,
                (("secrets",),),
                say,
                "--with-secrets writes it to a file of its own",
            )
        if path[0] in ("apiVersion", "kind", "status"):
            return Outcome.NOT_NEEDED, codes.CLUSTER, (), _NO_KEY if path[0] != "status" else _CLUSTER, ""
        if has_place:
            outcome, code, targets, *words = self._of_object(document)
            return outcome, code, targets, "".join(words), ""
        say = f"Compose has no place for a {kind} beside an application"
        return Outcome.DROPPED, codes.BESIDE, (), say, "apply it as it is"


def account(
    brought: Brought, tree: Any, beside: Iterable[Any]
) -> tuple[tuple[Entry, ...], tuple[Diagnostic, ...], dict[str, RuleText]]:
    """Return what became of each leaf, what there is to say besides, and what the codes stand for.

    Args:
        brought: the import.
        tree: the application as it was read, with the places of its lines.
        beside: the other manifests.
    """
    made = _Account(brought, tree)
    entries = (*made.entries(), *made.beside(beside))
    return entries, tuple(_diagnostics(brought, tree)), dict(codes.CODES)


def _diagnostics(brought: Brought, tree: Any) -> Iterator[Diagnostic]:
    indexes = {component.get("name"): index for index, component in enumerate(tree["spec"].get("components") or ())}
    for component in brought.inventory.services:
        if component.type not in KINDS:
            continue
        container = rendered(component).container
        for key in ("readinessProbe", "livenessProbe"):
            probe = container.get(key)
            if probe and not command_of(probe):
                path: Path = ("spec", "components", indexes[component.name], "properties", key)
                say = "`docker compose` does not run this probe: it has health checks by command only"
                yield Diagnostic(codes.PROBE, Severity.INFO, say, path, locate(tree, path), "write a healthcheck")
    for kind, name in brought.added:
        what = f"the policy `{name}`" if kind == "policy" else f"the {kind} `{name}`"
        yield Diagnostic(codes.ADDED, Severity.INFO, f"a conversion of the Compose file also makes {what}")


def _leaves(node: Any, path: Path = ()) -> Iterator[Path]:
    items = node.items() if isinstance(node, Mapping) else enumerate(node) if isinstance(node, list) else ()
    empty = True
    for key, value in items:
        empty = False
        yield from _leaves(value, (*path, key))
    if empty and path:
        yield path


def _words(trait: Any, path: Path) -> list[Any]:
    """Return the steps of a path in a trait; for an operation of a JSON patch, those of its own path."""
    if trait["type"] == "json-patch" and len(path) > 2 and path[1] == "operations":
        return [trait["properties"]["operations"][path[2]].get("path", "")]
    return list(path)


def _holds(tree: Any, path: Path) -> bool:
    try:
        _at(tree, path)
    except (KeyError, IndexError, TypeError):
        # Empty parts are not written; they say nothing.
        return False
    return True


def _at(tree: Any, path: Path) -> Any:
    for step in path:
        tree = tree[step]
    return tree
