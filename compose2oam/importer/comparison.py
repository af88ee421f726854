"""Whether two components run the same: what they render, in one form for all the ways in which it can be said."""

from __future__ import annotations

from typing import Any

from compose2oam.importer import health
from compose2oam.importer.expansion import expanded, variables
from compose2oam.importer.mounts import mounts_of
from compose2oam.importer.rendered import KINDS, Rendered, Tree
from compose2oam.importer.rendering import render
from compose2oam.importer.writing import amount
from compose2oam.model.oam import Component

# What a mount of these kinds says of writing has no effect: Kubernetes mounts them read-only.
_READ_ONLY = ("configMap", "secret")
_OWN = "compose2oam.io/hash"


def same(one: Component, other: Component) -> bool:
    """Whether two components of a name run the same, whatever the words."""
    return one == other or normal(one) == normal(other)


def normal(component: Component) -> Tree:
    """Return what a component comes to, such that equal means the same."""
    if component.type not in KINDS:
        manifest = component.to_dict()
        manifest["dependsOn"] = sorted(map(str, component.depends_on))
        manifest.get("properties", {}).get("annotations", {}).pop(_OWN, None)
        return manifest
    made = render(component)
    _normalise(made)
    return {
        "type": component.type,
        "manifest": made.manifest,
        "ports": sorted((port["port"], port["protocol"]) for port in made.ports),
        "hpa": made.hpa,
        "gateway": made.gateway,
        "properties": made.properties,
        "traits": [trait.to_dict() for trait in made.traits],
        "dependsOn": sorted(map(str, component.depends_on)),
        "inputs": list(component.inputs),
        "outputs": list(component.outputs),
        "scopes": component.scopes,
        "externalRevision": component.external_revision,
    }


def _normalise(made: Rendered) -> None:
    volumes = made.pod.pop("volumes", None) or []
    made.pod["shared"] = _shared(made.pod["containers"])
    for container in made.pod["containers"]:
        _normalise_container(container, volumes)
    made.pod["containers"][1:] = sorted(made.pod["containers"][1:], key=lambda item: str(item.get("name")))
    metadata = made.template["metadata"]
    metadata["annotations"] = {key: text for key, text in metadata.get("annotations", {}).items() if key != _OWN}
    metadata.setdefault("labels", {})
    if made.component.type in ("task", "cron-task"):
        made.pod.setdefault("restartPolicy", "Never")
        made.spec.setdefault("count", 1)
    if made.component.type == "cron-task":
        made.spec.setdefault("backoffLimit", 6)


def _shared(containers: list[Tree]) -> list[list[tuple[str, str]]]:
    """Return who mounts each volume that several containers mount, and where; its name does not matter."""
    mounted: dict[str, list[tuple[str, str]]] = {}
    for container in containers:
        for mount in container.get("volumeMounts") or ():
            mounted.setdefault(mount["name"], []).append((str(container.get("name")), mount["mountPath"]))
    return sorted(sorted(places) for places in mounted.values() if len({name for name, _ in places}) > 1)


def _normalise_container(container: Tree, volumes: list[Tree]) -> None:
    given = container.pop("env", None) or ()
    known = variables(given)
    container["env"] = (known.values, {item["name"]: item["valueFrom"] for item in given if "valueFrom" in item})
    for key in ("command", "args"):
        if container.get(key):
            container[key] = [expanded(str(word), known.values) for word in container[key]]
        else:
            container.pop(key, None)
    for key in ("readinessProbe", "livenessProbe", "startupProbe"):
        if key in container:
            container[key] = health.filled(container[key])
    mounts = []
    for mount in mounts_of({"containers": [container], "volumes": volumes}):
        options = dict(mount.options)
        if mount.kind in _READ_ONLY:
            options.pop("readOnly", None)
        mounts.append((mount.path, mount.kind, mount.source, options))
    container.pop("volumeMounts", None)
    container["mounts"] = sorted(mounts, key=lambda item: str(item[0]))
    resources = container.pop("resources", None) or {}
    limits = {key: _amount(value) for key, value in (resources.get("limits") or {}).items()}
    requests = {key: _amount(value) for key, value in (resources.get("requests") or {}).items()}
    container["resources"] = (limits, {**limits, **requests})


def _amount(value: Any) -> Any:
    found = amount(value)
    return value if found is None else round(found, 6)
