"""A hint to another converter whose value makes no sense is told at its line, with what to write instead."""

from __future__ import annotations

import json
from typing import Any

import pytest
from entries import entry_at

from compose2oam.model.outcome import Outcome

BASE: dict[str, Any] = {"image": "a", "ports": ["8080:80"]}
READINESS = "kompose.service.healthcheck.readiness"


def _probe(**more: Any) -> dict[str, Any]:
    return {"workload": {"readinessProbe": {"type": "tcp", "tcp": {"port": 80}, **more}}}


def _resource(**amount: Any) -> dict[str, Any]:
    return {"workload": {"resource": amount}}


@pytest.mark.parametrize(
    ("extension", "line", "say", "hint"),
    [
        ({"disabled": "perhaps"}, "disabled", "cannot be `perhaps`", "write true or false"),
        ({"workload": {"command": "sh"}}, "workload.command", "cannot be `sh`", "write a list"),
        ({"workload": {"annotations": "a"}}, "workload.annotations", "cannot be `a`", "write a mapping"),
        ({"workload": {"type": "pod"}}, "workload.type", "cannot be `pod`", "write one of deployment, "),
        ({"workload": {"restartPolicy": "Maybe"}}, "workload.restartPolicy", "cannot be", "write one of Always, "),
        ({"workload": {"serviceAccountName": " "}}, "workload.serviceAccountName", "cannot be", "write a text"),
        ({"service": {"nodeport": 70000}}, "service.nodeport", "cannot be `70000`", "from 1 to 65535"),
        (_resource(cpu="lots"), "workload.resource.cpu", "cannot be `lots`", "such as 0.5 or 500m"),
        (_resource(memory="5m"), "workload.resource.memory", "cannot be `5m`", "such as 10Gi"),
        (_resource(memory="much"), "workload.resource.memory", "cannot be `much`", "such as 10Gi"),
        (_probe(period="soon"), "workload.readinessProbe.period", "cannot be `soon`", "such as 10s"),
        (_probe(period=10), "workload.readinessProbe.period", "cannot be `10`", "such as 10s"),
        (_probe(failureThreshold="many"), "workload.readinessProbe.failureThreshold", "cannot be", "a whole number"),
    ],
)
def test_a_key_of_tako_that_cannot_be_is_told(
    convert: Any, extension: dict[str, Any], line: str, say: str, hint: str
) -> None:
    """The rest of the service is converted as if it were not there."""
    made = convert(json.dumps({"services": {"web": {**BASE, "x-k8s": extension}}}))
    entry = entry_at(made, f"services.web.x-k8s.{line}")
    assert entry.outcome is Outcome.DROPPED
    assert say in entry.say
    assert hint in entry.hint
    assert [item.name for item in made.application.components] == ["web"]


@pytest.mark.parametrize(
    ("label", "value", "hint"),
    [
        (f"{READINESS}.test", "echo 'a", 'write a list such as ["echo", "ready"]'),
        (f"{READINESS}.test", " ", 'write a list such as ["echo", "ready"]'),
        (f"{READINESS}.test", "[up", "write YAML that can be read"),
        (f"{READINESS}.disable", "perhaps", "write true or false"),
        (f"{READINESS}.tcp_port", "0", "write a number from 1 to 65535"),
        (f"{READINESS}.timeout", "3 weeks", "write a duration such as 10s"),
        ("kompose.hpa.cpu", "0%", "from 1 to 100"),
        ("kompose.controller.type", "cronjob", "write one of deployment, "),
        ("kompose.ephemeral-storage.limit", "2 barrels", "write an amount such as 10Gi"),
        ("katenary.v3/ingress", "[a.example]", "write a mapping in YAML"),
        ("katenary.v3/ingress", "{port: 80, hostname: my shop}", "write a hostname such as shop.example.com"),
        ("katenary.v3/ingress", "{port: 80, hostname: a.example, path: up}", "write a path that begins with /"),
        ("katenary.v3/secrets", "", "write a list in YAML"),
    ],
)
def test_a_label_that_cannot_be_is_told(convert: Any, label: str, value: str, hint: str) -> None:
    """It is no annotation either."""
    made = convert(json.dumps({"services": {"web": {**BASE, "labels": {label: value}}}}))
    entry = entry_at(made, f'services.web.labels["{label}"]')
    assert (entry.outcome, entry.say) == (Outcome.DROPPED, f"`{label}` cannot be `{value}`")
    assert hint in entry.hint
    assert label not in repr(made.application.to_dict())


def test_the_annotations_of_a_route_of_katenary_are_texts(convert: Any, trait: Any) -> None:
    """As annotations have to be; one without a value is empty."""
    label = "{port: 80, hostname: a.example, annotations: {limit: 5, plain: }}"
    made = convert(json.dumps({"services": {"web": {**BASE, "labels": {"katenary.v3/ingress": label}}}}))
    assert trait(made, "web", "gateway")["annotations"] == {"limit": "5", "plain": ""}


@pytest.mark.parametrize("domain", ["a.example", "*.example.com", "localhost"])
def test_a_route_of_katenary_leads_from_a_domain(convert: Any, trait: Any, domain: str) -> None:
    """Also from all that are below one."""
    label = f"{{port: 80, hostname: '{domain}', path: /up}}"
    made = convert(json.dumps({"services": {"web": {**BASE, "labels": {"katenary.v3/ingress": label}}}}))
    found = trait(made, "web", "gateway")
    assert (found["domain"], found["http"]) == (domain, {"/up": 80})
