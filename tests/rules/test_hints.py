"""What people told kompose, Katenary and Tako in their Compose files is understood, or told at its line."""

from __future__ import annotations

import json
from typing import Any

import pytest

from compose2oam.model.path import render
from compose2oam.rules import hints

BASE: dict[str, Any] = {"image": "a", "ports": ["8080:80"]}
READINESS = "kompose.service.healthcheck.readiness"
LIVENESS = "kompose.service.healthcheck.liveness"
ASKED = {f"{READINESS}.tcp_port": "80"}
OPEN = {"kompose.service.type": "nodeport"}
ROUTE = {"kompose.service.expose": "a.example"}
RUNS = {"kompose.cronjob.schedule": "@daily"}
INIT = {"kompose.init.containers.image": "busybox"}
INIT_CONTAINER = "web.traits.json-merge-patch.spec.template.spec.initContainers.0"
CONTAINER = "/spec/template/spec/containers/0"

# Each label of a service: its value, what else is there, and what comes of it (a place in a component, or an outcome).
LABELS: list[tuple[str, Any, dict[str, Any], str, Any]] = [
    ("kompose.service.type", "LoadBalancer", {}, "Service.web-published.spec.type", "LoadBalancer"),
    (
        "kompose.service.external-traffic-policy",
        "local",
        {"labels": OPEN},
        "Service.web-published.spec.externalTrafficPolicy",
        "Local",
    ),
    ("kompose.service.nodeport.port", 30080, {"labels": OPEN}, "Service.web-published.spec.ports.0.nodePort", 30080),
    ("kompose.service.expose", "a.example/api", {}, "web.traits.gateway.http", {"/api": 80}),
    ("kompose.service.expose.tls-secret", "certs", {"labels": ROUTE}, "web.traits.gateway.secretName", "certs"),
    ("kompose.service.expose.ingress-class-name", "nginx", {"labels": ROUTE}, "web.traits.gateway.class", "nginx"),
    ("kompose.service.name_override", "Front_1", {}, "front-1.type", "webservice"),
    ("kompose.service.group", "pod", {}, "outcome", "not needed"),
    ("kompose.controller.port.expose", "true", {}, "web.traits.container-ports.ports.0.hostPort", 8080),
    ("kompose.controller.type", "DaemonSet", {}, "web.type", "daemon"),
    ("kompose.serviceaccount-name", "robot", {}, "web.traits.service-account.name", "robot"),
    ("kompose.image-pull-secret", "registry", {}, "web.properties.imagePullSecrets", ["registry"]),
    ("kompose.image-pull-policy", "Never", {"pull_policy": "always"}, "web.properties.imagePullPolicy", "Never"),
    (
        "kompose.security-context.fsgroup",
        "1001",
        {},
        "web.traits.json-merge-patch.spec.template.spec.securityContext",
        {"fsGroup": 1001},
    ),
    (f"{READINESS}.disable", "true", {"healthcheck": {"test": ["CMD", "up"]}}, "web.properties.readinessProbe", None),
    (f"{READINESS}.test", '["CMD", "up"]', {}, "web.properties.readinessProbe", {"exec": {"command": ["up"]}}),
    (f"{READINESS}.interval", "1m", {"labels": ASKED}, "web.properties.readinessProbe.periodSeconds", 60),
    (f"{READINESS}.timeout", "3s", {"labels": ASKED}, "web.properties.readinessProbe.timeoutSeconds", 3),
    (f"{READINESS}.retries", "5", {"labels": ASKED}, "web.properties.readinessProbe.failureThreshold", 5),
    (f"{READINESS}.start_period", "9s", {"labels": ASKED}, "web.properties.readinessProbe.initialDelaySeconds", 9),
    (f"{READINESS}.http_get_path", "/up", {}, "web.properties.readinessProbe.httpGet", {"path": "/up", "port": 80}),
    (f"{READINESS}.http_get_port", "81", {}, "web.properties.readinessProbe.httpGet", {"path": "/", "port": 81}),
    (f"{READINESS}.tcp_port", "82", {}, "web.properties.readinessProbe.tcpSocket.port", 82),
    (f"{LIVENESS}.http_get_path", "/up", {}, "web.properties.livenessProbe.httpGet", {"path": "/up", "port": 80}),
    (f"{LIVENESS}.http_get_port", "81", {}, "web.properties.livenessProbe.httpGet", {"path": "/", "port": 81}),
    (f"{LIVENESS}.tcp_port", "82", {}, "web.properties.livenessProbe.tcpSocket.port", 82),
    ("kompose.cronjob.schedule", "*/5 * * * *", {}, "web.properties.schedule", "*/5 * * * *"),
    ("kompose.cronjob.concurrency_policy", "Forbid", {"labels": RUNS}, "web.properties.concurrencyPolicy", "Forbid"),
    ("kompose.cronjob.backoff_limit", "0", {"labels": RUNS}, "web.properties.backoffLimit", 0),
    ("kompose.init.containers.name", "migrate", {"labels": INIT}, f"{INIT_CONTAINER}.name", "migrate"),
    ("kompose.init.containers.image", "busybox", {}, f"{INIT_CONTAINER}.image", "busybox"),
    ("kompose.init.containers.command", "echo hi", {"labels": INIT}, f"{INIT_CONTAINER}.command", ["echo", "hi"]),
    ("kompose.hpa.replicas.min", "2", {}, "web.traits.hpa.min", 2),
    ("kompose.hpa.replicas.max", "9", {}, "web.traits.hpa.max", 9),
    ("kompose.hpa.cpu", "80%", {}, "web.traits.hpa.cpu", {"type": "Utilization", "value": 80}),
    ("kompose.hpa.memory", 70, {}, "web.traits.hpa.mem", {"type": "Utilization", "value": 70}),
    (
        "kompose.volume.size",
        "20Gi",
        {"volumes": ["data:/data"]},
        "PersistentVolumeClaim.data.spec.resources.requests.storage",
        "20Gi",
    ),
    (
        "kompose.volume.storage-class-name",
        "fast",
        {"volumes": ["data:/data"]},
        "PersistentVolumeClaim.data.spec.storageClassName",
        "fast",
    ),
    ("kompose.volume.type", "emptyDir", {"volumes": ["data:/data"]}, "outcome", "dropped"),
    (
        "kompose.volume.subpath",
        "/sub",
        {"volumes": ["data:/data"]},
        "web.properties.volumeMounts.pvc.0.subPath",
        "sub",
    ),
    (
        "kompose.ephemeral-storage.request",
        "1Gi",
        {},
        f"web.patch.{CONTAINER}/resources",
        {"requests": {"ephemeral-storage": "1Gi"}},
    ),
    (
        "kompose.ephemeral-storage.limit",
        "2Gi",
        {},
        f"web.patch.{CONTAINER}/resources",
        {"limits": {"ephemeral-storage": "2Gi"}},
    ),
    ("katenary.v3/main-app", "true", {}, "outcome", "not needed"),
    ("katenary.v3/values", "[A]", {}, "outcome", "not needed"),
    ("katenary.v3/description", "The shop.", {}, "outcome", "not needed"),
    ("katenary.v3/depends-on", "legacy", {}, "outcome", "not needed"),
    ("katenary.v3/configmap-files", "[./conf.d]", {}, "outcome", "not needed"),
    ("katenary.v3/dependencies", "- name: mariadb", {}, "outcome", "dropped"),
    ("katenary.v3/cronjob", "{command: date, schedule: '@hourly'}", {}, "outcome", "dropped"),
    ("katenary.v3/exchange-volumes", "[{name: php}]", {}, "outcome", "dropped"),
    (
        "katenary.v3/secrets",
        "[PASSWORD]",
        {"environment": {"PASSWORD": "dummy"}},
        "web.properties.env.0.valueFrom.secretKeyRef",
        {"name": "demo-env", "key": "PASSWORD"},
    ),
    ("katenary.v3/ports", "[81]", {}, "web.properties.ports.1", {"port": 81, "expose": True}),
    ("katenary.v3/ingress", "{port: 80, hostname: a.example}", {}, "web.traits.gateway.domain", "a.example"),
    (
        "katenary.v3/map-env",
        "MODE: cluster",
        {"environment": {"MODE": "docker"}},
        "web.properties.env",
        [{"name": "MODE", "value": "cluster"}],
    ),
    ("katenary.v3/env-from", "[other]", {}, "web.properties.env", [{"name": "SHARED", "value": "yes"}]),
    ("katenary.v3/values-from", "MINE: other.SHARED", {}, "web.properties.env", [{"name": "MINE", "value": "yes"}]),
    (
        "katenary.v3/health-check",
        "livenessProbe: {httpGet: {port: 80}}",
        {},
        "web.properties.livenessProbe.httpGet",
        {"port": 80, "path": "/"},
    ),
    (
        "katenary.v3/same-pod",
        "other",
        {},
        "other.patch./spec/template/spec/containers/-",
        {"name": "web", "image": "a"},
    ),
    ("katenary.v3/ignore", "true", {}, "web", None),
]
# The same for the keys of x-k8s.
POD = "web.traits.json-merge-patch.spec.template.spec"
RESOURCES = f"web.patch.{CONTAINER}/resources"
KEYS: list[tuple[str, Any, dict[str, Any], str, Any]] = [
    ("disabled", True, {}, "web", None),
    ("workload.type", "daemonset", {}, "web.type", "daemon"),
    ("workload.replicas", 3, {"deploy": {"replicas": 2}}, "web.traits.scaler.replicas", 3),
    (
        "workload.rollingUpdateMaxSurge",
        2,
        {},
        "web.traits.json-merge-patch.spec.strategy",
        {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 2}},
    ),
    ("workload.serviceAccountName", "robot", {}, "web.traits.service-account.name", "robot"),
    ("workload.annotations", {"a": "b"}, {}, "web.properties.annotations", {"a": "b"}),
    ("workload.restartPolicy", "OnFailure", {}, "outcome", "approximated"),
    ("workload.command", ["sh"], {"entrypoint": ["run"]}, "web.properties.cmd", ["sh"]),
    ("workload.commandArgs", ["-c"], {"command": ["run"]}, "web.properties.args", ["-c"]),
    ("workload.imagePull.policy", "Always", {}, "web.properties.imagePullPolicy", "Always"),
    ("workload.imagePull.secret", "registry", {}, "web.properties.imagePullSecrets", ["registry"]),
    ("workload.podSecurity.runAsUser", 1000, {}, f"{POD}.securityContext.runAsUser", 1000),
    ("workload.podSecurity.runAsGroup", 1000, {}, f"{POD}.securityContext.runAsGroup", 1000),
    ("workload.podSecurity.fsGroup", 1000, {}, f"{POD}.securityContext.fsGroup", 1000),
    ("workload.autoscale.maxReplicas", 7, {}, "web.traits.hpa.max", 7),
    ("workload.autoscale.cpuThreshold", 60, {}, "web.traits.hpa.cpu.value", 60),
    ("workload.autoscale.memThreshold", 60, {}, "web.traits.hpa.mem.value", 60),
    ("workload.resource.cpu", 0.1, {}, RESOURCES, {"requests": {"cpu": "0.1"}}),
    ("workload.resource.maxCpu", "500m", {"cpus": 2}, "web.properties.cpu", "500m"),
    ("workload.resource.memory", "10Mi", {}, RESOURCES, {"requests": {"memory": "10Mi"}}),
    ("workload.resource.maxMemory", "1Gi", {"mem_limit": "2g"}, "web.properties.memory", "1Gi"),
    ("workload.resource.storage", "1Gi", {}, RESOURCES, {"requests": {"ephemeral-storage": "1Gi"}}),
    ("workload.resource.maxStorage", "1Gi", {}, RESOURCES, {"limits": {"ephemeral-storage": "1Gi"}}),
    ("service.type", "NodePort", {}, "Service.web-published.spec.type", "NodePort"),
    (
        "service.nodeport",
        30080,
        {"x-k8s": {"service": {"type": "NodePort"}}},
        "Service.web-published.spec.ports.0.nodePort",
        30080,
    ),
    ("service.expose.domain", "a.example", {}, "web.traits.gateway.domain", "a.example"),
    (
        "service.expose.domainPrefix",
        "x.",
        {"x-k8s": {"service": {"expose": {"domain": "a.example"}}}},
        "web.traits.gateway.domain",
        "x.a.example",
    ),
    (
        "service.expose.tlsSecret",
        "certs",
        {"x-k8s": {"service": {"expose": {"domain": "a.example"}}}},
        "web.traits.gateway.secretName",
        "certs",
    ),
    (
        "service.expose.ingressAnnotations",
        {"k": "v"},
        {"x-k8s": {"service": {"expose": {"domain": "a.example"}}}},
        "web.traits.gateway.annotations",
        {"k": "v"},
    ),
]
TCP = {"type": "tcp", "tcp": {"port": 80}}
PROBES = [
    ("type", "none", None, None),
    ("exec.command", ["up"], "exec.command", ["up"]),
    ("http.path", "/up", "httpGet.path", "/up"),
    ("http.port", 81, "httpGet.port", 81),
    ("tcp.port", 82, "tcpSocket.port", 82),
    ("initialDelay", "1m", "initialDelaySeconds", 60),
    ("period", "30s", "periodSeconds", 30),
    ("timeout", "5s", "timeoutSeconds", 5),
    ("failureThreshold", 4, "failureThreshold", 4),
    ("successThreshold", 2, "successThreshold", 2),
]
for kind in ("livenessProbe", "readinessProbe"):
    for key, value, place, expected in PROBES:
        beside = {"x-k8s": {"workload": {kind: TCP}}} if "." not in key and key != "type" else {}
        target = f"web.properties.{kind}" + (f".{place}" if place else "")
        KEYS.append((f"workload.{kind}.{key}", value, beside, target, expected))


