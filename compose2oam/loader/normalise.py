"""Normalisation: what a Compose file means without saying so (the default network, names, implied dependencies).

Everything that is added here has no mark, but what comes from a reference that a user wrote (``links``,
``network_mode: service:db``): that carries the reference's mark.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from compose2oam.loader.keys import find
from compose2oam.loader.merge import merge
from compose2oam.loader.trees import clone, section
from compose2oam.loader.values import clean_path
from compose2oam.source.position import Position
from compose2oam.source.tree import Map, Seq

_RESOURCES: Final = ("networks", "volumes", "configs", "secrets")
_NAMESPACES: Final = ("network_mode", "ipc", "pid", "uts", "cgroup")


def normalise(tree: Map, name: str, environment: Mapping[str, str]) -> Map:
    """Say in a Compose file, in place, what it means without saying so.

    Args:
        tree: a merged Compose file in long form.
        name: the project name.
        environment: the variables from which values that were left empty are taken.
    """
    tree.put("name", name, tree.marks.get("name"))
    _default_network(tree)
    for part in ("services", "jobs"):
        for container in section(tree, part).values():
            _container(container, environment)
    for part in _RESOURCES:
        resources = section(tree, part)
        for key, resource in resources.items():
            made = resources[key] = Map(mark=resources.marks.get(key)) if resource is None else resource
            if made.get("name") is None:
                made["name"] = key if made.get("external") is True else f"{name}_{key}"
    return tree


def _default_network(tree: Map) -> None:
    used = False
    for part in ("services", "jobs"):
        for container in section(tree, part).values():
            if "provider" in container or "network_mode" in container:
                continue
            if not container.get("networks"):
                container.put("networks", Map({"default": None}), container.marks.get("networks"))
            used = used or "default" in container["networks"]
    if used:
        if not isinstance(tree.get("networks"), Map):
            tree["networks"] = Map()
        tree["networks"].setdefault("default", None)


def _container(container: Map, environment: Mapping[str, str]) -> None:
    if container.get("pull_policy") == "if_not_present":
        container["pull_policy"] = "missing"
    build = container.get("build")
    if isinstance(build, Map):
        if build.get("context") is None:
            build["context"] = "."
        if build.get("dockerfile") is None and build.get("dockerfile_inline") is None:
            build["dockerfile"] = "Dockerfile"
        if "args" in build:
            build["args"] = filled(build["args"], environment, keep_empty=False)
    if "environment" in container:
        container["environment"] = filled(container["environment"], environment, keep_empty=True)
    for mount in container.get("volumes") or ():
        if isinstance(mount, Map) and isinstance(mount.get("target"), str):
            mount["target"] = clean_path(mount["target"])
    _dependencies(container)
    _init_containers(container)


def filled(pairs: Any, environment: Mapping[str, str], *, keep_empty: bool) -> Any:
    """Give the keys without a value that of the environment.

    Args:
        pairs: a mapping, or a list of ``KEY=VALUE`` and ``KEY``.
        environment: where the values come from.
        keep_empty: whether to keep a key that the environment does not have either.
    """
    if isinstance(pairs, Map):
        made = Map(mark=pairs.mark)
        for key, value in pairs.items():
            if value is not None or key in environment or keep_empty:
                made.put(key, environment.get(key) if value is None else value, pairs.marks.get(key))
        return made
    if not isinstance(pairs, Seq):
        return pairs
    entries = Seq(mark=pairs.mark)
    for entry, mark in zip(pairs, pairs.marks, strict=True):
        if "=" in entry:
            entries.put(entry, mark)
        elif entry in environment:
            entries.put(f"{entry}={environment[entry]}", mark)
        elif keep_empty:
            entries.put(entry, mark)
    return entries


def _dependencies(container: Map) -> None:
    """Add the services that a container cannot start without, though ``depends_on`` is silent about them."""
    implied: list[tuple[str, bool, Position | None]] = []
    for link, mark in _items(container.get("links")):
        parts = link.split(":")
        implied.append((parts[0] if len(parts) == 2 else link, True, mark))
    for key in _NAMESPACES:
        mode = container.get(key)
        if isinstance(mode, str) and mode.startswith("service:"):
            implied.append((mode.removeprefix("service:"), True, container.marks.get(key)))
    for source, mark in _items(container.get("volumes_from")):
        if not source.startswith("container:"):
            implied.append((source.split(":")[0], False, mark))
    if not implied:
        return
    known = container.setdefault("depends_on", Map())
    for service, restart, mark in implied:
        if service not in known:
            known.put(service, Map({"condition": "service_started", "restart": restart, "required": True}), mark)


def _items(value: Any) -> list[tuple[str, Position | None]]:
    return list(zip(value, value.marks, strict=True)) if isinstance(value, Seq) else []


def _init_containers(service: Map) -> None:
    """Complete the ``pre_start`` hooks with what they inherit from their service: all of a container but its mounts."""
    hooks = service.get("pre_start")
    if not isinstance(hooks, Seq):
        return
    inherited = Map()
    for key in service:
        if key in _container_keys() and key != "volumes":
            inherited.put(key, service[key], None)
    for index, hook in enumerate(hooks):
        base = Map({"services": Map({"hook": _unmarked(clone(inherited))})})
        hooks[index] = merge(base, Map({"services": Map({"hook": hook})}))["services"]["hook"]


def _unmarked(value: Any) -> Any:
    """Take the marks off a copy: what a hook inherits was written for its service, where it is accounted for."""
    if isinstance(value, Map):
        value.mark, value.marks = None, {}
        for child in value.values():
            _unmarked(child)
    elif isinstance(value, Seq):
        value.mark, value.marks = None, [None] * len(value)
        for child in value:
            _unmarked(child)
    return value


def _container_keys() -> frozenset[str]:
    hook = find(("services", "", "pre_start", 0))
    return frozenset(hook.keys) - {"per_replica"} if hook else frozenset()
