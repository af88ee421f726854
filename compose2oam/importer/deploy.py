"""How a service runs: kind, copies, resources, updates, nodes."""

from __future__ import annotations

from typing import Any

from compose2oam.importer import writing
from compose2oam.importer.inventory import SELECTOR, Inventory
from compose2oam.importer.process import Keys
from compose2oam.importer.rendered import Rendered

_DEVICES = {"nvidia.com/gpu": "nvidia", "amd.com/gpu": "amd", "gpu.intel.com/i915": "intel"}
_NODE: dict[str, str] = {
    "kubernetes.io/hostname": "node.hostname",
    "kubernetes.io/os": "node.platform.os",
    "kubernetes.io/arch": "node.platform.arch",
}
_CONTROL_PLANE = "node-role.kubernetes.io/control-plane"


def kind(made: Rendered, inventory: Inventory) -> Keys:
    """``restart`` and ``deploy.mode``: whether it runs on and on, on every node, once, or at set times."""
    if made.component.type == "daemon":
        return {"restart": "unless-stopped", "deploy": {"mode": "global"}}
    if made.component.type == "cron-task":
        return {"restart": _restart(made), "x-oam": {"schedule": str(made.spec.get("schedule", ""))}}
    if made.component.type != "task":
        return {"restart": "unless-stopped"}
    is_awaited = any(made.component.name in other.depends_on for other in inventory.services)
    if is_awaited or made.pod.get("restartPolicy") != "OnFailure":
        return {"restart": _restart(made)}
    return {"restart": _restart(made), "deploy": {"mode": "replicated-job"}}


def _restart(made: Rendered) -> str:
    spec = made.spec["jobTemplate"]["spec"] if "jobTemplate" in made.spec else made.spec
    attempts = spec.get("backoffLimit", made.spec.get("backoffLimit"))
    if made.pod.get("restartPolicy") != "OnFailure":
        return "no"
    return "on-failure" if attempts is None else f"on-failure:{attempts}"


def copies(made: Rendered, _: Inventory) -> Keys:
    """``deploy.replicas`` and ``x-oam.hpa``."""
    count = made.spec.get("replicas", made.spec.get("count"))
    keys: Keys = {} if count is None else {"deploy": {"replicas": count}}
    if made.hpa:
        said: Keys = {key: made.hpa[key] for key in ("min", "max") if key in made.hpa}
        for name, key in (("cpu", "cpu"), ("mem", "memory")):
            if name in made.hpa:
                said[key] = made.hpa[name].get("value", 50)
        keys["x-oam"] = {"hpa": said}
    return keys


def resources(made: Rendered, _: Inventory) -> Keys:
    """``deploy.resources``."""
    given = made.container.get("resources") or {}
    limits, requests = given.get("limits") or {}, given.get("requests") or {}
    high, low = _amounts(limits), _amounts(requests)
    for name, key in (("cpu", "cpus"), ("memory", "memory")):
        if name in made.implied:
            # Compose says that with a limit alone.
            low.pop(key, None)
    devices: list[Keys] = []
    for name, driver in _DEVICES.items():
        if name in limits:
            devices.append({"driver": driver, "count": int(limits[name]), "capabilities": ["gpu"]})
    if devices:
        low["devices"] = devices
    found = {key: value for key, value in (("limits", high), ("reservations", low)) if value}
    keys: Keys = {"deploy": {"resources": found}} if found else {}
    if limits.get("ephemeral-storage"):
        keys["storage_opt"] = {"size": writing.memory(limits["ephemeral-storage"])}
    return keys


def _amounts(given: Any) -> Keys:
    made = {"cpus": writing.cores(given.get("cpu", "")), "memory": writing.memory(given.get("memory", ""))}
    return {key: value for key, value in made.items() if value}


