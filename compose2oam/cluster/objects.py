"""Putting objects into a cluster, and taking them out: by server-side apply, and never those of somebody else."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from compose2oam.cluster.client import Cluster, Refused
from compose2oam.cluster.sameness import is_as_applied
from compose2oam.cluster.shares import fitted
from compose2oam.errors import ClusterError
from compose2oam.model.notes import PROJECT, project_label

#: The field manager of everything that is applied (Kubernetes, "Server-Side Apply").
MANAGER = "compose2oam"
#: Label of what `up` put there itself, and may remove again.
MANAGED_BY = "app.kubernetes.io/managed-by"

_APPS, _BATCH, _NET, _OLD = "apps/v1", "batch/v1", "networking.k8s.io/v1", "core.oam.dev/v1alpha2"
# Where the kinds are that conversions make, and whether in a namespace; the API is asked for others.
_PLACES = {
    ("v1", "Namespace"): ("namespaces", False),
    ("v1", "ConfigMap"): ("configmaps", True),
    ("v1", "Secret"): ("secrets", True),
    ("v1", "Service"): ("services", True),
    ("v1", "Pod"): ("pods", True),
    ("v1", "PersistentVolume"): ("persistentvolumes", False),
    ("v1", "PersistentVolumeClaim"): ("persistentvolumeclaims", True),
    (_APPS, "Deployment"): ("deployments", True),
    (_APPS, "StatefulSet"): ("statefulsets", True),
    (_APPS, "DaemonSet"): ("daemonsets", True),
    (_BATCH, "Job"): ("jobs", True),
    (_BATCH, "CronJob"): ("cronjobs", True),
    (_NET, "Ingress"): ("ingresses", True),
    (_NET, "NetworkPolicy"): ("networkpolicies", True),
    ("autoscaling/v2", "HorizontalPodAutoscaler"): ("horizontalpodautoscalers", True),
    ("core.oam.dev/v1beta1", "Application"): ("applications", True),
    (_OLD, "ApplicationConfiguration"): ("applicationconfigurations", True),
    (_OLD, "Component"): ("components", True),
    (_OLD, "HealthScope"): ("healthscopes", True),
    (_OLD, "WorkloadDefinition"): ("workloaddefinitions", False),
    (_OLD, "TraitDefinition"): ("traitdefinitions", False),
    (_OLD, "ScopeDefinition"): ("scopedefinitions", False),
    ("rbac.authorization.k8s.io/v1", "ClusterRole"): ("clusterroles", False),
}
_VERSIONS = {kind: version for version, kind in _PLACES}

_CONTENT = ("ConfigMap", "Secret")
# What few projects have, and not everybody may see: who may not has put none there.
_RARE = frozenset({"HorizontalPodAutoscaler", "Ingress", "NetworkPolicy", "DaemonSet", "CronJob", "HealthScope"})
#: What `up` puts beside an application, by target, in the order in which `down` takes it away. No volumes: they stay.
OF_TARGETS = {
    "kubevela": _CONTENT,
    "oam-v1alpha2": ("Component", "HealthScope", *_CONTENT),
    "kubernetes": (
        "HorizontalPodAutoscaler",
        "Ingress",
        "Deployment",
        "StatefulSet",
        "DaemonSet",
        "CronJob",
        "Job",
        "Service",
        "NetworkPolicy",
        *_CONTENT,
    ),
}
# Kinds that hold no data: one that cannot be changed is made again, as Docker Compose recreates containers.
_REMADE = {"Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Service", "HorizontalPodAutoscaler"}
# How the API server says that it is so (Kubernetes, `ValidateImmutableField` and its kin).
_FIXED = ("field is immutable", "updates to statefulset spec", "can not be unset", "may not change once set")
# Seconds to wait until such an object is gone, and between looks.
_GONE, _LOOK = 120.0, 0.2


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of an object.

    Attributes:
        kind: ``Application``, ``Secret``...
        name: of the object.
        fate: ``created``, ``changed``, ``unchanged``, ``replaced`` (deleted, and made again) or ``deleted``.
    """

    kind: str
    name: str
    fate: str


class NotOurs(ClusterError):
    """An object is there already, and somebody else made it."""


class Moved(ClusterError):
    """An object is no more as it was when it was looked at."""


class Unfit(ClusterError):
    """The cluster does not take an object as it is.

    Attributes:
        refused: what it says.
    """

    def __init__(self, kind: str, name: str, refused: Refused) -> None:
        super().__init__(f"{kind} {name}: {refused.message}")
        self.refused = refused


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
        if error.status == 409 and "resourceVersion" in manifest["metadata"]:
            raise Moved(f"{kind} {name}: {error.message}") from None
        raise Unfit(str(kind), str(name), error) from None
    if there is None:
        return Applied(kind, name, "created")
    return Applied(kind, name, "changed" if _content(made) != _content(there) else "unchanged")