def nested(key: str, value: Any, tree: dict[str, Any]) -> dict[str, Any]:
    """Put a value at a dotted key of a tree."""
    *above, last = key.split(".")
    node = tree
    for step in above:
        node = node.setdefault(step, {})
    node[last] = value
    return tree


def look(conversion: Any, place: str) -> Any:
    """Find what stands at a place: ``web.properties.cmd``, ``web.traits.hpa.max``, ``Service.web-published.spec``."""
    application = json.loads(json.dumps(conversion.application.to_dict()))
    known: dict[str, Any] = {}
    for component in application["spec"]["components"]:
        traits = {trait["type"]: trait["properties"] for trait in component.get("traits", [])}
        operations = traits.get("json-patch", {}).get("operations", [])
        patch = {operation["path"]: operation["value"] for operation in operations}
        known[component["name"]] = {**component, "traits": traits, "patch": patch}
        for manifest in component["properties"].get("objects", []):
            known.setdefault(manifest["kind"], {})[manifest["metadata"]["name"]] = manifest
    node: Any = known
    for step in place.split("."):
        if isinstance(node, list):
            node = node[int(step)] if int(step) < len(node) else None
        else:
            node = (node or {}).get(step)
    return node


def project(service: dict[str, Any], volume: dict[str, Any] | None = None) -> str:
    """A project with a service as ``web``, another one beside it, and a volume."""
    other = {"image": "b", "environment": {"SHARED": "yes"}}
    tree: dict[str, Any] = {"services": {"web": service, "other": other}, "volumes": {"data": volume or {}}}
    return json.dumps(tree)


