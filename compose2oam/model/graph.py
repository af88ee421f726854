"""An application as a graph: services with what they wait for, mount and join."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from compose2oam.model.namedtuple import NamedTuple


class Kind(str, Enum):
    """What a node stands for."""

    SERVICE = "service"
    COMPONENT = "component"
    VOLUME = "volume"
    NETWORK = "network"


class Link(str, Enum):
    """What an edge stands for."""

    DEPENDS = "depends"
    MOUNTS = "mounts"
    JOINS = "joins"


class Node(NamedTuple):
    """A part of an application.

    Attributes:
        id: its place in the project (``services.web``), or in the application (``components.redis``).
        kind: what it is.
        name: its name.
        detail: the image of a service, the type of a component that stands for no service, the driver of the others.
        type: the type of the component that a service becomes, ``""`` where it becomes none.
        ports: what is published, as ``8080:80``.
        traits: the types of the traits, in order.
    """

    id: str
    kind: Kind
    name: str
    detail: str = ""
    type: str = ""
    ports: tuple[str, ...] = ()
    traits: tuple[str, ...] = ()


class Edge(NamedTuple):
    """A line between two nodes.

    Attributes:
        start: the service.
        end: what it waits for, mounts or joins.
        link: which of these.
        condition: of a dependency, as Compose has it (``service_healthy``).
        required: whether the dependency must be there.
    """

    start: str
    end: str
    link: Link
    condition: str = ""
    required: bool = True


@dataclass(frozen=True, slots=True)
class Graph:
    """All of an application, in the order of the project.

    Attributes:
        name: the application's name.
        nodes: services, components of ``x-oam``, volumes, networks.
        edges: what joins them, in the order of the services.
    """

    name: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    def of(self, kind: Kind) -> Iterator[Node]:
        """Yield the nodes of a kind."""
        return (node for node in self.nodes if node.kind is kind)

    def summary(self) -> str:
        """Say in a sentence what there is: ``3 services, 2 volumes, 1 network, 2 dependencies``."""
        counts = [(kind.value, sum(1 for _ in self.of(kind))) for kind in Kind]
        waits = sum(edge.link is Link.DEPENDS for edge in self.edges)
        said = [f"{count} {name}{'' if count == 1 else 's'}" for name, count in counts if count]
        if waits:
            said.append("1 dependency" if waits == 1 else f"{waits} dependencies")
        return ", ".join(said) or "nothing"
