"""What an application behind a port speaks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from compose2oam import api
from compose2oam.rules.settings import Settings

if TYPE_CHECKING:
    from conftest import Load

GRPC = "{target: 80, published: '80', app_protocol: grpc}"
HTTP = "{target: 80, published: '81', app_protocol: http}"


def made_of(load: Load, ports: str, target: str = "kubernetes", more: str = "", expose: str = "internal") -> Any:
    """What a service with these ports becomes."""
    text = f"services:\n  web:\n    image: a\n    ports: [{ports}]\n    {more}"
    return api.convert(load(text), target=target, settings=Settings(expose=expose))


def services(made: Any) -> dict[str, list[Any]]:
    """What the ports of each Service of ours speak, by its name."""
    objects = [*made.documents]
    for document in made.documents:
        for item in document.get("spec", {}).get("components", ()):
            objects += item.get("properties", {}).get("objects", ())
    return {
        item["metadata"]["name"]: [port.get("appProtocol") for port in item["spec"]["ports"]]
        for item in objects
        if item["kind"] == "Service"
    }


def end(made: Any, index: int = 0) -> Any:
    """What became of the line that says it."""
    (entry,) = (item for item in made.entries if item.path == ("services", "web", "ports", index, "app_protocol"))
    return entry


def test_our_own_services_say_it(load: Load) -> None:
    """That in the cluster, and that to the outside; another port is none of it."""
    made = made_of(load, f"{GRPC}, '81'", expose="loadbalancer")
    assert services(made) == {"web": ["grpc", None], "web-published": ["grpc", None]}
    assert end(made).outcome.value == "translated"


def test_the_service_of_a_component_cannot_say_it(load: Load) -> None:
    """KubeVela makes it; but a headless one is ours."""
    made = made_of(load, GRPC, "kubevela")
    assert (end(made).outcome.value, services(made)) == ("dropped", {})
    assert "does not say what protocol" in end(made).say
    ours = made_of(load, GRPC, "kubevela", "deploy: {endpoint_mode: dnsrr}")
    assert (end(ours).outcome.value, services(ours)) == ("approximated", {"web": ["grpc"]})


def test_the_service_of_the_older_runtime_cannot_say_it(load: Load) -> None:
    """It makes one for the first port, out of its number alone."""
    made = made_of(load, GRPC, "oam-v1alpha2")
    assert end(made).outcome.value == "dropped"


@pytest.mark.parametrize("spoken", ["http/2 over tls", "-x", "Example.com/h2c"])
def test_what_is_no_protocol_for_kubernetes_is_dropped(spoken: str, load: Load) -> None:
    """It would refuse the Service."""
    made = made_of(load, f"{{target: 80, app_protocol: {spoken}}}")
    assert services(made) == {"web": [None]}
    assert end(made).outcome.value == "dropped"
    assert spoken in end(made).say


def test_a_port_speaks_one_protocol(load: Load) -> None:
    """The first that is said; the other line is told as lost."""
    made = made_of(load, f"{GRPC}, {HTTP}")
    assert services(made) == {"web": ["grpc"]}
    assert [end(made, index).outcome.value for index in (0, 1)] == ["approximated", "dropped"]