def check(conversion: Any, place: str, expected: Any, line: str) -> None:
    """What comes of a hint is at its place, and its line is accounted for."""
    (entry,) = (item for item in conversion.entries if render(item.path).startswith(line))
    if place == "outcome":
        assert entry.outcome.value == expected
        return
    assert look(conversion, place) == expected
    assert entry.outcome.value in ("translated", "approximated", "not needed"), entry.say


@pytest.mark.parametrize(("label", "value", "beside", "place", "expected"), LABELS, ids=[case[0] for case in LABELS])
def test_a_label_of_a_service(
    convert: Any, label: str, value: Any, beside: dict[str, Any], place: str, expected: Any
) -> None:
    """It becomes what the other converter would have made of it, or says why not; it is no annotation."""
    labels = {**beside.get("labels", {}), label: value}
    conversion = convert(project({**BASE, **beside, "labels": labels}))
    check(conversion, place, expected, f'services.web.labels["{label}"]')
    assert label not in (look(conversion, "web.properties.annotations") or {})


@pytest.mark.parametrize(("key", "value", "beside", "place", "expected"), KEYS, ids=[case[0] for case in KEYS])
def test_a_key_of_x_k8s(convert: Any, key: str, value: Any, beside: dict[str, Any], place: str, expected: Any) -> None:
    """Tako's keys go before what Compose says."""
    extension = nested(key, value, json.loads(json.dumps(beside.get("x-k8s", {}))))
    conversion = convert(project({**BASE, **beside, "x-k8s": extension}))
    check(conversion, place, expected, f"services.web.x-k8s.{key}")


