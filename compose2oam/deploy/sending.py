"""Putting a plan into a cluster: what is not as it should be is sent, in order, and never over what is not ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from compose2oam.cluster import objects
from compose2oam.cluster.applications import KUBERNETES, KUBEVELA, pods_path
from compose2oam.cluster.client import Cluster, Refused
from compose2oam.cluster.objects import Applied, Moved, NotOurs
from compose2oam.cluster.rollout import WORKLOADS
from compose2oam.deploy.planning import Manifest, Plan, of_component, wanted
from compose2oam.deploy.refusals import explained
from compose2oam.errors import ClusterError
from compose2oam.model.notes import APPLICATION, COMPONENT

# How often an application is looked at again because somebody changed it meanwhile.
_TRIES = 5

Found = Mapping[tuple[str, str], Mapping[str, Any]]


def send(
    plan: Plan, cluster: Cluster, *, adopt: bool = False, force: bool = False, dry_run: bool = False
) -> Iterator[Applied]:
    """Put a plan into a cluster, and say what became of each object as it goes.

    Nothing is sent before it is known that all that is there already is ours, and what is there as it should be is not
    sent again.

    Args:
        plan: what to send.
        cluster: where to.
        adopt: take over objects that somebody else made.
        force: take over fields that another manager owns.
        dry_run: let the server check everything, and store nothing.

    Raises:
        ClusterError: the cluster refused, an object is somebody else's, or another manager owns a field.
        CheckError: the cluster refused what a line of the project says.
    """
    has_namespace = _has_namespace(plan, cluster)
    if not has_namespace:
        manifest = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": plan.namespace}}
        yield objects.apply(cluster, manifest, None, dry_run=dry_run)
        if dry_run:
            raise ClusterError(
                f"the namespace {plan.namespace} is not there yet, so the server cannot try what would be in it; "
                f"make it with kubectl create namespace {plan.namespace}, or use --dry-run client"
            )
    parts = wanted(plan, plan.parts)
    found = _present(plan, cluster, adopt=adopt, is_new=not has_namespace)
    for item in plan.definitions:
        yield from _define(cluster, item, dry_run=dry_run)
    yield from _make_room(plan, cluster, found, dry_run=dry_run)
    for item in parts:
        there = found.get((item["kind"], item["metadata"]["name"]))
        take = force or (adopt and there is not None)
        with explained(plan, item):
            yield objects.bring(cluster, item, there, force=take, dry_run=dry_run)
    if plan.application is not None:
        with explained(plan, plan.application):
            yield _send_application(plan, cluster, plan.application, adopt=adopt, force=force, dry_run=dry_run)


def _has_namespace(plan: Plan, cluster: Cluster) -> bool:
    try:
        there = cluster.get(f"/api/v1/namespaces/{plan.namespace}")
    except Refused as error:
        if error.status != 403:
            raise
        # Who works in a namespace may not see it as a whole; what is put there tells.
        return True
    if there is not None and (there.get("status") or {}).get("phase") == "Terminating":
        raise ClusterError(f"the namespace {plan.namespace} is being deleted: try again when it is gone")
    return there is not None


def _present(plan: Plan, cluster: Cluster, *, adopt: bool, is_new: bool) -> dict[tuple[str, str], Mapping[str, Any]]:
    """Return the objects of the plan's parts that are there: our own by a list a kind, and the rest one by one.

    Raises:
        NotOurs: one is not of this project, and not to be taken over; the application is looked at too.
    """
    found: dict[tuple[str, str], Mapping[str, Any]] = {}
    for sample in {item["kind"]: item for item in plan.parts}.values():
        if not (is_new and "namespace" in sample["metadata"]):
            for own in objects.own_of(cluster, sample, plan.project.name):
                found[(sample["kind"], own["metadata"]["name"])] = own
    for item in wanted(plan, plan.parts):
        key = item["kind"], item["metadata"]["name"]
        if key not in found and not (is_new and "namespace" in item["metadata"]):
            other = objects.find(cluster, item, plan.project.name, adopt=adopt)
            if other is not None:
                found[key] = other
    if plan.application is not None and not is_new:
        objects.find(cluster, plan.application, plan.project.name, adopt=adopt)
    if plan.target == KUBERNETES and not adopt and not is_new:
        _refuse_mixing(plan, cluster)
    return found


def _refuse_mixing(plan: Plan, cluster: Cluster) -> None:
    """Refuse to put pods beside those of another application that our Services would select as well.

    Raises:
        NotOurs: there are such pods.
    """
    names = {of_component(item) for item in plan.parts} - {""}
    path, selector = pods_path(plan.namespace), f"{COMPONENT},{APPLICATION}!={plan.name}"
    try:
        pods = list(cluster.items(path, {"labelSelector": selector}, only_metadata=True) or ())
    except Refused as error:
        if error.status != 403:
            raise
        return
    for pod in pods:
        labels = pod["metadata"].get("labels") or {}
        if labels.get(COMPONENT) in names and labels.get(APPLICATION):
            other, name = labels[APPLICATION], labels[COMPONENT]
            raise NotOurs(
                f"the application {other} in the namespace {plan.namespace} has pods of a {name} too, "
                "and a Service would mix them; -n names another namespace"
            )


def _define(cluster: Cluster, manifest: Manifest, *, dry_run: bool) -> Iterator[Applied]:
    """Tell the cluster of a kind of objects, unless somebody has, or only others may."""
    try:
        there = cluster.get(objects.path_of(cluster, manifest))
    except Refused as error:
        if error.status != 403:
            raise
        return
    if there is not None and manifest["kind"] != "ClusterRole":
        return
    if there is not None:
        # Applications of one name in several namespaces share it.
        mine = [rule for rule in manifest["rules"] if rule not in (there.get("rules") or ())]
        if not mine:
            return
        manifest = {**manifest, "rules": [*(there.get("rules") or ()), *mine]}
    try:
        yield objects.apply(cluster, manifest, there, dry_run=dry_run)
    except ClusterError as error:
        raise ClusterError(
            f"{error.message}; somebody with rights for the whole cluster can apply definitions.yaml, "
            "which compose2oam convert --target oam-v1alpha2 -o FOLDER writes"
        ) from None


def _make_room(plan: Plan, cluster: Cluster, found: Found, *, dry_run: bool) -> Iterator[Applied]:
    """Delete what ran a component as an object of another kind: a service that got a volume, or became a job."""
    if plan.target != KUBERNETES:
        return
    now = {of_component(item): item["kind"] for item in wanted(plan, plan.parts)}
    for kind in sorted(WORKLOADS):
        try:
            there = list(objects.own_objects(cluster, plan.namespace, plan.project.name, [kind]))
        except Refused as error:
            if error.status != 403:
                raise
            continue
        for item in there:
            moved = now.get(of_component(item), kind) != kind
            if moved and (dry_run or objects.delete(cluster, item, wait=True)):
                yield Applied(kind, item["metadata"]["name"], "deleted")


def _send_application(
    plan: Plan, cluster: Cluster, application: Manifest, *, adopt: bool, force: bool, dry_run: bool
) -> Applied:
    """Send the application, with what is there already of components that were not asked for."""
    tries = iter(range(_TRIES))
    while True:
        there = objects.find(cluster, application, plan.project.name, adopt=adopt)
        manifest = _with_others(plan, application, there)
        take = force or (adopt and there is not None)
        try:
            return objects.bring(cluster, manifest, there, force=take, dry_run=dry_run)
        except Moved:
            # Another `up` was faster: what it brought stays.
            if next(tries, None) is None:
                raise


def _with_others(plan: Plan, application: Manifest, there: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return an application that changes only the components that are wanted, and those that hold objects."""
    if plan.components is None:
        return dict(application)
    key = "name" if plan.target == KUBEVELA else "componentName"
    spec = application["spec"]
    present = {str(one.get(key)): one for one in ((there or {}).get("spec") or {}).get("components") or ()}
    runs = set(plan.running.runs)
    made = []
    for component in spec["components"]:
        name = str(component[key])
        if name in plan.components or name not in runs:
            made.append(component)
        elif name in present:
            made.append(present[name])
    merged = {**application, "spec": {**spec, "components": made}}
    if there is not None:
        # The server refuses it if the application is no more the one whose components these are.
        version = {"resourceVersion": there["metadata"]["resourceVersion"]}
        merged["metadata"] = {**application["metadata"], **version}
    return merged


def orphans(plan: Plan, cluster: Cluster) -> list[Manifest]:
    """Return the objects of the project that it has no more, by kind and name; never its volumes.

    Raises:
        ClusterError: the cluster refused.
    """
    parts = {(item["kind"], item["metadata"]["name"]) for item in plan.parts}
    kinds = objects.OF_TARGETS[plan.target]
    # Beside an application there may be what others put there, or the application itself holds.
    sent = plan.target == KUBEVELA
    return [
        item
        for item in objects.own_objects(cluster, plan.namespace, plan.project.name, kinds, sent=sent)
        if (item["kind"], item["metadata"]["name"]) not in parts
    ]


def prune(plan: Plan, cluster: Cluster, *, dry_run: bool = False) -> Iterator[Applied]:
    """Delete the objects of the project that it has no more; what a runtime made of it, that removes by itself.

    Raises:
        ClusterError: the cluster refused.
    """
    for item in orphans(plan, cluster):
        if dry_run or objects.delete(cluster, item):
            yield Applied(item["kind"], item["metadata"]["name"], "deleted")
