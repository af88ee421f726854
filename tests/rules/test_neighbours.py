"""Ports that neighbours use and nobody declares: in Compose they are open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Convert

PROJECT = """
services:
  store: {image: "example.com/store:1", ports: ["8001:9001"], networks: {default: {aliases: [bucket]}}%s}
  api: {image: b, %s}
%s
"""


@pytest.fixture
def opened(convert: Convert, component: Callable[..., Any]) -> Callable[..., list[int]]:
    """Convert a store that declares port 9001 and an ``api`` that says something; returns the ports of the store."""

    def run(api: str, store: str = "", rest: str = "") -> list[int]:
        made = convert(PROJECT % (store, api, rest))
        return [port["port"] for port in component(made, "store")["properties"]["ports"]]

    return run


@pytest.mark.parametrize(
    "said",
    [
        "environment: {STORE: 'store:9000'}",
        "environment: {STORE: 'http://store:9000/v1'}",
        "environment: {STORE: 's3://key:secret@store:9000'}",
        "environment: {STORES: 'a:1234,Store:9000'}",
        "environment: {STORE_HOST: store, STORE_PORT: 9000}",
        "environment: {PGHOST: store, PGPORT: '9000'}",
        "environment: {store_host: bucket, store_port: 9000}",
        "environment: ['STORE=bucket:9000']",
        "command: ./wait-for store:9000 -- ./run",
        "entrypoint: [./run, '--store=store:9000']",
        "healthcheck: {test: 'nc -z store 80 && curl store:9000/up'}",
        "configs: [{source: conf, target: /c}]",
    ],
)
def test_a_port_that_a_neighbour_names_is_open(opened: Callable[..., list[int]], said: str) -> None:
    """As it is in Compose, wherever the address stands."""
    assert opened(said, rest='configs: {conf: {content: "upstream store:9000;"}}') == [9001, 9000]


@pytest.mark.parametrize(
    "said",
    [
        "environment: {IMAGE: 'store:16'}",
        "environment: {IMAGE: 'store:2024-01'}",
        "environment: {IMAGE: 'store:1000.2'}",
        "environment: {OTHER: 'my-store:9000'}",
        "environment: {OTHER: 'store.example.com:9000'}",
        "environment: {OTHER: 'store:90000'}",
        "environment: {OTHER: 'store:9001'}",
        "environment: {HOST: store, PORT: 9000}",
        "environment: {STORE_HOST: elsewhere, STORE_PORT: 9000}",
        "environment: {STORE_HOST: store, STORE_PORT: ''}",
        "environment: {STORE_URL: 'http://store/'}",
    ],
)
def test_what_is_no_port_of_a_service_opens_none(opened: Callable[..., list[int]], said: str) -> None:
    """Tags of images, hosts of others, and ports that it declares."""
    assert opened(said) == [9001]


def test_a_url_without_a_port_means_that_of_its_protocol(opened: Callable[..., list[int]]) -> None:
    """``amqp://store`` works in Compose, without a number."""
    assert opened("environment: {QUEUE: 'amqp://me:it@store/vhost', CACHE: 'redis://store'}") == [9001, 5672, 6379]


def test_a_port_that_a_service_names_of_itself_is_open(opened: Callable[..., list[int]]) -> None:
    """A broker tells its clients where it is."""
    told = ", environment: {LISTENERS: 'INSIDE://store:29092,OUTSIDE://localhost:9001', VOTERS: '1@store:9093'}"
    assert opened("command: run", store=told) == [9001, 29092, 9093]


@pytest.mark.parametrize(
    "image", ["rabbitmq:4-management", "docker.io/bitnami/rabbitmq", "rabbitmq@sha256:" + "0" * 64]
)
def test_what_a_well_known_image_opens_is_open(image: str, convert: Convert, component: Callable[..., Any]) -> None:
    """Programs that use it often know its port by themselves."""
    made = convert(f"services: {{queue: {{image: '{image}', ports: ['15672:15672']}}, api: {{image: b}}}}")
    assert [port["port"] for port in component(made, "queue")["properties"]["ports"]] == [15672, 5672]
    (said,) = (item for item in made.diagnostics if item.code == "C2O-252")
    assert said.severity.value == "info"
    assert "5672" in said.message