def test_every_hint_has_a_test() -> None:
    """All 43 labels of kompose, all 17 of Katenary, and every key of Tako."""
    assert sorted(case[0] for case in LABELS) == sorted(hints.SERVICE_LABELS)
    assert sorted(case[0] for case in KEYS) == sorted(hints.SERVICE_KEYS)
    assert len([label for label in hints.SERVICE_LABELS if label.startswith("katenary")]) == 17
    assert len({*hints.SERVICE_LABELS, *hints.VOLUME_LABELS}) == 43 + 17


@pytest.mark.parametrize(
    ("volume", "place", "expected"),
    [
        ({"labels": {"kompose.volume.size": "5Gi"}}, "resources.requests.storage", "5Gi"),
        ({"labels": ["kompose.volume.size=5Gi"]}, "resources.requests.storage", "5Gi"),
        ({"labels": {"kompose.volume.selector": "a"}}, "selector.matchLabels", {"io.kompose.service": "a"}),
        ({"x-k8s": {"size": "5Gi"}}, "resources.requests.storage", "5Gi"),
        ({"x-k8s": {"storageClass": "fast"}}, "storageClassName", "fast"),
        ({"x-k8s": {"selector": "a"}}, "selector.matchLabels", {"service": "a"}),
        ({"x-k8s": {"size": "5Gi"}, "x-oam": {"size": "6Gi"}}, "resources.requests.storage", "6Gi"),
    ],
)
def test_a_hint_on_a_volume(convert: Any, volume: dict[str, Any], place: str, expected: Any) -> None:
    """The claim has it, and no annotation; x-oam goes before it."""
    conversion = convert(project({**BASE, "volumes": ["data:/data"]}, volume))
    assert look(conversion, f"PersistentVolumeClaim.data.spec.{place}") == expected
    assert look(conversion, "PersistentVolumeClaim.data.metadata") == {"name": "data"}


