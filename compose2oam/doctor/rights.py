"""Whether somebody may do on a cluster what ``up`` does there."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from compose2oam.doctor.scene import Found, Scene, State, ok, warn
from compose2oam.errors import ClusterError

if TYPE_CHECKING:
    from compose2oam.cluster.rights import Right

_API: Final = "authorization.k8s.io/v1"


def look(scene: Scene) -> Found:
    """Return which rights in the namespace of the project are missing."""
    from compose2oam.cluster import rights, runtimes

    namespace = namespace_of(scene)
    target = runtimes.OF_WRITTEN[scene.rules.target.writes]
    wanted = [item for item in rights.RIGHTS["up"] if item.where is rights.Where.NAMESPACE and item.is_for(target)]
    known = list(_rules(scene, namespace))
    needed = list(_denied(scene, namespace, [item for item in wanted if item.needed], known))
    roles = f"compose2oam rbac up -n {namespace} --target {target}"
    hint = f"somebody who runs the cluster can apply what `{roles}` prints, with --user, --group or --service-account"
    if needed:
        said = f"not allowed in the namespace {namespace}: {', '.join(needed)}"
        return Found(State.FAIL, said, hint, ClusterError.exit_code)
    if not _may_begin(scene, namespace):
        said = f"there is no namespace {namespace}, and you may not make it"
        return Found(State.FAIL, said, hint, ClusterError.exit_code)
    rest = list(_denied(scene, namespace, [item for item in wanted if not item.needed], known))
    if rest:
        return warn(f"not allowed in the namespace {namespace}, which not every project needs: {', '.join(rest)}", hint)
    return ok(f"`up` may do what it needs in the namespace {namespace}")


def _may_begin(scene: Scene, namespace: str) -> bool:
    """Return whether the namespace is there, or may be made."""
    from compose2oam.cluster.client import Refused

    try:
        if scene.cluster.get(f"/api/v1/namespaces/{namespace}") is not None:
            return True
    except Refused as error:
        if error.status != 403:
            raise
        # Who may not see it may have it all the same.
        return True
    return _may(scene, {"resource": "namespaces", "name": namespace, "verb": "create"})


def _denied(
    scene: Scene, namespace: str, wanted: Collection[Right], known: Collection[Mapping[str, Any]]
) -> Iterator[str]:
    """Yield what is not allowed, as verbs with their resource."""
    for right in wanted:
        for resource in right.resources:
            verbs = [verb for verb in right.verbs if not _held(known, right.group, resource, verb)]
            attributes = {"namespace": namespace, "group": right.group, "resource": resource.partition("/")[0]}
            if "/" in resource:
                attributes["subresource"] = resource.partition("/")[2]
            lacking = [verb for verb in verbs if not _may(scene, {**attributes, "verb": verb})]
            if lacking:
                yield f"{'/'.join(lacking)} {resource}"


def _held(known: Collection[Mapping[str, Any]], group: str, resource: str, verb: str) -> bool:
    return any(
        not rule.get("resourceNames")
        and not {group, "*"}.isdisjoint(rule.get("apiGroups") or ())
        and not {resource, "*"}.isdisjoint(rule.get("resources") or ())
        and not {verb, "*"}.isdisjoint(rule.get("verbs") or ())
        for rule in known
    )


def _rules(scene: Scene, namespace: str) -> Iterator[Mapping[str, Any]]:
    """Yield what the cluster says is allowed, which need not be all (``SelfSubjectRulesReview``): one for many."""
    answer = _review(scene, "SelfSubjectRulesReview", {"namespace": namespace})
    yield from answer.get("resourceRules") or ()


def _may(scene: Scene, attributes: Mapping[str, str]) -> bool:
    """Return whether something is allowed (``SelfSubjectAccessReview``)."""
    answer = _review(scene, "SelfSubjectAccessReview", {"resourceAttributes": dict(attributes)})
    return bool(answer.get("allowed"))


def _review(scene: Scene, kind: str, spec: Mapping[str, Any]) -> Mapping[str, Any]:
    review = {"apiVersion": _API, "kind": kind, "spec": spec}
    answer = scene.cluster.request("POST", f"/apis/{_API}/{kind.lower()}s", body=review)
    status: Mapping[str, Any] = answer.get("status") or {}
    return status


def namespace_of(scene: Scene) -> str:
    """Return where the project goes."""
    from compose2oam.rules.extension import settle

    if not hasattr(scene, "project"):
        return scene.asked.settings.namespace or "default"
    _, settings = settle(scene.project, scene.asked.settings)
    return settings.namespace or scene.project.name.replace("_", "-")
