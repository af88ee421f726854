"""What other converters are told in a Compose file: labels of kompose and Katenary, and Tako's ``x-k8s``.

Each label, and each key of ``x-k8s``, has a name here, in one vocabulary, and a way to read its value. Rules see the
values that are sound as ``facts.hints``; those that are not, and labels that no such tool knows, are told at their line
(C2O-060). What ``x-oam`` says as well goes before a hint, and a hint before what Compose or a default says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from compose2oam.model.namedtuple import NamedTuple
from compose2oam.model.outcome import Outcome
from compose2oam.model.path import Path, render
from compose2oam.rules import strict
from compose2oam.rules.hint_values import (
    anything,
    certificate,
    command,
    controller,
    cores,
    document,
    duration,
    hosts,
    ingress,
    mapping,
    names,
    number,
    percentage,
    port,
    quantity,
    selector,
    text,
    texts,
    truth,
    word,
)
from compose2oam.source.tree import mark_of

# kompose looks for these among the labels of `deploy`, and for all others among those of the service.
_IN_DEPLOY = "kompose.ephemeral-storage."
PREFIXES = ("kompose.", "katenary.v3/")
EXTENSION = "x-k8s"


class Hint(NamedTuple):
    """One thing that another converter can be told.

    Attributes:
        name: its place in ``facts.hints``.
        read: makes a value of what is written; raises ``ValueError`` with what to write instead.
    """

    name: str
    read: Callable[[Any], Any] = anything


class Fault(NamedTuple):
    """A hint that does not count.

    Attributes:
        path: where it stands, from the service or the volume.
        outcome: what becomes of it.
        say: why.
        hint: what to do about it.
    """

    path: Path
    outcome: Outcome
    say: str
    hint: str = ""


_SERVICE_TYPE = word("NodePort", "LoadBalancer", "ClusterIP", "Headless")
_PULL_POLICY = word("Always", "IfNotPresent", "Never")
_READINESS = "kompose.service.healthcheck.readiness"
_LIVENESS = "kompose.service.healthcheck.liveness"

SERVICE_LABELS: Mapping[str, Hint] = {
    "kompose.service.type": Hint("serviceType", _SERVICE_TYPE),
    "kompose.service.external-traffic-policy": Hint("trafficPolicy", word("Local", "Cluster")),
    "kompose.service.nodeport.port": Hint("nodePort", port),
    "kompose.service.expose": Hint("route.hosts", hosts),
    "kompose.service.expose.tls-secret": Hint("route.tlsSecret", certificate),
    "kompose.service.expose.ingress-class-name": Hint("route.class", text),
    "kompose.service.name_override": Hint("name", text),
    "kompose.service.group": Hint("group", text),
    "kompose.controller.port.expose": Hint("hostPorts", truth),
    "kompose.controller.type": Hint("controller", controller),
    "kompose.serviceaccount-name": Hint("serviceAccount", text),
    "kompose.image-pull-secret": Hint("pullSecret", text),
    "kompose.image-pull-policy": Hint("pullPolicy", _PULL_POLICY),
    "kompose.security-context.fsgroup": Hint("podSecurity.fsGroup", number),
    f"{_READINESS}.disable": Hint("readiness.disable", truth),
    f"{_READINESS}.test": Hint("readiness.command", command),
    f"{_READINESS}.interval": Hint("readiness.period", duration),
    f"{_READINESS}.timeout": Hint("readiness.timeout", duration),
    f"{_READINESS}.retries": Hint("readiness.retries", number),
    f"{_READINESS}.start_period": Hint("readiness.delay", duration),
    f"{_READINESS}.http_get_path": Hint("readiness.path", text),
    f"{_READINESS}.http_get_port": Hint("readiness.port", port),
    f"{_READINESS}.tcp_port": Hint("readiness.tcpPort", port),
    f"{_LIVENESS}.http_get_path": Hint("liveness.path", text),
    f"{_LIVENESS}.http_get_port": Hint("liveness.port", port),
    f"{_LIVENESS}.tcp_port": Hint("liveness.tcpPort", port),
    "kompose.cronjob.schedule": Hint("schedule", text),
    "kompose.cronjob.concurrency_policy": Hint("concurrencyPolicy", word("Allow", "Forbid", "Replace")),
    "kompose.cronjob.backoff_limit": Hint("backoffLimit", number),
    "kompose.init.containers.name": Hint("init.name", text),
    "kompose.init.containers.image": Hint("init.image", text),
    "kompose.init.containers.command": Hint("init.command", command),
    "kompose.hpa.replicas.min": Hint("autoscale.min", number),
    "kompose.hpa.replicas.max": Hint("autoscale.max", number),
    "kompose.hpa.cpu": Hint("autoscale.cpu", percentage),
    "kompose.hpa.memory": Hint("autoscale.memory", percentage),
    "kompose.volume.size": Hint("volume.size", quantity),
    "kompose.volume.storage-class-name": Hint("volume.storageClass", text),
    "kompose.volume.type": Hint("volume.type", word("persistentVolumeClaim", "emptyDir", "configMap", "hostPath")),
    "kompose.volume.subpath": Hint("volume.subPath", text),
    "kompose.ephemeral-storage.request": Hint("storage.request", quantity),
    "kompose.ephemeral-storage.limit": Hint("storage.limit", quantity),
    "katenary.v3/main-app": Hint("mainApp"),
    "katenary.v3/values": Hint("values"),
    "katenary.v3/secrets": Hint("secrets", names),
    "katenary.v3/ports": Hint("ports", document(list)),
    "katenary.v3/ingress": Hint("ingress", ingress),
    "katenary.v3/map-env": Hint("mapEnv", document(dict)),
    "katenary.v3/health-check": Hint("healthCheck", document(dict)),
    "katenary.v3/same-pod": Hint("samePod", text),
    "katenary.v3/description": Hint("description"),
    "katenary.v3/ignore": Hint("leftOut", truth),
    "katenary.v3/dependencies": Hint("charts"),
    "katenary.v3/configmap-files": Hint("configFiles", names),
    "katenary.v3/cronjob": Hint("cronJob"),
    "katenary.v3/env-from": Hint("envFrom", names),
    "katenary.v3/exchange-volumes": Hint("exchangeVolumes"),
    "katenary.v3/values-from": Hint("valuesFrom", document(dict)),
    "katenary.v3/depends-on": Hint("waiting"),
}
VOLUME_LABELS: Mapping[str, Hint] = {
    "kompose.volume.size": Hint("size", quantity),
    "kompose.volume.selector": Hint("selector", selector("io.kompose.service")),
}
_PROBE: Mapping[str, Hint] = {
    "type": Hint("type", word("none", "exec", "http", "tcp")),
    "exec.command": Hint("command", texts),
    "http.path": Hint("path", text),
    "http.port": Hint("port", port),
    "tcp.port": Hint("tcpPort", port),
    "initialDelay": Hint("delay", duration),
    "period": Hint("period", duration),
    "timeout": Hint("timeout", duration),
    "failureThreshold": Hint("retries", number),
    "successThreshold": Hint("successes", number),
}
# The keys of ``x-k8s``, as Tako has them.
SERVICE_KEYS: Mapping[str, Hint] = {
    "disabled": Hint("leftOut", truth),
    "workload.type": Hint("controller", controller),
    "workload.replicas": Hint("replicas", number),
    "workload.rollingUpdateMaxSurge": Hint("surge", number),
    "workload.serviceAccountName": Hint("serviceAccount", text),
    "workload.annotations": Hint("annotations", mapping),
    "workload.restartPolicy": Hint("restartPolicy", word("Always", "OnFailure", "Never")),
    "workload.command": Hint("entrypoint", texts),
    "workload.commandArgs": Hint("arguments", texts),
    "workload.imagePull.policy": Hint("pullPolicy", _PULL_POLICY),
    "workload.imagePull.secret": Hint("pullSecret", text),
    "workload.podSecurity.runAsUser": Hint("podSecurity.runAsUser", number),
    "workload.podSecurity.runAsGroup": Hint("podSecurity.runAsGroup", number),
    "workload.podSecurity.fsGroup": Hint("podSecurity.fsGroup", number),
    "workload.autoscale.maxReplicas": Hint("autoscale.max", number),
    "workload.autoscale.cpuThreshold": Hint("autoscale.cpu", percentage),
    "workload.autoscale.memThreshold": Hint("autoscale.memory", percentage),
    "workload.resource.cpu": Hint("resources.requests.cpu", cores),
    "workload.resource.maxCpu": Hint("resources.limits.cpu", cores),
    "workload.resource.memory": Hint("resources.requests.memory", quantity),
    "workload.resource.maxMemory": Hint("resources.limits.memory", quantity),
    "workload.resource.storage": Hint("storage.request", quantity),
    "workload.resource.maxStorage": Hint("storage.limit", quantity),
    **{f"workload.livenessProbe.{key}": hint._replace(name=f"liveness.{hint.name}") for key, hint in _PROBE.items()},
    **{f"workload.readinessProbe.{key}": hint._replace(name=f"readiness.{hint.name}") for key, hint in _PROBE.items()},
    "service.type": Hint("serviceType", word("NodePort", "LoadBalancer", "ClusterIP", "Headless", "None")),
    "service.nodeport": Hint("nodePort", port),
    "service.expose.domain": Hint("route.hosts", hosts),
    "service.expose.domainPrefix": Hint("route.prefix", text),
    "service.expose.tlsSecret": Hint("route.tlsSecret", text),
    "service.expose.ingressAnnotations": Hint("route.annotations", mapping),
}
VOLUME_KEYS: Mapping[str, Hint] = {
    "size": Hint("size", quantity),
    "storageClass": Hint("storageClass", text),
    "selector": Hint("selector", selector("service")),
}
# What goes before a hint, by the key of ``x-oam``.
FIRST = {
    "serviceType": "expose",
    "route": "gateway",
    "name": "name",
    "controller": "type",
    "serviceAccount": "serviceAccount",
    "pullSecret": "imagePullSecrets",
    "schedule": "schedule",
    "autoscale": "hpa",
    "size": "size",
    "storageClass": "storageClass",
}


def is_hint(label: str) -> bool:
    """Whether a label is for another converter, and so no label of what runs."""
    return label.startswith(PREFIXES)


def of_service(service: Mapping[str, Any]) -> tuple[dict[str, Any], list[Fault]]:
    """Return the hints on a service as a document, and those that do not count."""
    return _gather(service, SERVICE_LABELS, SERVICE_KEYS)


def of_volume(volume: Mapping[str, Any]) -> tuple[dict[str, Any], list[Fault]]:
    """Return the hints on a top-level volume as a document, and those that do not count."""
    return _gather(volume, VOLUME_LABELS, VOLUME_KEYS)


def _gather(
    entity: Mapping[str, Any], labels: Mapping[str, Hint], keys: Mapping[str, Hint]
) -> tuple[dict[str, Any], list[Fault]]:
    found: dict[str, Any] = {}
    faults: list[Fault] = []
    written: dict[str, Path] = {}
    extension = entity.get("x-oam")
    extension = extension if isinstance(extension, dict) else {}
    for path, key, hint, value in _written(entity, labels, keys):
        if hint is None:
            known = labels if path[0] != EXTENSION else keys
            what = (
                f"no such tool knows the label `{key}`" if known is labels else f"Tako knows no `{key}` of {EXTENSION}"
            )
            faults.append(Fault(path, Outcome.DROPPED, what, strict.near(key, known)))
            continue
        if path[0] == "deploy" and not key.startswith(_IN_DEPLOY):
            say = f"no converter looks for `{key}` among the labels of `deploy`"
            faults.append(Fault(path, Outcome.DROPPED, say, "move it to the labels of the service"))
            continue
        first = FIRST.get(hint.name.partition(".")[0])
        # What lowering put there has no mark: it is the hint itself.
        if first is not None and mark_of(extension, first) is not None:
            faults.append(Fault(path, Outcome.NOT_NEEDED, f"`{first}` of x-oam decides it"))
        elif hint.name in written:
            faults.append(Fault(path, Outcome.NOT_NEEDED, f"{render(written[hint.name])} decides it"))
        else:
            try:
                read = hint.read(value)
            except ValueError as error:
                faults.append(Fault(path, Outcome.DROPPED, f"`{key}` cannot be `{value}`", str(error)))
                continue
            written[hint.name] = path
            _put(found, hint.name.split("."), read)
    if "route" in found and "hosts" not in found["route"]:
        say, advice = "there is no route that it could be for", "say the domain as well"
        routes = [path for name, path in written.items() if name.startswith("route.")]
        faults.extend(Fault(path, Outcome.DROPPED, say, advice) for path in routes)
        del found["route"]
    return found, faults


def _written(
    entity: Mapping[str, Any], labels: Mapping[str, Hint], keys: Mapping[str, Hint]
) -> Iterator[tuple[Path, str, Hint | None, Any]]:
    """Yield what stands there for other converters: its place, what it is called, how to read it, and the value."""
    deploy = entity.get("deploy")
    for place, tree in (((), entity), (("deploy",), deploy if isinstance(deploy, dict) else {})):
        for key, value in (tree.get("labels") or {}).items():
            if is_hint(key):
                yield (*place, "labels", key), key, labels.get(key), value
    given = entity.get(EXTENSION)
    if isinstance(given, dict) and any(key.partition(".")[0] in given for key in keys):
        yield from _keys(given, (), keys)


def _keys(
    node: Mapping[str, Any], above: Path, keys: Mapping[str, Hint]
) -> Iterator[tuple[Path, str, Hint | None, Any]]:
    for key, value in node.items():
        steps = (*above, key)
        name = ".".join(str(step) for step in steps)
        if name not in keys and isinstance(value, dict) and any(known.startswith(f"{name}.") for known in keys):
            yield from _keys(value, steps, keys)
        elif value is not None:
            yield (EXTENSION, *steps), name, keys.get(name), value


def _put(found: dict[str, Any], steps: Iterable[str], value: Any) -> None:
    *above, last = steps
    for step in above:
        found = found.setdefault(step, {})
    found[last] = value