@pytest.mark.parametrize(
    ("service", "line", "say", "hint"),
    [
        ({"labels": {"kompose.service.type": "foo"}}, 'labels["kompose.service.type"]', "cannot be `foo`", "NodePort"),
        ({"labels": {"kompose.hpa.cpu": "512Mi"}}, 'labels["kompose.hpa.cpu"]', "cannot be `512Mi`", "percentage"),
        ({"labels": {"kompose.servce.type": "x"}}, 'labels["kompose.servce.type"]', "no such tool", "service.type"),
        ({"labels": {"katenary.v3/ports": "80"}}, 'labels["katenary.v3/ports"]', "cannot be", "a list"),
        ({"labels": {"katenary.v3/ports": "[a"}}, 'labels["katenary.v3/ports"]', "cannot be", "can be read"),
        ({"labels": {"katenary.v3/same-pod": "othr"}}, 'labels["katenary.v3/same-pod"]', "no service", "`other`"),
        ({"labels": {"kompose.service.expose": "a b"}}, 'labels["kompose.service.expose"]', "cannot be", "true"),
        ({"labels": {"kompose.init.containers.name": "x"}}, 'labels["kompose.init.containers.name"]', "image", "image"),
        ({"labels": {f"{READINESS}.interval": "5s"}}, f'labels["{READINESS}.interval"]', "nothing says", "a port"),
        (
            {"labels": {"kompose.service.expose.ingress-class-name": "nginx"}},
            'labels["kompose.service.expose.ingress-class-name"]',
            "no route",
            "domain",
        ),
        (
            {"labels": {"kompose.service.expose": "true", "kompose.service.expose.tls-secret": "true"}},
            'labels["kompose.service.expose.tls-secret"]',
            "cannot be `true`",
            "the Secret",
        ),
        (
            {"deploy": {"labels": {"kompose.service.type": "nodeport"}}},
            'deploy.labels["kompose.service.type"]',
            "among the labels of `deploy`",
            "of the service",
        ),
        (
            {"labels": {"katenary.v3/ingress": "port: web"}},
            'labels["katenary.v3/ingress"]',
            "cannot be",
            "whole number",
        ),
        ({"labels": {"katenary.v3/env-from": "[{a: b}]"}}, 'labels["katenary.v3/env-from"]', "cannot be", "a text"),
        ({"x-k8s": {"workload": {"replica": 2}}}, "x-k8s.workload.replica", "Tako knows no", "replicas"),
        ({"x-k8s": {"workload": {"replicas": -1}}}, "x-k8s.workload.replicas", "cannot be `-1`", "a whole number"),
    ],
)
def test_what_is_wrong_is_told_at_its_line(
    convert: Any, service: dict[str, Any], line: str, say: str, hint: str
) -> None:
    """With what to write; the rest of the project is converted."""
    conversion = convert(project({**BASE, **service}))
    (entry,) = (item for item in conversion.entries if render(item.path) == f"services.web.{line}")
    assert entry.outcome.value == "dropped"
    assert say in entry.say
    assert hint in entry.hint


