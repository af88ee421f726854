"""What the older runtime must be told once of the kinds of objects in an application: definitions, and rights."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from compose2oam.model.versions import V1ALPHA2
from compose2oam.rules.names import object_name
from compose2oam.rules.written import Manifest

# What the definitions of the runtime's own kinds say beside their names.
_OWN: dict[str, dict[str, Any]] = {
    "ContainerizedWorkload": {
        "childResourceKinds": [{"apiVersion": "apps/v1", "kind": "Deployment"}, {"apiVersion": "v1", "kind": "Service"}]
    },
    "ManualScalerTrait": {"workloadRefPath": "spec.workloadRef"},
    "HealthScope": {"workloadRefsPath": "spec.workloadRefs", "allowComponentOverlap": True},
}
# What the runtime may do as it is installed, by group of the API.
_GRANTED = {"core.oam.dev": None, "apps": ("deployments",), "": ("services", "configmaps")}


def definitions_for(
    application: str, workloads: Iterable[Manifest], traits: Iterable[Manifest], *, scoped: bool
) -> Iterator[dict[str, Any]]:
    """Yield what registers the kinds of the objects of an application, each kind once.

    Args:
        application: its name.
        workloads: the objects in its components.
        traits: the objects of its traits.
        scoped: whether it has a HealthScope.
    """
    kinds = _kinds(workloads)
    of_traits = _kinds(traits)
    for kind, group in kinds.items():
        if group:
            # A definition has the name of the resource; that of the core group, with no name, is no name of an object.
            yield _definition("WorkloadDefinition", kind, group)
    for kind, group in of_traits.items():
        yield _definition("TraitDefinition", kind, group)
    if scoped:
        yield _definition("ScopeDefinition", "HealthScope", "core.oam.dev")
    rules = list(_rights({**kinds, **of_traits}))
    if rules:
        yield {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "ClusterRole",
            "metadata": {
                "name": object_name(f"compose2oam-{application}", 253),
                "labels": {"rbac.oam.dev/aggregate-to-controller": "true"},
            },
            "rules": rules,
        }


def _kinds(manifests: Iterable[Manifest]) -> dict[str, str]:
    """Return the kinds of some objects, each with the group of its API, in the order of their names."""
    found = {item["kind"]: item["apiVersion"].rpartition("/")[0] for item in manifests}
    return dict(sorted(found.items()))


def _definition(sort: str, kind: str, group: str) -> dict[str, Any]:
    name = f"{_plural(kind)}.{group}"
    spec = {"definitionRef": {"name": name}, **_OWN.get(kind, {})}
    return {"apiVersion": V1ALPHA2, "kind": sort, "metadata": {"name": name}, "spec": spec}


def _plural(kind: str) -> str:
    """Return the name of the resource of a kind, as Kubernetes forms it."""
    name = kind.lower()
    if name.endswith("y"):
        return f"{name[:-1]}ies"
    return f"{name}es" if name.endswith(("s", "x", "ch")) else f"{name}s"


def _rights(kinds: dict[str, str]) -> Iterator[dict[str, Any]]:
    groups: dict[str, list[str]] = {}
    for kind, group in kinds.items():
        granted = _GRANTED.get(group, ())
        if granted is not None and _plural(kind) not in granted:
            groups.setdefault(group, []).append(_plural(kind))
    for group in sorted(groups):
        yield {"apiGroups": [group], "resources": sorted(groups[group]), "verbs": ["*"]}
