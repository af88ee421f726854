"""What each command may ask of a cluster: one table, from which roles, the documentation and a refusal's hint are made.

A right that is not needed is one that a command does without: it then sees less, or somebody else does that part.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from enum import Enum
from typing import Final

from compose2oam.cluster.applications import KUBERNETES, KUBEVELA, V1ALPHA2
from compose2oam.cluster.definitions import SYSTEM
from compose2oam.model.namedtuple import NamedTuple

TARGETS: Final = (KUBEVELA, V1ALPHA2, KUBERNETES)


class Where(Enum):
    """Where a right holds."""

    NAMESPACE = "in the namespace of the project"
    ITSELF = "for that namespace itself"
    SYSTEM = f"in {SYSTEM}"
    CLUSTER = "in the whole cluster"


class Right(NamedTuple):
    """A right (Kubernetes, ``PolicyRule``).

    Attributes:
        group: of the API, ``""`` for the core one.
        resources: their names, with a subresource after a slash.
        verbs: what may be done with them.
        where: it holds.
        targets: for which it is; for all of them if it names none.
        needed: whether the command fails without it.
    """

    group: str
    resources: tuple[str, ...]
    verbs: tuple[str, ...]
    where: Where = Where.NAMESPACE
    targets: tuple[str, ...] = ()
    needed: bool = True

    def is_for(self, target: str) -> bool:
        """Whether it is for a target; for any, if none is named."""
        return not target or not self.targets or target in self.targets

    def gives(self, verb: str, group: str, resource: str) -> bool:
        """Whether it lets somebody do that."""
        return group == self.group and resource in self.resources and verb in self.verbs


def _right(
    group: str, resources: str, verbs: str, *targets: str, where: Where = Where.NAMESPACE, needed: bool = True
) -> Right:
    return Right(group, tuple(resources.split()), tuple(verbs.split()), where, targets, needed)


def _workloads(verbs: str, *targets: str, needed: bool = True) -> tuple[Right, ...]:
    return (
        _right("apps", "deployments statefulsets", verbs, *targets, needed=needed),
        _right("batch", "jobs", verbs, *targets, needed=needed),
        # What few projects have; who may not see them has none.
        _right("apps", "daemonsets", verbs, *targets, needed=False),
        _right("batch", "cronjobs", verbs, *targets, needed=False),
    )


_OAM: Final = "core.oam.dev"
_OLDER: Final = (V1ALPHA2, KUBERNETES)
_APPLY: Final = "get list create patch"

# How a project is found by its name.
_FIND: Final = (
    _right(_OAM, "applications", "list", KUBEVELA),
    _right(_OAM, "applicationconfigurations components", "list", V1ALPHA2),
    *_workloads("list", *_OLDER),
)
_PODS: Final = (_right("", "pods", "list"),)
_HEADS: Final = (
    _right(_OAM, "applications", "get patch", KUBEVELA),
    _right(_OAM, "applicationconfigurations components", "get patch", V1ALPHA2),
)
_REVISIONS: Final = (
    _right(_OAM, "applicationrevisions", "list", KUBEVELA),
    _right("apps", "controllerrevisions", "list", *_OLDER),
    _right("apps", "replicasets", "list", KUBERNETES),
)
# What a project of plain objects is made of, beside what every project has.
_PLAIN: Final = (
    _right("", "services persistentvolumeclaims", _APPLY, *_OLDER),
    _right("networking.k8s.io", "ingresses networkpolicies", _APPLY, KUBERNETES, needed=False),
    _right("autoscaling", "horizontalpodautoscalers", _APPLY, KUBERNETES, needed=False),
)
# To take away what the project has no more, and to make again what cannot be changed.
_AWAY: Final = (
    _right("", "secrets configmaps", "delete", needed=False),
    _right(_OAM, "components healthscopes", "delete", V1ALPHA2, needed=False),
    *_workloads("delete", KUBERNETES, needed=False),
    _right("", "services", "delete", KUBERNETES, needed=False),
    _right("networking.k8s.io", "ingresses networkpolicies", "delete", KUBERNETES, needed=False),
    _right("autoscaling", "horizontalpodautoscalers", "delete", KUBERNETES, needed=False),
)
# What is looked at to check a project by the definitions of the cluster.
_KINDS: Final = "componentdefinitions traitdefinitions policydefinitions workflowstepdefinitions"
_DEFINITIONS: Final = (
    _right(_OAM, _KINDS, "list", KUBEVELA, where=Where.SYSTEM, needed=False),
    _right("", "configmaps", "list", KUBEVELA, where=Where.SYSTEM, needed=False),
    _right("apps", "deployments", "list", KUBEVELA, where=Where.SYSTEM, needed=False),
    _right("apiextensions.k8s.io", "customresourcedefinitions", "list", KUBEVELA, where=Where.CLUSTER, needed=False),
    _right("networking.k8s.io", "ingressclasses", "list", KUBEVELA, where=Where.CLUSTER, needed=False),
)
# What the older runtime is told once for all projects, by whoever may. The API server lets only those make a
# ClusterRole who have all that is in it.
_TOLD: Final = (
    _right(
        _OAM,
        "workloaddefinitions traitdefinitions scopedefinitions",
        "get create patch",
        V1ALPHA2,
        where=Where.CLUSTER,
        needed=False,
    ),
    _right(
        "rbac.authorization.k8s.io", "clusterroles", "get create patch", V1ALPHA2, where=Where.CLUSTER, needed=False
    ),
)

# What carries the number of replicas, or says that something else does.
_NUMBERS: Final = (
    *_workloads("list"),
    _right("apps.kruise.io", "clonesets", "list", needed=False),
    _right("autoscaling", "horizontalpodautoscalers", "list", needed=False),
)
_CHANGE: Final = (*_FIND, *_HEADS, *_NUMBERS, *_PODS, *_workloads("get patch"))

RIGHTS: Final[dict[str, tuple[Right, ...]]] = {
    "up": (
        _right("", "secrets configmaps", _APPLY),
        _right(_OAM, "applications", f"{_APPLY} watch", KUBEVELA),
        _right(_OAM, "applicationconfigurations components", f"{_APPLY} watch", V1ALPHA2),
        _right(_OAM, "healthscopes", _APPLY, V1ALPHA2, needed=False),
        *_workloads(f"{_APPLY} watch", KUBERNETES),
        *_workloads("list watch", V1ALPHA2, needed=False),
        _right("batch", "jobs", "list watch", KUBEVELA, needed=False),
        *_PLAIN,
        *_AWAY,
        _right("", "pods events", "list watch", needed=False),
        _right("", "pods/log", "get", needed=False),
        # A pod from before a change may be in the way of the next.
        _right("", "pods", "get delete", needed=False),
        _right("apps", "statefulsets", "get", needed=False),
        _right("", "namespaces", "get create patch", where=Where.ITSELF, needed=False),
        *_DEFINITIONS,
        *_TOLD,
    ),
    "down": (
        *_FIND,
        _right(_OAM, "applications", "get delete", KUBEVELA),
        _right(_OAM, "applicationconfigurations components", "get delete", V1ALPHA2),
        _right(_OAM, "healthscopes", "list delete", V1ALPHA2, needed=False),
        *_workloads("delete", KUBERNETES),
        _right("", "secrets configmaps", "list delete"),
        _right("", "persistentvolumeclaims", "list delete"),
        _right("", "services", "list delete", *_OLDER),
        _right("networking.k8s.io", "ingresses networkpolicies", "list delete", KUBERNETES),
        _right("autoscaling", "horizontalpodautoscalers", "list delete", KUBERNETES),
        _right("", "persistentvolumes", "list", where=Where.CLUSTER, needed=False),
    ),
    "ps": (*_FIND, *_PODS),
    "status": (*_FIND, *_PODS, _right("", "services", "list")),
    "logs": (*_FIND, _right("", "pods", "list watch"), _right("", "pods/log", "get")),
    "exec": (*_FIND, *_PODS, _right("", "pods/exec", "get create")),
    "port-forward": (*_FIND, *_PODS, _right("", "pods/portforward", "get create")),
    "port": (
        *_FIND,
        *_PODS,
        _right("", "services", "list"),
        _right("networking.k8s.io", "ingresses", "list", needed=False),
    ),
    "images": (*_FIND, *_PODS),
    "events": (*_FIND, *_NUMBERS, *_PODS, _right("", "events", "list watch")),
    "ls": (*_FIND,),
    "scale": _CHANGE,
    "stop": _CHANGE,
    "start": _CHANGE,
    "restart": (*_CHANGE, _right("batch", "jobs", "create delete")),
    "wait": (*_FIND, *_NUMBERS, _right("", "pods", "list watch")),
    "diff": (
        *_FIND,
        *_HEADS,
        *_workloads("get patch", KUBERNETES),
        _right("", "secrets configmaps", "get patch"),
        _right("", "services persistentvolumeclaims", "get patch", *_OLDER),
        _right("networking.k8s.io", "ingresses networkpolicies", "get patch", KUBERNETES),
        _right("autoscaling", "horizontalpodautoscalers", "get patch", KUBERNETES),
    ),
    "history": (*_FIND, *_REVISIONS),
    "rollback": (*_FIND, *_REVISIONS, *_HEADS, *_workloads("get patch", KUBERNETES), *_PODS),
    "suspend": (*_FIND, _right(_OAM, "applications", "get"), _right(_OAM, "applications/status", "patch")),
    "resume": (*_FIND, _right(_OAM, "applications", "get"), _right(_OAM, "applications/status", "patch")),
}
"""What each command asks for."""


def rights_for(commands: Collection[str], target: str = "", *, namespaced: bool = False) -> list[Right]:
    """Return the rights that commands ask for, put together: one for each place, group and list of resources.

    Args:
        commands: their names; all without one.
        target: only what is for this one.
        namespaced: leave out what is outside of the namespace of the project; commands do without it.
    """
    verbs: dict[tuple[Where, str, str], dict[str, None]] = {}
    for command in commands or RIGHTS:
        for right in RIGHTS[command]:
            if right.is_for(target) and not (namespaced and right.where is not Where.NAMESPACE):
                for resource in right.resources:
                    verbs.setdefault((right.where, right.group, resource), {}).update(dict.fromkeys(right.verbs))
    together: dict[tuple[Where, str, tuple[str, ...]], list[str]] = {}
    for (where, group, resource), found in verbs.items():
        together.setdefault((where, group, tuple(sorted(found, key=_ORDER.index))), []).append(resource)
    return [Right(group, tuple(names), done, where) for (where, group, done), names in together.items()]


_ORDER: Final = ("get", "list", "watch", "create", "update", "patch", "delete")


def roles(
    wanted: Iterable[Right], name: str, namespace: str, subject: dict[str, str] | None = None
) -> Iterator[dict[str, object]]:
    """Yield manifests that give rights: a role for each place, with its binding where it is known for whom.

    Args:
        wanted: the rights.
        name: of the roles and bindings.
        namespace: of the project.
        subject: who gets them (``rbac.authorization.k8s.io/v1``, ``Subject``).
    """
    places: dict[str, list[dict[str, object]]] = {}
    for right in wanted:
        rule: dict[str, object] = {
            "apiGroups": [right.group], "resources": list(right.resources), "verbs": list(right.verbs),
        }  # fmt: skip
        if right.where is Where.ITSELF:
            rule["resourceNames"] = [namespace]
        home = {Where.NAMESPACE: namespace, Where.SYSTEM: SYSTEM}.get(right.where, "")
        places.setdefault(home, []).append(rule)
    for home, rules in places.items():
        kind = "Role" if home else "ClusterRole"
        # What belongs to no namespace is told apart by the project's.
        title = name if home else f"{name}-{namespace}"
        metadata = {"name": title, **({"namespace": home} if home else {})}
        version = "rbac.authorization.k8s.io/v1"
        yield {"apiVersion": version, "kind": kind, "metadata": metadata, "rules": rules}
        if subject:
            reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": title}
            yield {
                "apiVersion": version, "kind": f"{kind}Binding", "metadata": metadata,
                "roleRef": reference, "subjects": [subject],
            }  # fmt: skip


def commands_with(verb: str, group: str, resource: str) -> list[str]:
    """Return the commands that have a right."""
    return [name for name, held in RIGHTS.items() if any(right.gives(verb, group, resource) for right in held)]