def test_x_oam_goes_before_a_hint(convert: Any) -> None:
    """And the hint says so."""
    service = {**BASE, "labels": {"kompose.hpa.replicas.max": "9"}, "x-oam": {"hpa": {"max": 5}}}
    conversion = convert(project(service))
    assert look(conversion, "web.traits.hpa.max") == 5
    assert "`hpa` of x-oam decides it" in {item.message for item in conversion.diagnostics}


def test_a_hint_goes_before_what_compose_says(convert: Any) -> None:
    """And the line of Compose says so."""
    service = {**BASE, "deploy": {"mode": "global"}, "labels": {"kompose.controller.type": "deployment"}}
    conversion = convert(project(service))
    assert look(conversion, "web.type") == "webservice"
    (entry,) = (item for item in conversion.entries if render(item.path) == "services.web.deploy.mode")
    assert (entry.outcome.value, entry.say) == ("not needed", "C2O-067 decides it")


def test_a_hint_goes_before_the_settings(convert: Any) -> None:
    """A service that is said to stay inside does, whatever holds for all."""
    from compose2oam.rules.settings import Settings

    service = {**BASE, "labels": {"kompose.service.type": "clusterip"}}
    assert look(convert(project(service), settings=Settings(expose="nodeport")), "Service.web-published") is None


def test_kompose_restarts_by_the_health_check_where_labels_say_readiness(convert: Any) -> None:
    """As kompose does: the labels are for readiness, and healthcheck is for liveness."""
    service = {**BASE, "healthcheck": {"test": ["CMD", "up"]}, "labels": {f"{READINESS}.tcp_port": "80"}}
    conversion = convert(project(service))
    assert look(conversion, "web.properties.livenessProbe.exec.command") == ["up"]
    assert look(conversion, "web.properties.readinessProbe") == {"tcpSocket": {"port": 80}}


def test_each_further_domain_is_a_rule_of_an_ingress(convert: Any) -> None:
    """A gateway takes one."""
    service = {**BASE, "labels": {"kompose.service.expose": "a.example,b.example/api"}}
    conversion = convert(project(service))
    assert look(conversion, "web.traits.gateway.domain") == "a.example"
    (rule,) = look(conversion, "Ingress.web-further.spec.rules")
    assert (rule["host"], rule["http"]["paths"][0]["path"]) == ("b.example", "/api")


def test_a_group_of_kompose_is_one_pod(convert: Any) -> None:
    """The first service has it."""
    text = json.dumps(
        {"services": {name: {"image": name, "labels": {"kompose.service.group": "pod"}} for name in ("front", "side")}}
    )
    conversion = convert(text)
    assert [item.name for item in conversion.application.components if item.type != "k8s-objects"] == ["front"]
    assert look(conversion, "front.patch./spec/template/spec/containers/-")["name"] == "side"


def test_nobody_waits_for_a_service_that_is_left_out(convert: Any) -> None:
    """Its lines, and what others say of it, are accounted for."""
    text = json.dumps(
        {
            "services": {
                "web": {"image": "a", "depends_on": ["mail", "db"]},
                "mail": {"image": "b", "x-k8s": {"disabled": True}},
                "db": {"image": "c"},
            }
        }
    )
    conversion = convert(text)
    assert look(conversion, "web.dependsOn") == ["db"]
    outcomes = {render(item.path): item.outcome.value for item in conversion.entries}
    assert outcomes["services.mail.image"] == outcomes["services.web.depends_on.mail"] == "not needed"


def test_x_k8s_of_somebody_else_is_not_tako_s(convert: Any) -> None:
    """Without any of Tako's keys it is an extension as any other."""
    conversion = convert(project({**BASE, "x-k8s": {"ingress": True}}))
    (entry,) = (item for item in conversion.entries if "x-k8s" in render(item.path))
    assert entry.outcome.value == "not needed"
