"""Putting objects into a cluster, and taking them out: by server-side apply, and never those of somebody else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from compose2oam.cluster.client import Cluster, Refused
from compose2oam.errors import ClusterError
from compose2oam.model.notes import PROJECT

#: The field manager of everything that is applied (Kubernetes, "Server-Side Apply").
MANAGER = "compose2oam"
#: Label of what `up` put there itself, and may remove again.
MANAGED_BY = "app.kubernetes.io/managed-by"

# Where the kinds are that every conversion makes; the API is asked for others.
_PLACES = {
    ("v1", "Namespace"): ("namespaces", False),
    ("v1", "ConfigMap"): ("configmaps", True),
    ("v1", "Secret"): ("secrets", True),
    ("v1", "PersistentVolumeClaim"): ("persistentvolumeclaims", True),
    ("core.oam.dev/v1beta1", "Application"): ("applications", True),
}


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of an object.

    Attributes:
        kind: ``Application``, ``Secret``...
        name: of the object.
        fate: ``created``, ``changed``, ``unchanged`` or ``deleted``.
    """

    kind: str
    name: str
    fate: str


class NotOurs(ClusterError):
    """An object is there already, and somebody else made it."""


def root(api_version: str) -> str:
    """Return where the resources of an API version are."""
    return f"/api/{api_version}" if "/" not in api_version else f"/apis/{api_version}"


def path_of(cluster: Cluster, manifest: Mapping[str, Any], *, collection: bool = False) -> str:
    """Return the path of an object, or of the collection that it is in.

    Raises:
        ClusterError: the cluster does not know such objects.
    """
    version, kind = str(manifest.get("apiVersion")), str(manifest.get("kind"))
    plural, placed = _PLACES.get((version, kind)) or _discover(cluster, version, kind)
    namespace = manifest["metadata"].get("namespace") or cluster.namespace
    where = f"{root(version)}/namespaces/{namespace}" if placed else root(version)
    return f"{where}/{plural}" if collection else f"{where}/{plural}/{manifest['metadata']['name']}"


def _discover(cluster: Cluster, version: str, kind: str) -> tuple[str, bool]:
    for resource in (cluster.get(root(version)) or {}).get("resources") or ():
        if resource.get("kind") == kind and "/" not in resource["name"]:
            return str(resource["name"]), bool(resource["namespaced"])
    raise ClusterError(f"the cluster of the context {cluster.context} knows no {kind} of {version}")


def find(cluster: Cluster, manifest: Mapping[str, Any], project: str, *, adopt: bool = False) -> dict[str, Any] | None:
    """Return the object that a manifest is to change, ``None`` if there is none yet.

    Raises:
        NotOurs: it is there already, not of this project, and not to be taken over.
    """
    there = cluster.get(path_of(cluster, manifest))
    if there is not None and not adopt:
        require_ours(str(manifest["kind"]), there, project)
    return there


def apply(
    cluster: Cluster,
    manifest: Mapping[str, Any],
    there: Mapping[str, Any] | None,
    *,
    force: bool = False,
    dry_run: bool = False,
) -> Applied:
    """Put an object into the cluster, or change it to what the manifest says, in one request.

    Args:
        cluster: where to.
        manifest: the object.
        there: what :func:`find` says of it.
        force: take over fields that another manager owns.
        dry_run: let the server check everything, and store nothing.

    Raises:
        ClusterError: the cluster refused, or another manager owns a field.
    """
    kind, name = manifest["kind"], manifest["metadata"]["name"]
    query = {"fieldManager": MANAGER, "force": str(force).lower()}
    if dry_run:
        query["dryRun"] = "All"
    path = path_of(cluster, manifest)
    try:
        # What is JSON is YAML, and only the name of YAML is that of server-side apply.
        made = cluster.request("PATCH", path, query, manifest, content_type="application/apply-patch+yaml")
    except Refused as error:
        if error.managers:
            raise _conflict(kind, name, error) from None
        raise ClusterError(f"{kind} {name}: {error.message}") from None
    if there is None:
        return Applied(kind, name, "created")
    return Applied(kind, name, "changed" if _content(made) != _content(there) else "unchanged")


def _content(there: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an object says, without what the server and its controllers note about it."""
    noise = {"managedFields", "resourceVersion", "generation", "uid", "creationTimestamp"}
    metadata = {key: value for key, value in there["metadata"].items() if key not in noise}
    return {**{key: value for key, value in there.items() if key != "status"}, "metadata": metadata}


def owner_of(there: Mapping[str, Any]) -> str:
    """Return the project that an object belongs to, ``""`` for none."""
    metadata = there["metadata"]
    for notes in (metadata.get("annotations"), metadata.get("labels")):
        if notes and PROJECT in notes:
            return str(notes[PROJECT])
    return ""


def require_ours(kind: str, there: Mapping[str, Any], project: str) -> None:
    """Refuse an object that is not of a project.

    Raises:
        NotOurs: it is of another one, or of none.
    """
    owner = owner_of(there)
    if owner == project:
        return
    name = there["metadata"]["name"]
    if owner:
        whose = f"belongs to the project {owner}"
    else:
        managers = dict.fromkeys(str(item.get("manager")) for item in there["metadata"].get("managedFields") or ())
        whose = f"was made by {' and '.join(managers)}" if managers else "was not made by compose2oam"
    raise NotOurs(f"{kind} {name} is there already, and {whose}; --adopt takes it over, -n names another namespace")


def _conflict(kind: str, name: str, error: Refused) -> ClusterError:
    owned = "; ".join(f"{manager} owns {', '.join(fields)}" for manager, fields in error.managers.items())
    return ClusterError(f"{kind} {name}: {owned}; --force-conflicts takes these fields over")


def delete(cluster: Cluster, manifest: Mapping[str, Any], *, orphan: bool = False) -> bool:
    """Delete an object, and in the background what it owns; return whether it was there."""
    policy = "Orphan" if orphan else "Background"
    options: dict[str, Any] = {"apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": policy}
    uid = manifest["metadata"].get("uid")
    if uid:
        # Not another one of the same name that was made since it was looked at.
        options["preconditions"] = {"uid": uid}
    try:
        cluster.request("DELETE", path_of(cluster, manifest), body=options)
    except Refused as error:
        if error.status in {404, 409}:
            return False
        raise
    return True


def labelled(manifest: Mapping[str, Any], project: str) -> dict[str, Any]:
    """Return a manifest with the labels by which `up` and `down` find again what they put there."""
    metadata = manifest["metadata"]
    labels = {**(metadata.get("labels") or {}), PROJECT: project, MANAGED_BY: MANAGER}
    return {**manifest, "metadata": {**metadata, "labels": labels}}


def own_objects(cluster: Cluster, namespace: str, project: str) -> Iterator[dict[str, Any]]:
    """Go through the ConfigMaps and Secrets that `up` put into a namespace for a project: names, no content."""
    query = {"labelSelector": f"{PROJECT}={project},{MANAGED_BY}={MANAGER}"}
    for kind in ("ConfigMap", "Secret"):
        place = path_of(
            cluster, {"apiVersion": "v1", "kind": kind, "metadata": {"namespace": namespace}}, collection=True
        )
        for item in cluster.items(place, query, only_metadata=True) or ():
            yield {"apiVersion": "v1", "kind": kind, "metadata": item["metadata"]}
