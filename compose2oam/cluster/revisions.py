"""What a project was before: the revisions that a runtime, or Kubernetes itself, keeps of it."""

from __future__ import annotations

import base64
import binascii
import io
import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from compose2oam.cluster import state
from compose2oam.cluster.applications import KUBEVELA, V1ALPHA2, Running
from compose2oam.cluster.client import Cluster
from compose2oam.errors import ClusterError, UsageError
from compose2oam.model.notes import COMPONENT

PUBLISH_VERSION = "app.oam.dev/publishVersion"

_OAM = "/apis/core.oam.dev/v1beta1"
_OF_REPLICA_SET = "deployment.kubernetes.io/revision"
_OF_COMPONENT = "controller.oam.dev/component"
_HASHES = frozenset({"pod-template-hash", "controller-revision-hash"})
# More than any object of a cluster comes to; what is larger was made to do harm.
_LARGEST = 64 * 2**20
_NUMBER = re.compile(r"-?v?(\d+)\Z")


@dataclass(frozen=True, slots=True)
class Revision:
    """A state that a project, or one of its services, once had.

    Attributes:
        name: as the cluster calls it.
        number: counted from 1.
        created: when (RFC 3339).
        status: how it ended: ``succeeded``, ``failed``..., ``""`` where nobody says.
        current: whether it is what runs.
        manifest: what it was: an Application, a Component, or a workload with its pod template.
        service: the service that it is of, ``""`` for the project as a whole.
        version: the name under which it was rolled out (``--publish-version``).
    """

    name: str
    number: int
    created: str
    status: str
    current: bool
    manifest: Mapping[str, Any]
    service: str = ""
    version: str = ""


def revisions(cluster: Cluster, running: Running, services: Collection[str] = ()) -> list[Revision]:
    """Return what is kept of a project, the oldest first; of plain objects and the older runtime by service.

    Raises:
        ClusterError: the cluster refused, or what it keeps cannot be read.
        UsageError: there is no such service.
    """
    if running.target == KUBEVELA:
        found = list(_of_application(cluster, running))
    else:
        wanted = {component: running.service_of(component) for component, _ in running.of_services(services)}
        of = _of_components if running.target == V1ALPHA2 else _of_workloads
        found = list(of(cluster, running, wanted))
    return sorted(found, key=lambda item: (item.service, item.number))


def chosen(found: Collection[Revision], wanted: str) -> Revision:
    """Return the revision that a user names by its number or name; without a name the last one before that is well.

    Raises:
        UsageError: there is none.
    """
    names = ", ".join(item.name for item in found) or "none"
    if wanted:
        match = _NUMBER.match(wanted)
        for item in found:
            if item.name == wanted or (match and item.number == int(match[1])):
                return item
        raise UsageError(f"there is no revision {wanted}; there is {names}")
    current = max((item.number for item in found if item.current), default=0)
    earlier = [item for item in found if item.number < current and item.status in {"", "succeeded"}]
    if not earlier:
        raise UsageError(f"there is no earlier revision that was well; there is {names}")
    return max(earlier, key=lambda item: item.number)


def _of_application(cluster: Cluster, running: Running) -> Iterator[Revision]:
    """Go through the ApplicationRevisions of an application (KubeVela, ``core.oam.dev/v1beta1``)."""
    place = f"{_OAM}/namespaces/{running.namespace}/applicationrevisions"
    latest = str((running.status.get("latestRevision") or {}).get("name") or "")
    for item in cluster.items(place, {"labelSelector": running.selector}) or ():
        metadata, status = item["metadata"], item.get("status") or {}
        name = str(metadata["name"])
        workflow = status.get("workflow") or {}
        how = "succeeded" if status.get("succeeded") else str(workflow.get("status") or "")
        if name == latest and state.is_healthy(running):
            how = "healthy"
        yield Revision(
            name,
            _number(name),
            str(metadata.get("creationTimestamp") or ""),
            how,
            name == latest,
            _application(item),
            version=str((metadata.get("annotations") or {}).get(PUBLISH_VERSION) or ""),
        )


def _number(name: str) -> int:
    match = re.search(r"-v(\d+)\Z", name)
    return int(match[1]) if match else 0


def _application(revision: Mapping[str, Any]) -> dict[str, Any]:
    """Return the application of a revision, which KubeVela keeps compressed as it is usually installed."""
    spec = revision.get("spec") or {}
    packed = spec.get("compression") or {}
    if packed.get("type"):
        name = revision["metadata"]["name"]
        try:
            text = _unpacked(str(packed["type"]), base64.b64decode(packed.get("data") or "", validate=True))
            spec = json.loads(text)
        except (binascii.Error, EOFError, OSError, ValueError) as error:
            raise ClusterError(f"the revision {name} cannot be read: {error}") from None
    found = spec.get("application") or {}
    return {
        "apiVersion": "core.oam.dev/v1beta1",
        "kind": "Application",
        "metadata": found.get("metadata") or {},
        "spec": found.get("spec") or {},
    }