def update(made: Rendered, _: Inventory) -> Keys:
    """``deploy.update_config`` for a rolling update that is counted in pods."""
    config: Keys = {}
    strategy = made.spec.get("strategy") or {}
    rolling = strategy.get("rollingUpdate") or {}
    if strategy.get("type") == "RollingUpdate" and set(rolling) == {"maxSurge", "maxUnavailable"}:
        first_start = rolling["maxUnavailable"] == 0
        number = rolling["maxSurge"] if first_start else rolling["maxUnavailable"]
        if first_start or rolling["maxSurge"] == 0:
            config["parallelism"] = 0 if number == "100%" else number
            if first_start:
                config["order"] = "start-first"
    daemon = (made.spec.get("updateStrategy") or {}).get("rollingUpdate") or {}
    if set(daemon) == {"maxUnavailable"}:
        config["parallelism"] = 0 if daemon["maxUnavailable"] == "100%" else daemon["maxUnavailable"]
    if made.spec.get("minReadySeconds"):
        config["delay"] = writing.duration(made.spec["minReadySeconds"])
    keys: Keys = {"update_config": config} if config else {}
    annotations = made.manifest["metadata"].get("annotations") or {}
    if annotations:
        keys["labels"] = dict(annotations)
    return {"deploy": keys} if keys else {}


def placement(made: Rendered, _: Inventory) -> Keys:
    """``platform`` and ``deploy.placement``."""
    affinity = made.pod.get("affinity") or {}
    required = _requirements(affinity.get("nodeAffinity") or {})
    keys: Keys = {}
    if required and _is_one_of(required[0], "kubernetes.io/os"):
        keys["platform"] = _value(required.pop(0))
        if required and _is_one_of(required[0], "kubernetes.io/arch"):
            keys["platform"] += f"/{_value(required.pop(0))}"
    constraints = [_constraint(item) for item in required]
    found: Keys = {}
    if constraints and all(constraints):
        found["constraints"] = constraints
    spread = made.pod.get("topologySpreadConstraints") or ()
    selector = {"matchLabels": {SELECTOR: made.component.name}}
    if spread and all(
        item == {"maxSkew": 1, "topologyKey": item.get("topologyKey"), "whenUnsatisfiable": "ScheduleAnyway",
                 "labelSelector": selector}
        for item in spread
    ):  # fmt: skip
        found["preferences"] = [{"spread": _spread(item["topologyKey"])} for item in spread]
    if (affinity.get("podAntiAffinity") or {}) == {
        "required": [{"topologyKey": "kubernetes.io/hostname", "labelSelector": selector}]
    }:
        found["max_replicas_per_node"] = 1
    return {**keys, "deploy": {"placement": found}} if found else keys


def _requirements(affinity: Any) -> list[Any]:
    """Return the requirements of a node, from the trait's form or from Kubernetes'; empty if there are alternatives."""
    required = affinity.get("required") or affinity.get("requiredDuringSchedulingIgnoredDuringExecution") or {}
    terms = list(required.get("nodeSelectorTerms") or ())
    if len(terms) != 1 or set(terms[0]) != {"matchExpressions"}:
        return []
    return [dict(item) for item in terms[0]["matchExpressions"]]


def _is_one_of(item: Any, key: str) -> bool:
    return item.get("key") == key and item.get("operator") == "In" and len(item.get("values") or ()) == 1


def _value(item: Any) -> str:
    return str(item["values"][0])


def _constraint(item: Any) -> str:
    """Return a constraint of Swarm for a requirement, empty if it has none."""
    key, operator, values = str(item.get("key")), item.get("operator"), list(item.get("values") or ())
    if key == _CONTROL_PLANE and operator in ("Exists", "DoesNotExist"):
        return f"node.role == {'manager' if operator == 'Exists' else 'worker'}"
    if operator not in ("In", "NotIn") or len(values) != 1:
        return ""
    return f"{_NODE.get(key, f'node.labels.{key}')} {'==' if operator == 'In' else '!='} {values[0]}"


def _spread(key: str) -> str:
    return "node.hostname" if key == "kubernetes.io/hostname" else f"node.labels.{key}"
