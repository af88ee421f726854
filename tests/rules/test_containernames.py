"""Services that name containers as Docker does, by ``container_name``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Convert


def ends(made: Any, key: str) -> list[str]:
    """What became of a key of the service ``app``."""
    return [item.outcome.value for item in made.entries if item.path[:3] == ("services", "app", key)]


@pytest.mark.parametrize("key", ["network_mode", "pid", "ipc"])
def test_a_container_that_is_a_service_here_shares_its_pod(key: str, convert: Convert) -> None:
    """Who writes ``container:tunnel`` for the service whose container is called so means that service."""
    text = "services: {{vpn: {{image: a, container_name: tunnel}}, app: {{image: b, {key}: '{value}'}}}}"
    by_name, by_service = (convert(text.format(key=key, value=value)) for value in ("container:tunnel", "service:vpn"))
    assert ends(by_name, key) == ends(by_service, key) != ["refused"]
    assert by_name.documents == by_service.documents


def test_volumes_of_a_container_that_is_a_service_here_are_mounted(convert: Convert) -> None:
    """With the mode that stands behind the name; a container of another project stays one."""
    text = (
        "services: {{store: {{image: a, container_name: data, volumes: ['vol:/v']}}, "
        "app: {{image: b, depends_on: [store], volumes_from: [{item}, 'container:other']}}}}\nvolumes: {{vol: }}"
    )
    made = convert(text.format(item="'container:data:ro'"))
    assert made.documents == convert(text.format(item="'store:ro'")).documents
    assert ends(made, "volumes_from") == ["translated", "refused"]


@pytest.mark.parametrize(
    "services",
    [
        "app: {image: a, container_name: xx, network_mode: 'container:xx'}",
        "app: {image: a, container_name: xx, network_mode: 'container:yy'},"
        "other: {image: b, container_name: yy, network_mode: 'service:app'}",
        "app: {image: a, network_mode: 'container:elsewhere'}, other: {image: b, container_name: near}",
    ],
)
def test_a_container_that_no_pod_can_be_is_refused(services: str, convert: Convert) -> None:
    """One of another project, and a circle, which Docker could not start either."""
    assert ends(convert(f"services: {{{services}}}"), "network_mode") == ["refused"]


def test_two_that_name_each_other_do_not_hang(convert: Convert, component: Callable[..., Any]) -> None:
    """The first one that would close the circle keeps a pod of its own."""
    made = convert(
        "services: {app: {image: a, container_name: xx, network_mode: 'container:yy'},"
        "other: {image: b, container_name: yy, network_mode: 'container:xx'}}"
    )
    assert sorted(item.outcome.value for item in made.entries if item.path[-1] == "network_mode") == [
        "refused",
        "translated",
    ]
    assert component(made, "app" if ends(made, "network_mode") == ["refused"] else "other")
