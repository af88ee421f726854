"""What a cluster says of its definitions, and of what stands behind them: read once, as plain data."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from compose2oam.cluster.client import Cluster, Refused
from compose2oam.errors import ClusterError
from compose2oam.model.versions import V1ALPHA2, V1BETA1

#: The namespace whose definitions are there for everybody.
SYSTEM = "vela-system"

_OAM = "/apis/core.oam.dev"
_PLURALS = {
    "ComponentDefinition": "componentdefinitions", "TraitDefinition": "traitdefinitions",
    "PolicyDefinition": "policydefinitions", "WorkflowStepDefinition": "workflowstepdefinitions",
}  # fmt: skip
_OLD_PLURALS = {
    "WorkloadDefinition": "workloaddefinitions", "TraitDefinition": "traitdefinitions",
    "ScopeDefinition": "scopedefinitions",
}  # fmt: skip
_CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
_SCHEMA_LABEL = "definition.oam.dev=schema"
_SCHEMA_KEY = "openapi-v3-json-schema"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was seen in a cluster.

    Attributes:
        context: of the kubeconfig.
        kubernetes: the version of the API server, ``""`` if it does not say.
        runtime: what reads the applications, with its version if it runs where that can be seen.
        manifests: the definitions; of two of one kind and name, the one that an application would use.
        schemas: the OpenAPI schema of a manifest's parameters, by its kind and name.
        crds: the names of the custom resources (``scaledobjects.keda.sh``), ``None`` if they may not be read.
        deployments: by name, whether it is ready and the addon that it belongs to; ``None`` if they may not be read.
        ingress_classes: their names, ``None`` if they may not be read.
        resources: the custom resource definitions behind definitions of v1alpha2, by name.
    """

    context: str
    kubernetes: str = ""
    runtime: str = ""
    manifests: tuple[Mapping[str, Any], ...] = ()
    schemas: Mapping[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)
    crds: frozenset[str] | None = None
    deployments: Mapping[str, tuple[bool, str]] | None = None
    ingress_classes: frozenset[str] | None = None
    resources: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def read_definitions(cluster: Cluster, namespaces: Iterable[str] = (), *, everywhere: bool = True) -> Snapshot:
    """Read the definitions of a cluster.

    Args:
        cluster: where from.
        namespaces: beside ``vela-system``; a definition in one of them goes before one of the same name there.
        everywhere: look for the controllers in all namespaces, else only for the runtime's own, where it is usually.

    Raises:
        ClusterError: it cannot be reached or read, or there is no KubeVela in it.
    """
    version = cluster.get("/version") or {}
    manifests: dict[tuple[str, str], Mapping[str, Any]] = {}
    schemas: dict[tuple[str, str], Mapping[str, Any]] = {}
    resources: dict[str, Mapping[str, Any]] = {}
    if cluster.get(f"{_OAM}/v1beta1") is not None:
        runtime, image = "KubeVela", "vela-core"
        for namespace in dict.fromkeys((SYSTEM, *namespaces)):
            try:
                _read_namespace(cluster, namespace, manifests, schemas)
            except Refused as error:
                # Those for everybody tell more than none; few have some of their own beside them.
                if error.status != 403 or namespace == SYSTEM:
                    raise
    elif cluster.get(f"{_OAM}/v1alpha2") is not None:
        runtime, image = "oam-kubernetes-runtime", "oam-kubernetes-runtime"
        _read_old(cluster, manifests, resources)
    else:
        raise ClusterError(
            f"there is no KubeVela in the cluster of the context {cluster.context}: "
            "it knows no core.oam.dev/v1beta1; install KubeVela (https://kubevela.io/docs/installation/kubernetes), "
            "or name another --context"
        )
    where = "" if everywhere else f"/namespaces/{SYSTEM}"
    deployments = _or_none(cluster, f"/apis/apps/v1{where}/deployments")
    seen = deployments if everywhere else None
    return Snapshot(
        context=cluster.context,
        kubernetes=str(version.get("gitVersion", "")),
        runtime=f"{runtime} {_tag(deployments or (), image)}".rstrip(),
        manifests=tuple(manifests[key] for key in sorted(manifests)),
        schemas=schemas,
        crds=_names(_or_none(cluster, _CRDS, only_metadata=True)),
        deployments=None if seen is None else _states(seen),
        ingress_classes=_names(_or_none(cluster, "/apis/networking.k8s.io/v1/ingressclasses", only_metadata=True)),
        resources=resources,
    )


