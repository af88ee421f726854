"""How many of a service there are to be: where each runtime keeps the number, and what was there before `stop`.

Whatever holds the number is changed, not the workload that a runtime made from it, or the runtime would undo it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from compose2oam.cluster.applications import KUBEVELA, OLD_OAM, V1ALPHA2, Running, collection
from compose2oam.cluster.changing import change
from compose2oam.cluster.client import Cluster, Refused
from compose2oam.cluster.workloads import SCALED, Workload
from compose2oam.errors import UsageError
from compose2oam.model.namedtuple import NamedTuple

#: Annotation of what holds the numbers: what they were before `stop`, by component, in JSON.
STOPPED = "compose2oam.io/stopped"

_AUTOSCALING = "/apis/autoscaling/v2"

_Tree = dict[str, Any]
_SCALER, _OLD_SCALER = "scaler", "ManualScalerTrait"


class Turn(NamedTuple):
    """What is to become of a workload.

    Attributes:
        workload: which.
        value: the number of replicas, or whether it is suspended; ``None`` for what is usual where nobody says.
        remember: whether what is there now is to be remembered for `start`.
    """

    workload: Workload
    value: int | bool | None
    remember: bool = False


def remembered(cluster: Cluster, running: Running, found: Collection[Workload]) -> dict[str, Any]:
    """Return what `stop` remembered, by component.

    Raises:
        ClusterError: the cluster refused.
    """
    memory: dict[str, Any] = {}
    if running.target in {KUBEVELA, V1ALPHA2}:
        memory = _memory(cluster.get(holder_of(running)) or {"metadata": {}})
    for item in found:
        memory |= _memory(item.manifest)
    return memory


def turn(cluster: Cluster, running: Running, turns: Collection[Turn]) -> None:
    """Change the numbers, all that one object holds at once.

    Raises:
        UsageError: something else says the number of one of them.
        ClusterError: the cluster refused.
    """
    together = [item for item in turns if is_held(running, item.workload)]
    if together:
        edits = (_old_edit if running.target == V1ALPHA2 else _edit)(together)
        change(cluster, holder_of(running), edits, needs=("spec", "components"))
    for item in turns:
        if item not in together:
            change(cluster, item.workload.path, _plain_edit(item))


def holder_of(running: Running) -> str:
    """Return the path of the object that holds the numbers of a project that has a runtime."""
    if running.target == V1ALPHA2:
        return f"{OLD_OAM}/namespaces/{running.namespace}/applicationconfigurations/{running.name}"
    return f"{collection(running.namespace)}/{running.name}"


def is_held(running: Running, workload: Workload) -> bool:
    """Whether the runtime says the number of a workload; of jobs it says nothing that it would defend."""
    if running.target == KUBEVELA:
        return workload.kind in SCALED | {"CronJob"}
    return running.target == V1ALPHA2 and workload.kind in SCALED


def _memory(holder: Mapping[str, Any]) -> dict[str, Any]:
    try:
        found = json.loads((holder["metadata"].get("annotations") or {}).get(STOPPED) or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _remember(holder: _Tree, item: Turn, before: Any) -> None:
    """Note what was there, or forget it when it is there again."""
    memory = _memory({"metadata": {}, **holder})
    component = item.workload.component
    if item.remember:
        # Whoever stops twice wants back what was there before the first time.
        memory.setdefault(component, before)
    else:
        memory.pop(component, None)
    notes = holder.setdefault("metadata", {}).setdefault("annotations", {})
    notes.pop(STOPPED, None)
    if memory:
        notes[STOPPED] = json.dumps(memory)


def _plain_edit(item: Turn) -> Any:
    key = "replicas" if item.workload.kind in SCALED else "suspend"

    def edit(there: _Tree) -> None:
        # Our part of an object may lack it; what counts is what is there.
        before = item.workload.spec.get(key)
        _put(there.setdefault("spec", {}), key, item.value)
        _remember(there, item, before)

    return edit


def _put(holder: _Tree, key: str, value: Any) -> None:
    if value is None:
        holder.pop(key, None)
    else:
        holder[key] = value


def _edit(turns: Collection[Turn]) -> Any:
    """Return the change of an Application (``core.oam.dev/v1beta1``)."""

    def edit(application: _Tree) -> None:
        components = {one["name"]: one for one in application["spec"]["components"]}
        for item in turns:
            component = components.get(item.workload.component)
            if component is None:
                raise UsageError(f"{item.workload.service} has left the application; see compose2oam status")
            _by_environments(application, item)
            held = _objects(component, item.workload)
            if held is not None:
                key = "replicas" if item.workload.kind in SCALED else "suspend"
                spec = held.setdefault("spec", {})
                before = spec.get(key)
                _put(spec, key, item.value)
            elif item.workload.kind in SCALED:
                before = _scale(component, item.value)
            else:
                properties = component.setdefault("properties", {})
                before = properties.get("suspend")
                _put(properties, "suspend", item.value)
            _remember(application, item, before)

    return edit


def _by_environments(application: Mapping[str, Any], item: Turn) -> None:
    """Refuse where a policy says the number, place by place."""
    for policy in application["spec"].get("policies") or ():
        for part in (policy.get("properties") or {}).get("components") or ():
            if part.get("name") == item.workload.component and any(
                trait.get("type") == _SCALER for trait in part.get("traits") or ()
            ):
                raise UsageError(
                    f"the policy {policy.get('name')} says how many of {item.workload.service} there are; "
                    "change it in the project, and run up"
                )


def _objects(component: _Tree, workload: Workload) -> _Tree | None:
    """Return the workload where the component has it as an object, ``None`` where it has not."""
    for item in (component.get("properties") or {}).get("objects") or ():
        if item.get("kind") == workload.kind and (item.get("metadata") or {}).get("name") == workload.name:
            found: _Tree = item
            return found
    return None


def _scale(component: _Tree, count: Any) -> Any:
    """Set the number in the trait for it, or in the property of a type that has one; return what was there."""
    traits = component.setdefault("traits", [])
    own = next((trait for trait in traits if trait.get("type") == _SCALER), None)
    properties = component.get("properties") or {}
    before = None
    if own is not None:
        before = (own.get("properties") or {}).get("replicas")
        own["properties"] = {**(own.get("properties") or {}), "replicas": count}
        if count is None:
            traits.remove(own)
    elif "replicas" in properties:
        before = properties["replicas"]
        _put(properties, "replicas", count)
    elif count is not None:
        traits.append({"type": _SCALER, "properties": {"replicas": count}})
    if not traits:
        del component["traits"]
    return before


def _old_edit(turns: Collection[Turn]) -> Any:
    """Return the change of an ApplicationConfiguration (``core.oam.dev/v1alpha2``)."""

    def edit(configuration: _Tree) -> None:
        entries = {_component_of(one): one for one in configuration["spec"]["components"]}
        for item in turns:
            entry = entries.get(item.workload.component)
            if entry is None:
                raise UsageError(f"{item.workload.service} has left the application; see compose2oam status")
            # Without the trait its runtime would leave the number as it is.
            count = 1 if item.value is None else item.value
            trait = next(_scalers(entry), None)
            if trait is None:
                before = None
                made = {"apiVersion": "core.oam.dev/v1alpha2", "kind": _OLD_SCALER, "spec": {"replicaCount": count}}
                entry.setdefault("traits", []).append({"trait": made})
            else:
                before = (trait.get("spec") or {}).get("replicaCount")
                trait["spec"] = {**(trait.get("spec") or {}), "replicaCount": count}
            _remember(configuration, item, before)

    return edit


def _component_of(entry: Mapping[str, Any]) -> str:
    return str(entry.get("componentName") or str(entry.get("revisionName", "")).rpartition("-v")[0])


def _scalers(entry: Mapping[str, Any]) -> Iterator[_Tree]:
    for one in entry.get("traits") or ():
        trait = one.get("trait") or {}
        if trait.get("kind") == _OLD_SCALER:
            yield trait


def autoscaled(cluster: Cluster, running: Running) -> dict[str, str]:
    """Return the workloads that an autoscaler scales, with its kind and name; what may not be read is left out."""
    try:
        found = list(cluster.items(f"{_AUTOSCALING}/namespaces/{running.namespace}/horizontalpodautoscalers") or ())
    except Refused as error:
        if error.status != 403:
            raise
        return {}
    made = {}
    for item in found:
        target = (item.get("spec") or {}).get("scaleTargetRef") or {}
        owners = [f"{one.get('kind')} {one.get('name')}" for one in item["metadata"].get("ownerReferences") or ()]
        above = [owner for owner in owners if owner.startswith("ScaledObject ")]
        what = above[0] if above else f"HorizontalPodAutoscaler {item['metadata']['name']}"
        made[f"{target.get('kind')} {target.get('name')}"] = what
    return made