def bring(
    cluster: Cluster,
    manifest: Mapping[str, Any],
    there: Mapping[str, Any] | None,
    *,
    force: bool = False,
    dry_run: bool = False,
) -> Applied:
    """Do what it takes for an object to be as a manifest says: nothing, :func:`apply`, or make it again.

    The parameters and errors are those of :func:`apply`. Only what holds no data is made again, and only where the
    server says that it cannot be changed.
    """
    kind, name = str(manifest["kind"]), str(manifest["metadata"]["name"])
    manifest = fitted(manifest, there)
    if there is not None and is_as_applied(there, manifest, MANAGER):
        return Applied(kind, name, "unchanged")
    try:
        return apply(cluster, manifest, there, force=force, dry_run=dry_run)
    except Unfit as error:
        if there is None or kind not in _REMADE or not _is_fixed(error.refused):
            raise
    if not dry_run:
        delete(cluster, {**manifest, "metadata": there["metadata"]}, wait=True)
        apply(cluster, manifest, None)
    return Applied(kind, name, "replaced")


def _is_fixed(refused: Refused) -> bool:
    said = refused.said.lower()
    return refused.status == 422 and any(text in said for text in _FIXED)


def _content(there: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an object says, without what the server and its controllers note about it."""
    noise = {"managedFields", "resourceVersion", "generation", "uid", "creationTimestamp"}
    metadata = {key: value for key, value in there["metadata"].items() if key not in noise}
    # The items of a list do not say what they are.
    said = {key: value for key, value in there.items() if key not in {"apiVersion", "kind", "status"}}
    return {**said, "metadata": metadata}


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
    if owner in {project, project_label(project)}:
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


def delete(cluster: Cluster, manifest: Mapping[str, Any], *, after: bool = False, wait: bool = False) -> bool:
    """Delete an object, and what it owns; return whether it was there.

    Args:
        cluster: where.
        manifest: the object.
        after: it goes only after what it owns.
        wait: until all of that is gone.

    Raises:
        ClusterError: the cluster refused, or it is not gone in two minutes.
    """
    policy = "Foreground" if after or wait else "Background"
    options: dict[str, Any] = {"apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": policy}
    uid = manifest["metadata"].get("uid")
    if uid:
        # Not another one of the same name that was made since it was looked at.
        options["preconditions"] = {"uid": uid}
    path = path_of(cluster, manifest)
    try:
        cluster.request("DELETE", path, body=options)
    except Refused as error:
        if error.status in {404, 409}:
            return False
        raise
    until = time.monotonic() + _GONE
    while wait and (there := cluster.get(path)) is not None and there["metadata"].get("uid") == uid:
        if time.monotonic() >= until:
            raise ClusterError(f"{manifest['kind']} {manifest['metadata']['name']} is being deleted, and not gone yet")
        time.sleep(_LOOK)
    return True


def labelled(manifest: Mapping[str, Any], project: str) -> dict[str, Any]:
    """Return a manifest with the labels by which `up` and `down` find again what they put there."""
    metadata = manifest["metadata"]
    labels = {**(metadata.get("labels") or {}), PROJECT: project_label(project), MANAGED_BY: MANAGER}
    return {**manifest, "metadata": {**metadata, "labels": labels}}


def own_objects(
    cluster: Cluster, namespace: str, project: str, kinds: Iterable[str] = _CONTENT, *, sent: bool = False
) -> Iterator[dict[str, Any]]:
    """Go through the objects of a project that no other object owns: their names, labels and annotations, no content.

    Args:
        cluster: where.
        namespace: where in it.
        project: its name.
        kinds: of the objects; of those that a cluster does not know there are none.
        sent: only what `up` put there itself, not what came there in another way.

    Raises:
        ClusterError: the cluster refused.
    """
    query = {"labelSelector": f"{PROJECT}={project_label(project)}" + (f",{MANAGED_BY}={MANAGER}" if sent else "")}
    for kind in kinds:
        sample = {"apiVersion": _VERSIONS[kind], "kind": kind, "metadata": {"namespace": namespace}}
        place = path_of(cluster, sample, collection=True)
        try:
            items = cluster.items(place, query, only_metadata=True)
        except Refused as error:
            if error.status != 403 or kind not in _RARE:
                raise
            continue
        for item in items or ():
            if not item["metadata"].get("ownerReferences"):
                yield {"apiVersion": sample["apiVersion"], "kind": kind, "metadata": item["metadata"]}


def own_of(cluster: Cluster, sample: Mapping[str, Any], project: str) -> list[dict[str, Any]]:
    """Return the objects of a project that are of the kind of a sample, and beside it; none where none is shown."""
    query = {"labelSelector": f"{PROJECT}={project_label(project)}"}
    try:
        return list(cluster.items(path_of(cluster, sample, collection=True), query) or ())
    except Refused as error:
        if error.status != 403:
            raise
        return []
