"""The graph of a project: what is in it, and in which words."""

from __future__ import annotations

import pathlib

import pytest

from compose2oam import api
from compose2oam.model.graph import Edge, Graph, Kind, Link, Node
from compose2oam.review import graph_of


def graph(folder: pathlib.Path, text: str) -> Graph:
    """The graph of a project."""
    (folder / "compose.yaml").write_text(text)
    project = api.load(folder / "compose.yaml", project_name="demo")
    return graph_of(project, api.convert(project))


def test_services_with_what_they_became(tmp_path: pathlib.Path) -> None:
    """Image, published ports, the type of the component and its traits."""
    found = graph(tmp_path, "services: {web: {image: nginx, ports: ['8080:80'], deploy: {replicas: 2}}}")
    assert found.nodes == (Node("services.web", Kind.SERVICE, "web", "nginx", "webservice", ("8080:80",), ("scaler",)),)
    assert found.summary() == "1 service"


def test_dependencies_say_what_they_wait_for(tmp_path: pathlib.Path) -> None:
    """With the condition of Compose, and whether it must be there."""
    found = graph(
        tmp_path,
        """
services:
  web: {image: a, depends_on: {db: {condition: service_healthy, required: false}, job: {condition: service_started}}}
  db: {image: b}
  job: {image: c}
""",
    )
    assert found.edges == (
        Edge("services.web", "services.db", Link.DEPENDS, "service_healthy", False),
        Edge("services.web", "services.job", Link.DEPENDS, "service_started", True),
    )


@pytest.mark.parametrize(
    ("networks", "joined"),
    [("[]", []), ("[front]", ["networks.front"]), ("[default, front]", ["networks.default", "networks.front"])],
)
def test_a_network_that_all_share_says_nothing(networks: str, joined: list[str], tmp_path: pathlib.Path) -> None:
    """Any other is there, with who joins it."""
    text = f"services: {{web: {{image: a, networks: {networks}}}}}\nnetworks: {{front: {{}}}}"
    assert [edge.end for edge in graph(tmp_path, text).edges] == joined


def test_volumes_and_components_of_x_oam(tmp_path: pathlib.Path) -> None:
    """A component that stands for no service is a node of its own."""
    found = graph(
        tmp_path,
        """
services: {db: {image: b, volumes: ['data:/d', '/tmp', './x:/y']}}
volumes: {data: {}}
x-oam:
  components: [{name: cache, type: worker, properties: {image: redis}, dependsOn: [db]}]
""",
    )
    assert [(node.id, node.kind) for node in found.nodes] == [
        ("services.db", Kind.SERVICE),
        ("components.cache", Kind.COMPONENT),
        ("volumes.data", Kind.VOLUME),
    ]
    assert Edge("services.db", "volumes.data", Link.MOUNTS) in found.edges
    assert Edge("components.cache", "services.db", Link.DEPENDS, "service_healthy") in found.edges
