"""Bringing back a revision: what has to be applied so that a project is again what it was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compose2oam.cluster import objects, ownership
from compose2oam.cluster.applications import KUBEVELA, Running
from compose2oam.cluster.client import Cluster
from compose2oam.cluster.revisions import PUBLISH_VERSION, Revision
from compose2oam.errors import ClusterError

# Annotations that KubeVela writes, not a user.
_THEIRS = frozenset({PUBLISH_VERSION, "oam.dev/kubevela-version"})


def wanted(
    cluster: Cluster, running: Running, revision: Revision, publish_version: str = ""
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the object that a revision is of as it is now, and what to apply so that it is as it was.

    It is applied under our own field manager. A runtime that finds the same content in a revision that it keeps goes
    back to that one, or else makes a new one.

    Args:
        cluster: where.
        running: the project.
        revision: one of its own.
        publish_version: the name to roll it out under; by default one is made up where the project has such names.

    Raises:
        ClusterError: the cluster refused, or what the revision is of is gone.
    """
    there = _present(cluster, running, revision)
    whole = running.target == KUBEVELA
    return there, _application(there, revision, publish_version) if whole else _part(there, revision)


def _present(cluster: Cluster, running: Running, revision: Revision) -> dict[str, Any]:
    named = {key: revision.manifest[key] for key in ("apiVersion", "kind")}
    name = running.name if running.target == KUBEVELA else revision.manifest["metadata"]["name"]
    metadata = {"name": name, "namespace": running.namespace}
    there = cluster.get(objects.path_of(cluster, {**named, "metadata": metadata}))
    if there is None:
        raise ClusterError(f"{named['kind']} {name} is gone, so there is nothing to bring back; up makes it again")
    return {**there, **named}


def _application(there: Mapping[str, Any], revision: Revision, publish_version: str) -> dict[str, Any]:
    known = revision.manifest["metadata"]
    now = there["metadata"]
    notes = {key: text for key, text in (known.get("annotations") or {}).items() if key not in _THEIRS}
    if publish_version or PUBLISH_VERSION in (now.get("annotations") or {}):
        # The runtime acts only where this name is another one.
        usual = f"{revision.name}-again-{int(now.get('generation') or 0) + 1}"
        notes[PUBLISH_VERSION] = publish_version or usual
    metadata = {"name": now["name"], "namespace": now["namespace"]}
    for key, value in (("labels", known.get("labels")), ("annotations", notes)):
        if value:
            metadata[key] = value
    return {
        "apiVersion": there["apiVersion"],
        "kind": there["kind"],
        "metadata": metadata,
        "spec": revision.manifest["spec"],
    }


def _part(there: Mapping[str, Any], revision: Revision) -> dict[str, Any]:
    """Return what we own of an object, with the part that the revision remembers."""
    own = ownership.owned(there)
    spec = {**(own.get("spec") or {}), **revision.manifest["spec"]}
    metadata = {**(own.get("metadata") or {}), **revision.manifest["metadata"]}
    return {"apiVersion": there["apiVersion"], "kind": there["kind"], **own, "metadata": metadata, "spec": spec}
