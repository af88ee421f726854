"""A probe in a label of Katenary's becomes a probe, or its line says why it cannot."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from entries import entry_at

from compose2oam.model.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

LABEL = "katenary.v3/health-check"


def converted(convert: Callable[..., Any], component: Callable[..., Any], probe: str) -> tuple[Any, Any]:
    """The readiness probe that a service has of its label, and what is told of the line."""
    service = {"image": "a", "ports": ["8080:80"], "labels": {LABEL: f"readinessProbe: {probe}"}}
    made = convert(json.dumps({"services": {"web": service}}))
    properties = component(made, "web")["properties"]
    return properties.get("readinessProbe"), entry_at(made, f'services.web.labels["{LABEL}"]')


@pytest.mark.parametrize(
    ("probe", "expected"),
    [
        ("{exec: {command: [up, now]}}", {"exec": {"command": ["up", "now"]}}),
        ("{tcpSocket: {port: '5432'}, periodSeconds: 9}", {"tcpSocket": {"port": 5432}, "periodSeconds": 9}),
        ("{httpGet: {port: 80}}", {"httpGet": {"port": 80, "path": "/"}}),
        (
            "{httpGet: {port: 80, path: }, initialDelaySeconds: 0}",
            {"httpGet": {"port": 80, "path": "/"}, "initialDelaySeconds": 0},
        ),
        ("{tcpSocket: {port: 80}, exec: }", {"tcpSocket": {"port": 80}}),
        (
            "{httpGet: {port: 80, path: /up, host: h, scheme: HTTPS, httpHeaders: [{name: a, value: b}]}}",
            {
                "httpGet": {
                    "port": 80,
                    "path": "/up",
                    "host": "h",
                    "scheme": "HTTPS",
                    "httpHeaders": [{"name": "a", "value": "b"}],
                }
            },
        ),
    ],
)
def test_a_probe_is_as_kubernetes_has_it(convert: Any, component: Any, probe: str, expected: dict[str, Any]) -> None:
    """A port in quotes is a number, a field without a value is none, and a request without a path goes to the root."""
    found, entry = converted(convert, component, probe)
    assert found == expected
    assert entry.outcome is Outcome.TRANSLATED


@pytest.mark.parametrize(
    ("probe", "say", "hint"),
    [
        ("{failureThreshold: 3}", "the probe asks nothing", "write one of exec, httpGet, tcpSocket"),
        ("up", "the probe asks nothing", "write one of"),
        ("{exec: {command: [up]}, httpGet: {port: 80}}", "one thing, not exec and httpGet", "write one of"),
        ("{exec: up}", "`exec` of a probe cannot be `up`", "as Kubernetes does"),
        ("{exec: {}}", "`exec` of a probe needs `command`", "as Kubernetes does"),
        ("{exec: {command: up}}", "`exec.command` of a probe cannot be `up`", "as Kubernetes does"),
        ("{exec: {command: [up, 1]}}", "`exec.command` of a probe cannot be", "as Kubernetes does"),
        ("{exec: {command: []}}", "`exec.command` of a probe cannot be", "as Kubernetes does"),
        ("{httpGet: {path: /}}", "`httpGet` of a probe needs `port`", "as Kubernetes does"),
        ("{tcpSocket: {}}", "`tcpSocket` of a probe needs `port`", "as Kubernetes does"),
        ("{tcpSocket: {port: http}}", "`tcpSocket.port` of a probe cannot be `http`", "the number of the port"),
        ("{tcpSocket: {port: 0}}", "`tcpSocket.port` of a probe cannot be `0`", "the number of the port"),
        ("{tcpSocket: {port: 65536}}", "`tcpSocket.port` of a probe cannot be `65536`", "the number of the port"),
        ("{tcpSocket: {port: true}}", "`tcpSocket.port` of a probe cannot be", "the number of the port"),
        ("{httpGet: {port: 80, path: 5}}", "`httpGet.path` of a probe cannot be `5`", "as Kubernetes does"),
        ("{httpGet: {port: 80, httpHeaders: {a: b}}}", "`httpGet.httpHeaders` of a probe cannot be", "as Kubernetes"),
        ("{httpGet: {port: 80, httpHeaders: [{name: a}]}}", "`httpGet.httpHeaders` of a probe", "as Kubernetes"),
        (
            "{tcpSocket: {port: 80}, periodSeconds: soon}",
            "`periodSeconds` of a probe cannot be `soon`",
            "as Kubernetes",
        ),
        ("{tcpSocket: {port: 80}, periodSeconds: true}", "`periodSeconds` of a probe cannot be", "as Kubernetes"),
        ("{tcpSocket: {port: 80}, periodSeconds: -1}", "`periodSeconds` of a probe cannot be `-1`", "as Kubernetes"),
    ],
)
def test_a_probe_that_cannot_be_is_told(convert: Any, component: Any, probe: str, say: str, hint: str) -> None:
    """The service comes without it; nothing else of the project is lost by it."""
    found, entry = converted(convert, component, probe)
    assert found is None
    assert entry.outcome is Outcome.DROPPED
    assert say in entry.say
    assert hint in entry.hint


@pytest.mark.parametrize(
    ("probe", "field", "expected"),
    [
        ("{tcpSocket: {port: 80, host: h}}", "tcpSocket.host", {"tcpSocket": {"port": 80}}),
        ("{tcpSocket: {port: 80}, terminationGracePeriodSeconds: 4}", "terminationGrace", {"tcpSocket": {"port": 80}}),
    ],
)
def test_what_a_component_has_no_place_for_is_left_out_and_told(
    convert: Any, component: Any, probe: str, field: str, expected: dict[str, Any]
) -> None:
    """A probe without it still asks what it asked."""
    found, entry = converted(convert, component, probe)
    assert found == expected
    assert entry.outcome is Outcome.APPROXIMATED
    assert field in entry.say
    assert "patch of x-oam" in entry.hint
