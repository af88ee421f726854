"""What a pod of several services has of kernel settings, groups, routes, and of what runs before its containers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from pods import behind, ends

from compose2oam.model.outcome import Outcome

if TYPE_CHECKING:
    from conftest import Convert

PORTS = "net.ipv4.ip_local_port_range"
START = "net.ipv4.ip_unprivileged_port_start"
A, B = {"name": PORTS, "value": "1"}, {"name": START, "value": "80"}
Trait = Callable[..., Any]


def host(more: str) -> str:
    """A host with a port, and what a test wants to say of it."""
    return f"{{image: 'vpn:1', ports: ['9091:9091']{', ' if more else ''}{more}}}"


@pytest.mark.parametrize(
    ("mine", "theirs", "expected"),
    [
        ("", f"sysctls: {{{PORTS}: 1}}", {"sysctls": [A]}),
        (f"sysctls: {{{PORTS}: 1}}", "", {"sysctls": [A]}),
        (f"sysctls: {{{PORTS}: 1}}", f"sysctls: {{{START}: 80}}", {"sysctls": [A, B]}),
        (f"sysctls: {{{PORTS}: 1}}", f"sysctls: {{{START}: 80, {PORTS}: 1}}", {"sysctls": [A, B]}),
        (f"sysctls: {{{PORTS}: 1}}", f"sysctls: {{{PORTS}: 2, {START}: 80}}", {"sysctls": [A, B]}),
        ("group_add: [1]", "group_add: [1, 2]", {"supplementalGroups": [1, 2]}),
        ("group_add: [1]", f"sysctls: {{{PORTS}: 1}}", {"supplementalGroups": [1], "sysctls": [A]}),
        (
            "labels: {kompose.security-context.fsgroup: '5'}",
            "labels: {kompose.security-context.fsgroup: '6'}",
            {"fsGroup": 5},
        ),
    ],
)
def test_the_security_of_a_pod_is_that_of_all_its_services(
    convert: Convert, trait: Trait, mine: str, theirs: str, expected: dict[str, Any]
) -> None:
    """Each setting and group once; where two differ, the host's stands."""
    made = convert(behind(host(mine), theirs))
    assert trait(made, "vpn", "json-merge-patch")["spec"]["template"]["spec"] == {"securityContext": expected}


@pytest.mark.parametrize("name", [PORTS, "net.core.somaxconn"])
@pytest.mark.parametrize("written", ["{{{0}: {1}, net.a: 5}}", "['{0}={1}', 'net.a=5']"])
def test_a_kernel_setting_that_the_pod_has_otherwise_is_told(convert: Convert, name: str, written: str) -> None:
    """Also where a cluster has to allow it first, which is the smaller matter; its neighbours are not lost by it."""
    mine, theirs = (f"sysctls: {written.format(name, number)}" for number in (1, 2))
    made = convert(behind(host(mine), theirs))
    outcome, say = ends(made, f'services.app.sysctls["{name}"]')
    assert (outcome, say) == (Outcome.DROPPED, f"a pod has one `{name}`, and it is that of `vpn`")
    assert ends(made, 'services.app.sysctls["net.a"]')[0] is Outcome.APPROXIMATED


def test_a_group_of_files_that_the_pod_has_otherwise_is_told(convert: Convert) -> None:
    """Kubernetes gives the files of all volumes of a pod to one group."""
    label = "kompose.security-context.fsgroup"
    made = convert(behind(host(f"labels: {{{label}: '5'}}"), f"labels: {{{label}: '6'}}"))
    outcome, say = ends(made, f'services.app.labels["{label}"]')
    assert (outcome, say) == (Outcome.APPROXIMATED, "a pod has one `fsGroup`, and it is that of `vpn`")


@pytest.mark.parametrize(
    ("mine", "theirs", "domain", "port"),
    [
        ("", "x-oam: {gateway: {domain: app.example}}", "app.example", 9091),
        ("", "x-oam: {gateway: {domain: app.example}}, expose: ['8000']", "app.example", 8000),
        ("", "labels: {kompose.service.expose: app.example}, expose: ['8000']", "app.example", 8000),
        ("x-oam: {gateway: {domain: vpn.example}}", "expose: ['8000']", "vpn.example", 9091),
        (
            "x-oam: {gateway: {domain: vpn.example}}",
            "x-oam: {gateway: {domain: app.example}}, expose: ['8000']",
            "vpn.example",
            9091,
        ),
    ],
)
def test_a_route_to_a_guest_leads_to_the_guest(
    convert: Convert, trait: Trait, mine: str, theirs: str, domain: str, port: int
) -> None:
    """To its own port where it has one, through the pod that it is in; a route of the host stands."""
    found = trait(convert(behind(host(mine), theirs)), "vpn", "gateway")
    assert (found["domain"], found["http"]) == (domain, {"/": port})


def test_a_second_route_of_a_pod_is_told(convert: Convert) -> None:
    """KubeVela has one `gateway` for a component."""
    gateway = "x-oam: {{gateway: {{domain: {}.example}}}}"
    made = convert(behind(host(gateway.format("vpn")), gateway.format("app")))
    say = "a pod has one route, and it is that of `vpn`"
    assert ends(made, "services.app.x-oam.gateway.domain") == (Outcome.DROPPED, say)


@pytest.mark.parametrize(
    ("mine", "theirs", "expected"),
    [
        ("", "{command: [b], image: y}", {"app-pre-start-0": "y"}),
        ("{command: [a], image: x}", "{command: [b], image: y}", {"pre-start-0": "x", "app-pre-start-0": "y"}),
    ],
)
def test_what_runs_before_a_guest_runs_before_the_pod(
    convert: Convert, trait: Trait, mine: str, theirs: str, expected: dict[str, str]
) -> None:
    """The host's first; two of one name, which Kubernetes refuses, there never are."""
    before = f"pre_start: [{mine}]" if mine else ""
    made = convert(behind(host(before), f"pre_start: [{theirs}]"))
    found = trait(made, "vpn", "json-merge-patch")["spec"]["template"]["spec"]["initContainers"]
    assert {item["name"]: item["image"] for item in found} == expected
    assert list(expected) == [item["name"] for item in found]


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ("", "environment: {DB_HOST: db}"),
        ("environment: {DB_HOST: db}", ""),
        ("environment: {DB_HOST: db}", "environment: {DB_HOST: db}"),
    ],
)
def test_a_pod_gets_no_variables_of_kubernetes_where_one_of_its_services_minds(
    convert: Convert, trait: Trait, mine: str, theirs: str
) -> None:
    """For a Service `db` it adds `DB_PORT`, to all containers of a pod or to none."""
    made = convert(behind(host(mine), theirs, more="db: {image: db, expose: ['5432']}"))
    spec = trait(made, "vpn", "json-merge-patch")["spec"]["template"]["spec"]
    assert spec == {"enableServiceLinks": False}


def test_guests_of_a_host_on_each_node_run_there_as_well(convert: Convert, component: Trait) -> None:
    """Both say it, so nothing is lost."""
    made = convert(behind(host("deploy: {mode: global}"), "deploy: {mode: global}"))
    assert component(made, "vpn")["type"] == "daemon"
    assert ends(made, "services.app.deploy.mode")[0] is Outcome.TRANSLATED
