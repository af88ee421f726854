"""How KubeVela's container components render each of their properties.

A renderer returns whether it rendered all of a property; what it leaves is kept as it was written.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from compose2oam.importer import mounts
from compose2oam.importer.rendered import Rendered


def _of_container(name: str, shape: type) -> Callable[[Rendered, Any], bool]:
    def put(made: Rendered, value: Any) -> bool:
        if not isinstance(value, shape):
            return False
        made.container[name] = value
        return True

    return put


def _variables(made: Rendered, value: Any) -> bool:
    """Take variables as a list, or by their names, as definitions of others do."""
    if isinstance(value, dict):
        made.container["env"] = [{"name": name, "value": str(text)} for name, text in value.items()]
        return True
    made.container["env"] = [{**item, "name": str(item["name"])} for item in value]
    return True


def of_template(name: str) -> Callable[[Rendered, Any], bool]:
    """Return what writes ``labels`` or ``annotations`` of the pods."""

    def put(made: Rendered, value: Any) -> bool:
        if not isinstance(value, dict):
            return False
        made.template["metadata"].setdefault(name, {}).update({key: str(text) for key, text in value.items()})
        return True

    return put


def _ports(made: Rendered, value: Any) -> bool:
    """Take ports that Compose can say: all in the Service, under the number that the container has."""
    if made.component.properties.get("exposeType", "ClusterIP") != "ClusterIP":
        return False
    plain = True
    for item in value:
        protocol = str(item.get("protocol") or "TCP")
        known = set(item) <= {"port", "protocol", "expose", "containerPort"}
        plain = plain and known and item.get("containerPort", item["port"]) == item["port"] and bool(item.get("expose"))
        if item.get("expose"):
            made.ports.append({"port": int(item["port"]), "protocol": protocol})
    return plain


def _older_volumes(made: Rendered, value: Any) -> bool:
    """Take the older way to mount, which the newer one puts out of force."""
    return "volumeMounts" not in made.component.properties and mounts.render_list(made.pod, value)


def _pull_secrets(made: Rendered, value: Any) -> bool:
    made.pod["imagePullSecrets"] = [{"name": name} for name in value]
    return True


def _host_aliases(made: Rendered, value: Any) -> bool:
    made.pod["hostAliases"] = value
    return True


def _quantity(name: str) -> Callable[[Rendered, Any], bool]:
    def put(made: Rendered, value: Any) -> bool:
        resources = made.container.setdefault("resources", {})
        resources.setdefault("requests", {})[name] = str(value)
        return True

    return put


def _limit(made: Rendered, value: Any) -> bool:
    resources = made.container.setdefault("resources", {})
    resources["limits"] = {key: str(amount) for key, amount in value.items()}
    return True


def settle_resources(made: Rendered) -> None:
    """What ``limit`` does not say, is limited to what is requested; a limit alone says nothing (webservice)."""
    resources = made.container.get("resources")
    if resources is not None:
        requests = resources.setdefault("requests", {})
        limits = {key: amount for key, amount in resources.get("limits", {}).items() if key in requests}
        made.implied = frozenset(requests) - frozenset(limits)
        resources["limits"] = {**requests, **limits}


def _restart(made: Rendered, value: Any) -> bool:
    made.pod["restartPolicy"] = value
    return True


def _of_spec(name: str) -> Callable[[Rendered, Any], bool]:
    def put(made: Rendered, value: Any) -> bool:
        made.spec[name] = value
        return True

    return put


PROPERTIES: dict[str, Callable[[Rendered, Any], bool]] = {
    "image": _of_container("image", str),
    "imagePullPolicy": _of_container("imagePullPolicy", str),
    "imagePullSecrets": _pull_secrets,
    "cmd": _of_container("command", list),
    "args": _of_container("args", list),
    "env": _variables,
    "cpu": _quantity("cpu"),
    "memory": _quantity("memory"),
    "limit": _limit,
    "ports": _ports,
    "labels": of_template("labels"),
    "annotations": of_template("annotations"),
    "readinessProbe": _of_container("readinessProbe", dict),
    "livenessProbe": _of_container("livenessProbe", dict),
    "volumeMounts": lambda made, value: mounts.render(made.pod, value),
    "volumes": _older_volumes,
    "hostAliases": _host_aliases,
    "count": _of_spec("count"),
    "restart": _restart,
    "schedule": _of_spec("schedule"),
    "backoffLimit": _of_spec("backoffLimit"),
}
