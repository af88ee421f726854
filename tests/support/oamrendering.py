"""What the small OAM runtime makes of a component: as KubeVela's own definitions do, for those that tests need."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

NAME, COMPONENT = "app.oam.dev/name", "app.oam.dev/component"
WORKLOADS = {
    "webservice": ("apps/v1", "Deployment"), "worker": ("apps/v1", "Deployment"),
    "statefulset": ("apps/v1", "StatefulSet"), "daemon": ("apps/v1", "DaemonSet"), "task": ("batch/v1", "Job"),
    "cron-task": ("batch/v1", "CronJob"),
}  # fmt: skip
_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")


class Unknown(Exception):
    """Something of an application that this runtime does not play."""


def render(component: Mapping[str, Any], application: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Go through the objects of a component, the workload first.

    Raises:
        Unknown: this runtime does not play it.
    """
    kind, properties = component["type"], component.get("properties") or {}
    if kind == "k8s-objects":
        yield from copy.deepcopy(properties["objects"])
        return
    if kind not in WORKLOADS:
        raise Unknown(f"the runtime of the tests has no component {kind}")
    name = component["name"]
    workload = _workload(component, application["metadata"]["name"])
    others = []
    for trait in component.get("traits") or ():
        if trait["type"] not in _TRAITS:
            raise Unknown(f"the runtime of the tests has no trait {trait['type']}")
        others += _TRAITS[trait["type"]](workload, copy.deepcopy(trait.get("properties") or {}), name) or ()
    yield workload
    yield from others
    ports = [_service_port(port) for port in properties.get("ports") or () if port.get("expose")]
    if ports:
        spec = {"selector": {COMPONENT: name}, "ports": ports, "type": properties.get("exposeType", "ClusterIP")}
        yield {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": spec}


def _service_port(port: Mapping[str, Any]) -> dict[str, Any]:
    number, protocol = port["port"], port.get("protocol", "TCP")
    target = port.get("containerPort", number)
    return {"name": _port_name(port), "port": number, "targetPort": target, "protocol": protocol}


def _port_name(port: Mapping[str, Any]) -> str:
    protocol = port.get("protocol", "TCP")
    return str(port.get("name") or f"port-{port['port']}" + ("" if protocol == "TCP" else f"-{protocol.lower()}"))


def _workload(component: Mapping[str, Any], application: str) -> dict[str, Any]:
    version, kind = WORKLOADS[component["type"]]
    name, properties = component["name"], component["properties"]
    labels = {NAME: application, COMPONENT: name}
    notes = properties.get("annotations") or {}
    template = {
        "metadata": {"labels": {**properties.get("labels", {}), **labels}, **({"annotations": notes} if notes else {})},
        "spec": _pod(name, properties),
    }
    spec: dict[str, Any] = {"template": template}
    if kind in {"Job", "CronJob"}:
        template["spec"]["restartPolicy"] = properties.get("restart", "Never")
        spec |= {"parallelism": properties.get("count", 1), "completions": properties.get("count", 1)}
        name = f"{application}-{name}" if kind == "Job" else name
    else:
        spec["selector"] = {"matchLabels": {COMPONENT: name}}
    if kind == "CronJob":
        spec = {"schedule": properties["schedule"], "jobTemplate": {"spec": spec}}
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name}, "spec": spec}


def _pod(name: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    container = {"name": name, "image": properties["image"]}
    for key, there in (("cmd", "command"), ("args", "args"), ("env", "env"), *((probe, probe) for probe in _PROBES)):
        if properties.get(key):
            container[there] = properties[key]
    resources = {key: str(properties[key]) for key in ("cpu", "memory") if key in properties}
    if resources:
        container["resources"] = {"requests": resources, "limits": resources}
    ports = [
        {"containerPort": port.get("containerPort", port["port"]), "name": _port_name(port),
         "protocol": port.get("protocol", "TCP")}
        for port in properties.get("ports") or ()
    ]  # fmt: skip
    if ports:
        container["ports"] = ports
    volumes: dict[str, Any] = {}
    for kind, source in _SOURCES.items():
        for mount in (properties.get("volumeMounts") or {}).get(kind) or ():
            volumes[mount["name"]] = {"name": mount["name"], **source(mount)}
            kept = {key: mount[key] for key in ("name", "mountPath", "subPath", "readOnly") if key in mount}
            container.setdefault("volumeMounts", []).append(kept)
    pod: dict[str, Any] = {"containers": [container]}
    if volumes:
        pod["volumes"] = list(volumes.values())
    return pod


def _with(mount: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return {**more, **{key: mount[key] for key in ("defaultMode", "items") if key in mount}}


_SOURCES = {
    "pvc": lambda mount: {"persistentVolumeClaim": {"claimName": mount["claimName"]}},
    "configMap": lambda mount: {"configMap": _with(mount, name=mount["cmName"])},
    "secret": lambda mount: {"secret": _with(mount, secretName=mount["secretName"])},
    "emptyDir": lambda mount: {"emptyDir": {"medium": mount.get("medium", "")}},
    "hostPath": lambda mount: {"hostPath": {"path": mount["path"]}},
}


def _command(workload: dict[str, Any], properties: dict[str, Any], name: str) -> None:
    container = _container(workload, properties.get("containerName") or name)
    for key in ("command", "args"):
        if properties.get(key) is not None:
            container[key] = properties[key]


def _scaler(workload: dict[str, Any], properties: dict[str, Any], name: str) -> None:
    workload["spec"]["replicas"] = properties.get("replicas", 1)


def _merge(workload: dict[str, Any], properties: dict[str, Any], name: str) -> None:
    changed = _merged(workload, properties)
    workload.clear()
    workload.update(changed)


def _merged(value: Any, change: Any) -> Any:
    if not isinstance(change, dict):
        return change
    kept = dict(value) if isinstance(value, dict) else {}
    for key, item in change.items():
        if item is None:
            kept.pop(key, None)
        else:
            kept[key] = _merged(kept.get(key), item)
    return kept


def _operations(workload: dict[str, Any], properties: dict[str, Any], name: str) -> None:
    for operation in properties["operations"]:
        *way, last = (step.replace("~1", "/").replace("~0", "~") for step in operation["path"].split("/")[1:])
        node: Any = workload
        for step in way:
            node = node[int(step)] if isinstance(node, list) else node[step]
        if operation["op"] == "remove":
            del node[int(last) if isinstance(node, list) else last]
        elif isinstance(node, list) and operation["op"] == "add":
            node.insert(len(node) if last == "-" else int(last), operation["value"])
        else:
            node[int(last) if isinstance(node, list) else last] = operation["value"]


def _container(workload: dict[str, Any], name: str) -> dict[str, Any]:
    spec = workload["spec"].get("jobTemplate", workload)["spec"]
    containers: list[dict[str, Any]] = spec["template"]["spec"]["containers"]
    return next(one for one in containers if one["name"] == name)


def _nothing(workload: dict[str, Any], properties: dict[str, Any], name: str) -> None:
    """What changes nothing that a test looks at."""


_TRAITS: dict[str, Any] = {
    "command": _command, "scaler": _scaler, "json-merge-patch": _merge, "json-patch": _operations,
    "securitycontext": _nothing, "affinity": _nothing,
}  # fmt: skip
