"""The graph of an application: the services of the project, and what they became."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from compose2oam.api import Conversion
from compose2oam.model.compose import Project
from compose2oam.model.graph import Edge, Graph, Kind, Link, Node
from compose2oam.model.oam import Application, Component
from compose2oam.model.redaction import Redaction

_SERVICES = "compose2oam.io/services"
# What has nothing but objects in it stands for no part of its own.
_OBJECTS = "k8s-objects"
_STARTED = "service_started"


def graph_of(project: Project, made: Conversion) -> Graph:
    """Return the services of a project with what they wait for, mount and join, and the components that ``x-oam`` adds.

    The network ``default`` is left out where no service joins another: it says nothing.
    """
    services = project.section("services")
    components = _by_service(made.application)
    hidden = Redaction()
    nodes = [_service(name, tree, components.get(name), hidden) for name, tree in services.items()]
    nodes += _added(made.application, services)
    edges = [edge for name, tree in services.items() for edge in _edges(name, tree)]
    networks = {edge.end for edge in edges if edge.link is Link.JOINS}
    if networks <= {"networks.default"}:
        edges = [edge for edge in edges if edge.link is not Link.JOINS]
        networks = set()
    nodes += [
        Node(f"volumes.{name}", Kind.VOLUME, name, _driver(tree)) for name, tree in project.section("volumes").items()
    ]
    nodes += [
        Node(f"networks.{name}", Kind.NETWORK, name, _driver(tree))
        for name, tree in project.section("networks").items()
        if f"networks.{name}" in networks
    ]
    known = {node.id for node in nodes}
    joined = (*edges, *_waits(made.application, known))
    kept = dict.fromkeys(edge for edge in joined if edge.start in known and edge.end in known)
    return Graph(made.report.application, tuple(nodes), tuple(kept))


def _by_service(application: Application | None) -> dict[str, Component]:
    """Return the component of each service."""
    if application is None:
        return {}
    renamed: dict[str, str] = json.loads(application.annotations.get(_SERVICES, "{}"))
    return {renamed.get(item.name, item.name): item for item in application.components}


def _service(name: str, tree: Mapping[str, Any], component: Component | None, hidden: Redaction) -> Node:
    ports = [f"{port['published']}:{port['target']}" for port in tree.get("ports") or () if port.get("published")]
    kind = component.type if component else ""
    traits = tuple(trait.type for trait in component.traits) if component else ()
    image = tree.get("image") or ("built here" if tree.get("build") else "")
    return Node(f"services.{name}", Kind.SERVICE, name, hidden.known(image), kind, tuple(ports), traits)


def _added(application: Application | None, services: Mapping[str, Any]) -> Iterator[Node]:
    """Yield the components that stand for no service."""
    for name, item in _by_service(application).items():
        if name not in services and item.type != _OBJECTS:
            traits = tuple(trait.type for trait in item.traits)
            yield Node(f"components.{item.name}", Kind.COMPONENT, item.name, item.type, traits=traits)


def _edges(name: str, tree: Mapping[str, Any]) -> Iterator[Edge]:
    start = f"services.{name}"
    for other, how in (tree.get("depends_on") or {}).items():
        condition = how.get("condition") or _STARTED
        yield Edge(start, f"services.{other}", Link.DEPENDS, condition, how.get("required", True) is not False)
    for mount in tree.get("volumes") or ():
        if mount.get("type") == "volume" and mount.get("source"):
            yield Edge(start, f"volumes.{mount['source']}", Link.MOUNTS)
    for network in tree.get("networks") or ():
        yield Edge(start, f"networks.{network}", Link.JOINS)


def _waits(application: Application | None, known: set[str]) -> Iterator[Edge]:
    """Yield what components that are no service wait for, and which services wait for them."""
    renamed = {item.name: name for name, item in _by_service(application).items()}

    def place(name: str) -> str:
        added = f"components.{name}"
        return added if added in known else f"services.{renamed.get(name, name)}"

    for item in application.components if application else ():
        for name in item.depends_on:
            ends = (place(item.name), place(name))
            if any(end.startswith("components.") for end in ends):
                yield Edge(*ends, Link.DEPENDS, "service_healthy")


def _driver(tree: Any) -> str:
    driver = tree.get("driver") if isinstance(tree, Mapping) else None
    return str(driver) if driver else ""