def test_no_more_ports_are_opened_than_a_service_can_have(opened: Callable[..., list[int]]) -> None:
    """Whatever a text names, the object stays one that a cluster takes."""
    said = " ".join(f"store:{port}" for port in range(1000, 1600))
    assert len(opened(f"command: {said}")) == 250


def test_one_service_alone_opens_what_it_declares(convert: Convert, component: Callable[..., Any]) -> None:
    """Nobody is there who could use more."""
    made = convert("services: {queue: {image: rabbitmq, ports: ['15672:15672']}}")
    assert [port["port"] for port in component(made, "queue")["properties"]["ports"]] == [15672]


@pytest.mark.parametrize(("nodes", "ports"), [(1, [9200]), (2, [9200, 9300])])
def test_services_of_one_image_open_what_they_use_among_themselves(
    nodes: int, ports: list[int], convert: Convert, component: Callable[..., Any]
) -> None:
    """The nodes of a cluster find each other on a port that nobody else uses."""
    search = ", ".join(f"es{index}: {{image: 'elasticsearch:9.0.0', ports: ['9200']}}" for index in range(nodes))
    made = convert(f"services: {{{search}, other: {{image: a}}}}")
    assert [port["port"] for port in component(made, "es0")["properties"]["ports"]] == ports


CALLED = "healthcheck: {test: 'curl -f http://localhost'}"


@pytest.mark.parametrize(
    ("services", "early"),
    [
        (f"a: {{image: x, ports: ['80'], environment: {{ME: 'http://a:80'}}, {CALLED}}}", []),
        (f"a: {{image: x, ports: ['80'], environment: {{ME: 'INSIDE://a:90'}}, {CALLED}}}", ["a"]),
        (f"a: {{image: x, ports: ['80'], command: run --wait http://a/, {CALLED}}}", ["a"]),
        ("a: {image: x, ports: ['80'], healthcheck: {test: [CMD, curl, 'http://a:80']}}", ["a"]),
        (f"a: {{image: x, ports: ['80'], environment: {{ALL: 'b,a'}}, {CALLED}}}", ["a"]),
        ("a: {image: x, ports: ['80'], environment: {ME: 'in://a:80'}}", []),
        (f"a: {{image: x, ports: ['80'], environment: {{DB_NAME: a}}, {CALLED}}}", []),
        (
            f"a: {{image: x, ports: ['80'], environment: {{seed_hosts: b}}, {CALLED}}},"
            "b: {image: x, environment: {seed_hosts: a}, ports: ['80']}",
            ["a"],
        ),
        ("a: {image: x, ports: ['80'], environment: {ME: 'in://a:80'}, healthcheck: {disable: true}}", []),
        (f"a: {{image: x, ports: ['80'], {CALLED}}}, b: {{image: x, environment: {{A: 'a:80'}}}}", []),
        (
            f"a: {{image: x, ports: ['80'], command: --peer b:80, {CALLED}}},"
            f"b: {{image: x, ports: ['80'], command: --peer a:80, {CALLED}}}",
            ["a", "b"],
        ),
        (
            f"a: {{image: x, ports: ['80'], command: --api http://b:80, {CALLED}}},"
            f"b: {{image: y, ports: ['80'], command: --origin http://a:80, {CALLED}}}",
            [],
        ),
    ],
)
def test_who_is_called_before_it_is_healthy_is_found_by_then(
    services: str, early: list[str], convert: Convert, objects: Callable[..., Any]
) -> None:
    """In Compose a name leads to a container at once; brokers and members of a cluster never get healthy without."""
    made = convert(f"services: {{{services}}}")
    at_once = [name for name, item in objects(made, "Service").items() if item["spec"].get("ports")]
    assert at_once == early
    assert all(objects(made, "Service")[name]["spec"]["publishNotReadyAddresses"] for name in early)
    told = {item.path[1] for item in made.diagnostics if "before it is healthy" in item.message}
    assert told == set(early)
