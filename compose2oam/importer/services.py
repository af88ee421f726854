"""A component as a service of Compose: every subject in turn, then the keys in the order in which people write them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from compose2oam.importer import deploy, health, network, process
from compose2oam.importer.inventory import Inventory, workload_of
from compose2oam.importer.process import Keys
from compose2oam.importer.rendered import KINDS, Rendered
from compose2oam.importer.rendering import render
from compose2oam.importer.storage import Storage
from compose2oam.model.oam import Component

Subject = Callable[[Rendered, Inventory], Keys]

# Each reads a part of what a component renders. They write different keys, or different parts of `deploy` and `x-oam`.
SUBJECTS: tuple[Subject, ...] = (
    process.image,
    deploy.kind,
    process.command,
    process.environment,
    process.terminal,
    network.ports,
    network.gateway,
    network.names,
    network.hosts,
    network.accounts,
    health.healthcheck,
    process.hooks,
    deploy.copies,
    deploy.resources,
    deploy.update,
    deploy.placement,
    process.security,
    process.metadata,
)
# Stands for the service in whose pod a guest is, until that has a name.
HOST = "service:"
ORDER = (
    "image", "platform", "pull_policy", "restart", "entrypoint", "command", "working_dir", "user", "environment",
    "ports", "expose", "configs", "secrets", "volumes", "tmpfs", "shm_size", "network_mode", "networks", "depends_on",
    "healthcheck", "deploy",
)  # fmt: skip


def service(component: Component, inventory: Inventory, storage: Storage) -> Keys:
    """Return the service for a component, without what depends on other services."""
    made = rendered(component)
    keys: Keys = {}
    for subject in SUBJECTS:
        join(keys, subject(made, inventory))
    join(keys, storage.of_service(made))
    if component.type not in KINDS:
        extension = keys["x-oam"] = {"component": {"type": component.type}}
        if component.properties:
            extension["component"]["properties"] = component.properties
        if component.traits:
            extension["traits"] = [trait.to_dict() for trait in component.traits]
    else:
        rest = said_outright(made)
        if rest:
            join(keys, {"x-oam": rest})
    return keys


# What of a container a guest in another service's pod has for itself.
_OF_GUESTS: tuple[Subject, ...] = (
    process.image,
    process.command,
    process.environment,
    process.terminal,
    health.healthcheck,
    process.hooks,
    deploy.resources,
    process.security,
)


def guests(component: Component, inventory: Inventory, storage: Storage) -> dict[str, Keys]:
    """Return a service for each further container of a component, by the container's name; they share one pod."""
    made = rendered(component)
    found: dict[str, Keys] = {}
    if component.type not in KINDS:
        return found
    for container in made.pod["containers"][1:]:
        name = str(container.get("name"))
        pod = {"containers": [container], "volumes": made.pod.get("volumes") or []}
        guest = Rendered(
            Component(name, component.type), {"metadata": {}, "spec": {"template": {"metadata": {}, "spec": pod}}}
        )
        keys: Keys = {"restart": "unless-stopped"}
        if made.pod.get("shareProcessNamespace"):
            keys["pid"] = HOST
        for subject in _OF_GUESTS:
            join(keys, subject(guest, inventory))
        join(keys, storage.of_service(guest))
        found[name] = {**keys, "network_mode": HOST}
    return found


def rendered(component: Component) -> Rendered:
    """Render a component: by its type, or by the workload among its objects."""
    workload = workload_of(component) if component.type not in KINDS else None
    made = render(component)
    if workload is not None:
        made.manifest = {"metadata": {}, "spec": {"template": {"metadata": {}, "spec": {}}}, **_pods(workload)}
        made.template.setdefault("metadata", {})
        made.template.setdefault("spec", {})
        made.pod.setdefault("containers", [{}])
    return made


def _pods(workload: Any) -> Keys:
    """Return the parts of a workload that a service is made of."""
    spec = dict(workload.get("spec") or {})
    template = spec.get("template") or ((spec.get("jobTemplate") or {}).get("spec") or {}).get("template") or {}
    kept = {"template": dict(template)}
    if "replicas" in spec:
        kept["replicas"] = spec["replicas"]
    return {"spec": kept}


def said_outright(made: Rendered) -> Keys:
    """Return ``x-oam`` for the properties and traits that Compose has no word for."""
    extension: Keys = {}
    component = made.component
    if made.properties:
        extension["properties"] = dict(made.properties)
    if made.traits:
        extension["traits"] = [trait.to_dict() for trait in made.traits]
    for name, key in (("inputs", component.inputs), ("outputs", component.outputs)):
        if key:
            extension[name] = [dict(item) for item in key]
    return extension


def join(keys: Keys, addition: Keys) -> None:
    """Merge keys: mappings deeply, lists by appending."""
    for key, value in addition.items():
        if isinstance(value, dict) and isinstance(keys.get(key), dict):
            join(keys[key], value)
        elif isinstance(value, list) and isinstance(keys.get(key), list):
            keys[key].extend(value)
        else:
            keys[key] = value


def ordered(keys: Keys) -> Keys:
    """Return a service with its keys in the usual order, ``x-oam`` last."""
    places = {key: index for index, key in enumerate(ORDER)}
    last = len(places)
    return dict(sorted(keys.items(), key=lambda item: (item[0] == "x-oam", places.get(item[0], last))))


def depends_on(component: Component, inventory: Inventory, names: dict[str, str], services: dict[str, Keys]) -> Keys:
    """Return what a service waits for."""
    checked = {name for name, keys in services.items() if "healthcheck" in keys}
    return health.depends_on(component, inventory, names, checked)
