"""Numbers that Docker takes and Kubernetes does not, or that contradict one another."""

from __future__ import annotations

from typing import Any

import pytest

from compose2oam.model.path import render


def outcome(conversion: Any, line: str) -> tuple[str, str]:
    """What became of a line of the service, and why."""
    (found,) = (entry for entry in conversion.entries if render(entry.path) == f"services.web.{line}")
    return found.outcome.value, found.say


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ('user: "4294967294"', "user"),
        ('user: "1000:4294967294"', "user"),
        ('group_add: ["4294967294"]', "group_add[0]"),
    ],
)
def test_a_number_of_a_user_that_no_cluster_takes_is_refused(convert: Any, key: str, line: str) -> None:
    """The API server would refuse the pod."""
    made = convert(f"services: {{web: {{image: a, {key}}}}}")
    assert outcome(made, line)[0] == "refused"
    assert "4294967294" not in str(made.documents)


def test_the_highest_user_is_taken(convert: Any, trait: Any) -> None:
    """One less is a number as any other."""
    made = convert('services: {web: {image: a, user: "2147483647"}}')
    assert outcome(made, "user")[0] == "translated"
    assert trait(made, "web", "securitycontext")["runAsUser"] == 2147483647


@pytest.mark.parametrize("number", ["cpus: 2", "deploy: {resources: {limits: {cpus: '2'}}}"])
def test_a_quota_beside_a_number_of_processors_is_told(convert: Any, component: Any, number: str) -> None:
    """Docker refuses both, so one of them is a mistake; the number decides."""
    made = convert(f"services: {{web: {{image: a, {number}, cpu_quota: 50000, cpu_period: 100000}}}}")
    assert {outcome(made, "cpu_quota")[0], outcome(made, "cpu_period")[0]} == {"dropped"}
    assert component(made, "web")["properties"]["cpu"] == "2"


def test_a_quota_alone_is_a_number_of_processors(convert: Any, component: Any) -> None:
    """Half of the time is half a processor."""
    made = convert("services: {web: {image: a, cpu_quota: 50000}}")
    assert component(made, "web")["properties"]["cpu"] == "0.5"


@pytest.mark.parametrize(
    ("written", "ports"),
    [
        ('"8000-8002:9000-9002"', [9000, 9001, 9002]),
        ('"7000-7001"', [7000, 7001]),
        ('"8000-8001:9000-9001/udp"', [9000, 9001]),
        ('"8000-8005:9000"', [9000]),
    ],
)
def test_a_range_of_ports(convert: Any, component: Any, written: str, ports: list[int]) -> None:
    """Each port of the container is one of the Service."""
    made = convert(f"services: {{web: {{image: a, ports: [{written}]}}}}")
    assert [port["port"] for port in component(made, "web")["properties"]["ports"]] == ports


@pytest.mark.parametrize(("written", "ports"), [('"4000-4002"', [4000, 4001, 4002]), ('"4000-4000/tcp"', [4000])])
def test_a_range_of_exposed_ports(convert: Any, component: Any, written: str, ports: list[int]) -> None:
    """As with published ones; a port that both have is there once."""
    made = convert(f'services: {{web: {{image: a, ports: ["4001"], expose: [{written}]}}}}')
    found = [port["port"] for port in component(made, "web")["properties"]["ports"]]
    assert sorted(found) == sorted({*ports, 4001})


@pytest.mark.parametrize("written", ['""', "abc", "80-70", "-80", "80/", "80/tcp/udp", '"0"', "70000", "80/http"])
def test_what_is_exposed_and_no_port_is_told(convert: Any, written: str) -> None:
    """Docker Compose takes any text, as of a variable without a value; a cluster refuses the whole workload."""
    made = convert(f"services: {{web: {{image: a, expose: [{written}, 3000]}}}}")
    assert outcome(made, "expose[0]")[0] == "dropped"
    assert outcome(made, "expose[1]")[0] == "translated"


@pytest.mark.parametrize("written", ["{target: 0}", "{target: 70000, published: '80'}", "{target: 80, protocol: quic}"])
def test_what_is_published_and_no_port_is_told(convert: Any, component: Any, written: str) -> None:
    """Docker Compose reads it in its long form, and Docker refuses it at the start."""
    made = convert(f"services: {{web: {{image: a, ports: [{written}, '90']}}}}")
    assert [port["port"] for port in component(made, "web")["properties"]["ports"]] == [90]
    assert outcome(made, "ports[0].target")[0] == "dropped"


@pytest.mark.parametrize("number", ["seven", "70000"])
def test_a_port_of_the_machine_that_none_has_is_told(convert: Any, component: Any, number: str) -> None:
    """The port of the container stays; outside, its own number stands for it."""
    ports = f"ports: [{{target: 80, published: '{number}'}}, {{target: 81, published: '{number}', mode: host}}]"
    made = convert(f"services: {{web: {{image: a, {ports}}}}}")
    assert [port["port"] for port in component(made, "web")["properties"]["ports"]] == [80, 81]
    assert [outcome(made, f"ports[{index}].published")[0] for index in (0, 1)] == ["dropped", "dropped"]


def test_of_a_range_for_one_port_the_first_is_published(convert: Any, objects: Any) -> None:
    """Docker takes any that is free; a Service must name one."""
    made = convert('services: {web: {image: a, ports: ["8000-8005:80"], x-oam: {expose: loadbalancer}}}')
    (port,) = objects(made, "Service")["web-published"]["spec"]["ports"]
    assert (port["port"], port["targetPort"]) == (8000, 80)
    assert outcome(made, "ports[0]")[0] == "approximated"


def test_a_variable_without_a_name_is_told(convert: Any) -> None:
    """Docker Compose takes it from a file; a pod has no place for it."""
    made = convert("services: {web: {image: a, env_file: e.env}}", {"e.env": "=1\nA=2\n"})
    (lost,) = (entry for entry in made.entries if entry.outcome.value == "dropped")
    assert "is not a name" in lost.say