def _read_namespace(
    cluster: Cluster,
    namespace: str,
    manifests: dict[tuple[str, str], Mapping[str, Any]],
    schemas: dict[tuple[str, str], Mapping[str, Any]],
) -> None:
    published = _schemas(cluster, namespace)
    for kind, plural in _PLURALS.items():
        for manifest in cluster.items(f"{_OAM}/v1beta1/namespaces/{namespace}/{plural}") or ():
            key = kind, str(manifest["metadata"]["name"])
            # The items of a list do not say what they are.
            manifests[key] = {**manifest, "kind": kind, "apiVersion": V1BETA1}
            schemas.pop(key, None)
            name = (manifest.get("status") or {}).get("configMapRef") or _schema_name(*key)
            if name in published:
                schemas[key] = published[name]


def _read_old(
    cluster: Cluster, manifests: dict[tuple[str, str], Mapping[str, Any]], resources: dict[str, Mapping[str, Any]]
) -> None:
    """Read the definitions of v1alpha2, which belong to no namespace, and the resources that they stand for."""
    for kind, plural in _OLD_PLURALS.items():
        for manifest in cluster.items(f"{_OAM}/v1alpha2/{plural}") or ():
            key = kind, str(manifest["metadata"]["name"])
            manifests[key] = {**manifest, "kind": kind, "apiVersion": V1ALPHA2}
            name = str(((manifest.get("spec") or {}).get("definitionRef") or {}).get("name", ""))
            found = _crd(cluster, name) if name else None
            if found is not None:
                resources[name] = {**found, "kind": "CustomResourceDefinition"}


def _crd(cluster: Cluster, name: str) -> dict[str, Any] | None:
    try:
        return cluster.get(f"{_CRDS}/{name}")
    except Refused as error:
        if error.status != 403:
            raise
        return None


def _schemas(cluster: Cluster, namespace: str) -> dict[str, Mapping[str, Any]]:
    """Return the schemas of a namespace by the name of their ConfigMap, without those of older revisions."""
    found: dict[str, Mapping[str, Any]] = {}
    for item in cluster.items(f"/api/v1/namespaces/{namespace}/configmaps", {"labelSelector": _SCHEMA_LABEL}) or ():
        try:
            schema = json.loads((item.get("data") or {})[_SCHEMA_KEY])
        except (KeyError, ValueError):
            continue
        if isinstance(schema, dict):
            found[str(item["metadata"]["name"])] = schema
    return found


def _schema_name(kind: str, name: str) -> str:
    return f"{kind.removesuffix('Definition').lower()}-schema-{name}"


def _or_none(cluster: Cluster, path: str, *, only_metadata: bool = False) -> list[dict[str, Any]] | None:
    """Read a list that we can do without: not everybody may read it."""
    try:
        return list(cluster.items(path, only_metadata=only_metadata) or ())
    except Refused as error:
        if error.status != 403:
            raise
        return None


def _names(items: list[dict[str, Any]] | None) -> frozenset[str] | None:
    return None if items is None else frozenset(item["metadata"]["name"] for item in items)


def _states(deployments: Iterable[Mapping[str, Any]]) -> dict[str, tuple[bool, str]]:
    """Return what is known by name; of two of one name in two namespaces, the one that is ready."""
    found = sorted((item["metadata"]["name"], *_state(item)) for item in deployments)
    return {name: (ready, owner) for name, ready, owner in found}


def _state(deployment: Mapping[str, Any]) -> tuple[bool, str]:
    wanted = (deployment.get("spec") or {}).get("replicas", 1)
    ready = (deployment.get("status") or {}).get("readyReplicas", 0)
    owner = (deployment["metadata"].get("labels") or {}).get("app.oam.dev/name", "")
    return wanted > 0 and ready >= wanted, owner.removeprefix("addon-") if owner.startswith("addon-") else ""


def _tag(deployments: Iterable[Mapping[str, Any]], image: str) -> str:
    """Return the version of a controller: the tag of the image that it runs."""
    for deployment in deployments:
        for container in deployment["spec"]["template"]["spec"].get("containers") or ():
            name, _, tag = str(container.get("image", "")).partition("@")[0].rpartition(":")
            if name.rpartition("/")[2] == image:
                return tag
    return ""