def _unpacked(how: str, data: bytes) -> bytes:
    if how == "gzip":
        import gzip

        made = gzip.GzipFile(fileobj=io.BytesIO(data)).read(_LARGEST + 1)
    elif how == "zstd":
        import zstandard

        try:
            made = zstandard.ZstdDecompressor().stream_reader(data).read(_LARGEST + 1)
        except zstandard.ZstdError as error:
            raise ValueError(str(error)) from None
    else:
        raise ValueError(f"it is compressed in a way that is not known: {how}")
    if len(made) > _LARGEST:
        raise ValueError("it is too large")
    return made


def _of_components(cluster: Cluster, running: Running, wanted: Mapping[str, str]) -> Iterator[Revision]:
    """Go through the revisions of Components that the older runtime keeps (ControllerRevision, ``apps/v1``)."""
    place = f"/apis/apps/v1/namespaces/{running.namespace}/controllerrevisions"
    of: dict[str, list[dict[str, Any]]] = {}
    for item in cluster.items(place, {"labelSelector": _OF_COMPONENT}) or ():
        component = str((item["metadata"].get("labels") or {}).get(_OF_COMPONENT))
        of.setdefault(component, []).append(item)
    for component, service in wanted.items():
        kept = of.get(component, [])
        last = max((int(item.get("revision") or 0) for item in kept), default=0)
        for item in kept:
            held = item.get("data") or {}
            manifest = {
                "apiVersion": "core.oam.dev/v1alpha2",
                "kind": "Component",
                "metadata": {"name": component, "namespace": running.namespace},
                "spec": held.get("spec") or {},
            }
            yield _of_service(item, int(item.get("revision") or 0), last, manifest, service)


def _of_workloads(cluster: Cluster, running: Running, wanted: Mapping[str, str]) -> Iterator[Revision]:
    """Go through what Kubernetes keeps of the pod templates of Deployments, StatefulSets and DaemonSets."""
    where = f"/apis/apps/v1/namespaces/{running.namespace}"
    query = {"labelSelector": running.selector}
    kept: dict[str, list[dict[str, Any]]] = {}
    for plural in ("replicasets", "controllerrevisions"):
        for item in cluster.items(f"{where}/{plural}", query) or ():
            for owner in item["metadata"].get("ownerReferences") or ():
                kept.setdefault(str(owner.get("uid")), []).append(item)
    for kind, plural in (("Deployment", "deployments"), ("StatefulSet", "statefulsets"), ("DaemonSet", "daemonsets")):
        for workload in cluster.items(f"{where}/{plural}", query) or ():
            metadata = workload["metadata"]
            component = str((metadata.get("labels") or {}).get(COMPONENT) or metadata["name"])
            if component not in wanted:
                continue
            items = [(_revision_of(item), item) for item in kept.get(str(metadata.get("uid")), ())]
            last = max((number for number, _ in items), default=0)
            for number, item in items:
                template = _template(item)
                manifest = {
                    "apiVersion": "apps/v1",
                    "kind": kind,
                    "metadata": {"name": metadata["name"], "namespace": running.namespace},
                    "spec": {"template": template},
                }
                yield _of_service(item, number, last, manifest, wanted[component])


def _of_service(item: Mapping[str, Any], number: int, last: int, manifest: Mapping[str, Any], service: str) -> Revision:
    metadata = item["metadata"]
    created = str(metadata.get("creationTimestamp") or "")
    return Revision(str(metadata["name"]), number, created, "", number == last, manifest, service)


def _revision_of(item: Mapping[str, Any]) -> int:
    noted = (item["metadata"].get("annotations") or {}).get(_OF_REPLICA_SET)
    return int(noted if noted and str(noted).isdecimal() else item.get("revision") or 0)


def _template(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return the pod template of a ReplicaSet, or of a ControllerRevision, without what its controller adds."""
    template = ((item.get("data") or item).get("spec") or {}).get("template") or {}
    metadata = dict(template.get("metadata") or {})
    metadata.pop("creationTimestamp", None)
    if metadata.get("labels"):
        metadata["labels"] = {key: text for key, text in metadata["labels"].items() if key not in _HASHES}
    return {**{key: value for key, value in template.items() if key != "$patch"}, "metadata": metadata}
