"""What the API server would refuse is not written, and its line says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Convert


@pytest.mark.parametrize(
    ("service", "path", "outcome"),
    [
        ("extra_hosts: ['a_b:10.0.0.2']", "extra_hosts", "dropped"),
        ("deploy: {resources: {limits: {memory: 1m}, reservations: {memory: 2m}}}", "deploy", "approximated"),
        ("mem_limit: 64m\n    mem_reservation: 128m", "mem_reservation", "approximated"),
        ("dns: [1.1.1.1, 1.1.1.2, 1.1.1.3, 1.1.1.4]", "dns", "dropped"),
        ("volumes: ['v:/v']", "volumes", "refused"),
        ("ports: [{target: 80, name: Web_1}]", "ports", "approximated"),
        ("ports: [{target: 80, app_protocol: http}]", "ports", "dropped"),
        ("gpus: [{driver: nvidia, count: 1, options: {x: y}}]", "gpus", "dropped"),
        ("container_name: Store_1", "container_name", "approximated"),
        ("healthcheck: {interval: 5s}", "healthcheck", "dropped"),
        ("healthcheck: {disable: false}", "healthcheck", "dropped"),
        ("platform: ''", "platform", "not needed"),
        ("platform: wasi/wasm", "platform", "dropped"),
        ("tmpfs: ['/t:size=10%']", "tmpfs", "approximated"),
    ],
)
def test_what_a_cluster_refuses_is_said(convert: Convert, service: str, path: str, outcome: str) -> None:
    """The gravest end of the key's lines is the expected one, with a reason."""
    made = convert(f"services:\n  web:\n    image: a\n    {service}\n")
    ends = [entry for entry in made.entries if entry.path[:3] == ("services", "web", path)]
    worst = max(ends, key=lambda entry: entry.outcome.rank)
    assert worst.outcome.value == outcome
    assert worst.say


def test_hosts_are_written_in_lower_case(convert: Convert) -> None:
    """Kubernetes takes no other; to DNS it is the same name."""
    made = convert("services: {web: {image: a, ports: ['80'], extra_hosts: ['Foo.Example.com:10.0.0.1']}}")
    properties = made.application.components[-1].properties
    assert properties["hostAliases"] == [{"ip": "10.0.0.1", "hostnames": ["foo.example.com"]}]


def test_two_things_at_one_place_are_mounted_once(convert: Convert) -> None:
    """The second is left out, and its line says what stands there."""
    made = convert(
        "services: {web: {image: a, configs: [{source: c, target: /run/secrets/s}], secrets: [s]}}\n"
        "configs: {c: {content: x}}\nsecrets: {s: {environment: HOME}}\n"
    )
    web = next(part for part in made.application.components if part.name == "web")
    places = [item["mountPath"] for kind in web.properties["volumeMounts"].values() for item in kind]
    assert places == ["/run/secrets/s"]
    assert "something else is mounted at /run/secrets/s already" in {item.message for item in made.diagnostics}


def test_a_mount_without_a_line_of_its_own_is_not_taken_for_hidden(convert: Convert) -> None:
    """``shm_size`` is a mount too, which no line of ``volumes`` says."""
    made = convert("services: {web: {image: a, shm_size: 64m, tmpfs: [/run]}}")
    assert [item.message for item in made.diagnostics] == []
