"""Which runtime of OAM a cluster has, and how to come by one."""

from __future__ import annotations

from compose2oam.cluster.applications import KUBERNETES, KUBEVELA, OAM, OLD_OAM, V1ALPHA2
from compose2oam.cluster.client import Cluster
from compose2oam.errors import ClusterError

_APIS = {KUBEVELA: (OAM, "KubeVela"), V1ALPHA2: (OLD_OAM, "oam-kubernetes-runtime")}
#: The target whose runtime takes what a target writes.
OF_WRITTEN = {"application": KUBEVELA, "v1alpha2": V1ALPHA2, "objects": KUBERNETES}
_INSTALL = {
    KUBEVELA: (
        "install KubeVela with `vela install`, or with `helm repo add kubevela https://kubevela.github.io/charts` and "
        "`helm install kubevela kubevela/vela-core -n vela-system --create-namespace`"
    ),
    V1ALPHA2: "see https://github.com/crossplane/oam-kubernetes-runtime for how to install it",
}


def target_for(cluster: Cluster) -> str:
    """Return the target to write for: that of the runtime that a cluster has.

    Raises:
        ClusterError: it has none, or does not answer.
    """
    found = _first(cluster)
    if not found:
        raise _missing(cluster, KUBEVELA, "")
    return found


def require(cluster: Cluster, target: str) -> None:
    """Make sure that a cluster has the runtime of a target; plain objects need none.

    Raises:
        ClusterError: it has not, or does not answer.
    """
    if target != KUBERNETES and cluster.get(_APIS[target][0]) is None:
        raise _missing(cluster, target, _first(cluster))


def _first(cluster: Cluster) -> str:
    return next((target for target, (api, _) in _APIS.items() if cluster.get(api) is not None), "")


def _missing(cluster: Cluster, target: str, other: str) -> ClusterError:
    api, title = _APIS[target]
    where = f"in the cluster of the context {cluster.context}"
    what = f"there is no {title} {where}: it knows no {api.removeprefix('/apis/')}"
    if other:
        return ClusterError(f"{what}, but has {_APIS[other][1]}: --target {other} writes for that")
    return ClusterError(f"{what}; {_INSTALL[target]}; or take --target kubernetes, which needs no runtime")
