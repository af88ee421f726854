"""What an ``up`` would change in a cluster, for any program to ask; nothing is changed by asking.

The server itself works out what would come of it, by a dry run of the same server-side apply, so defaults and what
webhooks add are no differences. :mod:`compose2oam.words` says them in Compose's words.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from compose2oam.cluster import objects, ownership
from compose2oam.cluster.client import Cluster, Refused
from compose2oam.cluster.shares import fitted
from compose2oam.emitter import yaml
from compose2oam.errors import ClusterError
from compose2oam.model.compose import Project
from compose2oam.model.path import Path
from compose2oam.model.secrecy import is_sensitive, without_passwords
from compose2oam.source.position import Position
from compose2oam.source.tree import locate, plain
from compose2oam.words import Change, State, changes, content


@dataclass(frozen=True, slots=True)
class Difference:
    """What would change.

    Attributes:
        changes: in Compose's words.
        documents: the objects that would change, as they are (``None`` for what is not there) and as they would be.
        others: objects that belong to somebody else, and who that is.
    """

    changes: tuple[Change, ...] = ()
    documents: tuple[tuple[Mapping[str, Any] | None, Mapping[str, Any]], ...] = ()
    others: tuple[str, ...] = ()


def compare(
    cluster: Cluster, project: str, documents: Sequence[Mapping[str, Any]], services: Mapping[str, str] | None = None
) -> Difference:
    """Say what an ``up`` of some manifests would change.

    Args:
        cluster: where.
        project: the name of the Compose project.
        documents: all that would be sent.
        services: from the names of components to those of services, where they differ.

    Raises:
        ClusterError: the cluster refused, also what it would refuse of an ``up``.
    """
    live: dict[str, Mapping[str, Any]] = {}
    pairs: list[tuple[Mapping[str, Any] | None, Mapping[str, Any]]] = []
    others = []
    for document in documents:
        there = cluster.get(objects.path_of(cluster, document))
        wanted = plain(document) if there is None else _tried(cluster, fitted(document, there))
        if there is not None:
            live[f"{document['kind']} {document['metadata']['name']}"] = there
            try:
                objects.require_ours(str(document["kind"]), there, project)
            except objects.NotOurs as error:
                others.append(error.message)
        # The items of a list, and what a dry run answers, do not always say what they are.
        named = {key: document[key] for key in ("apiVersion", "kind")}
        pairs.append((None if there is None else content({**there, **named}), content({**wanted, **named})))

    def setter(path: Path) -> tuple[str, str]:
        there = live.get(str(path[0]))
        return ("", "") if there is None else ownership.setter(there, path[1:])

    names = dict(services or {})
    before = State(project, tuple(item for item, _ in pairs if item is not None), names)
    after = State(project, tuple(item for _, item in pairs), names)
    differing = tuple((one, other) for one, other in pairs if one != other)
    found = changes(before, after, setter) if differing else []
    return Difference(tuple(found), differing, tuple(others))


def _tried(cluster: Cluster, document: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the server would make of an object, with all of what we say taken over."""
    query = {"fieldManager": objects.MANAGER, "force": "true", "dryRun": "All"}
    path = objects.path_of(cluster, document)
    try:
        return cluster.request("PATCH", path, query, document, content_type="application/apply-patch+yaml")
    except Refused as error:
        if error.status == 403:
            raise
        raise ClusterError(f"{document['kind']} {document['metadata']['name']}: {error.message}") from None


def position(project: Project, change: Change) -> Position | None:
    """Return the line of the Compose project that says a change, or the nearest one that is there."""
    path: Path = ("services", change.service) if change.manifest else change.path
    section, name = (*path, "", "")[:2]
    if name not in project.section(str(section)):
        return None
    return locate(project.tree, path)


def of_services(found: Iterable[Change], services: Sequence[str]) -> Iterator[Change]:
    """Go through the changes of some services; of all where none is named."""
    return (item for item in found if not services or item.service in services)


def raw(difference: Difference) -> Iterator[str]:
    """Go through the lines of a unified diff of the manifests, with secrets hidden."""
    for before, after in difference.documents:
        name = f"{after['kind']}/{after['metadata']['name']}"
        one = "" if before is None else yaml.dump([_masked(before, after, "before")])
        other = yaml.dump([_masked(after, before or {}, "after")])
        yield from difflib.unified_diff(
            one.splitlines(), other.splitlines(), f"live/{name}", f"project/{name}", lineterm=""
        )


def _masked(value: Any, other: Any, side: str, *, hide: bool = False, name: str = "") -> Any:
    """Return a tree with ``***`` for secrets; one that differs in the other tree says which of the two it is."""
    if isinstance(value, Mapping):
        theirs = other if isinstance(other, Mapping) else {}
        of_secret = value.get("kind") == "Secret"
        return {
            key: _masked(
                item,
                theirs.get(key),
                side,
                hide=hide or (of_secret and key in {"data", "stringData"}),
                name=str(value.get("name", "")) if key == "value" else str(key),
            )
            for key, item in value.items()
        }
    if isinstance(value, list):
        mates = {item.get("name"): item for item in other or () if isinstance(item, Mapping)}
        return [
            _masked(
                item, mates.get(item.get("name")) if isinstance(item, Mapping) else item, side, hide=hide, name=name
            )
            for item in value
        ]
    if not isinstance(value, str):
        return value
    if hide or is_sensitive(name):
        return "***" if value == other else f"*** ({side})"
    return without_passwords(value)
