"""Laws between values, that no list of parameters can tell: one function each, by the type that it is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from compose2oam.oam.findings import Findings
from compose2oam.oam.traits import workload_of
from compose2oam.oam.view import Part, View, items, mapping

_KINDS = {"deployments.apps": "Deployment", "statefulsets.apps": "StatefulSet", "daemonsets.apps": "DaemonSet"}

# The template of k8s-update-strategy writes nothing for these.
_STRATEGIES_WITHOUT_EFFECT = frozenset(
    [("Deployment", "OnDelete"), ("StatefulSet", "Recreate"), ("DaemonSet", "Recreate")]
)

# Capabilities that make a container as good as privileged, for the API's validation.
_NEAR_PRIVILEGED = frozenset(["SYS_ADMIN", "CAP_SYS_ADMIN"])


def check_values(view: View, findings: Findings) -> None:
    """Apply the laws of every component's and trait's type."""
    for component in view.components:
        for part in (component, *component.traits):
            for law in _LAWS.get(part.type, ()):
                law(component, part, findings)


def _target_kind(component: Part, trait: Part, findings: Findings) -> None:
    kind = _KINDS.get(workload_of(component.definition), "")
    target = trait.properties.get("targetKind", "Deployment")
    if kind and isinstance(target, str) and target != kind:
        message = f"{trait.type} changes a {target}, and {component.name} is a {kind}"
        findings.add("OAM-161", trait.at("targetKind"), message, f"set targetKind: {kind}")


def _least_and_greatest(component: Part, trait: Part, findings: Findings) -> None:
    least, greatest = trait.properties.get("min", 1), trait.properties.get("max", 10)
    if isinstance(least, int) and isinstance(greatest, int) and least > greatest:
        findings.add(
            "OAM-162", trait.at("min"), f"{trait.type} of {component.name} has min {least} above max {greatest}"
        )


def _privileges(component: Part, trait: Part, findings: Findings) -> None:
    settings = [(trait.at("containers", index), entry) for index, entry in items(trait.properties.get("containers"))]
    for path, entry in settings or [(trait.at(), trait.properties)]:
        added = entry.get("addCapabilities")
        mighty = entry.get("privileged") is True or (
            isinstance(added, list) and not _NEAR_PRIVILEGED.isdisjoint(item for item in added if isinstance(item, str))
        )
        if mighty and entry.get("allowPrivilegeEscalation", False) is False:
            findings.add(
                "OAM-163", path,
                f"{component.name} is privileged, or has SYS_ADMIN, and allowPrivilegeEscalation is false",
                "set allowPrivilegeEscalation: true; the trait writes false where nothing is said",
            )  # fmt: skip


def _port_names(component: Part, part: Part, findings: Findings) -> None:
    seen: set[str] = set()
    for index, entry in items(part.properties.get("ports")):
        name = entry.get("name") or _port_name(part.type, entry)
        if isinstance(name, str) and name in seen:
            message = f"two ports of {component.name} have the name {name}"
            findings.add("OAM-164", part.at("ports", index), message, "give each entry a name of its own")
        seen.add(str(name))


def _port_name(part_type: str, entry: Mapping[str, Any]) -> str:
    """Return the name that a definition gives to a port without one."""
    port = entry.get("containerPort", entry.get("port"))
    protocol = str(entry.get("protocol", "TCP")).lower()
    # A daemon's template does not look at the protocol.
    return f"port-{port}" if protocol == "tcp" or part_type == "daemon" else f"port-{port}-{protocol}"


def _tls_domain(component: Part, trait: Part, findings: Findings) -> None:
    if trait.properties.get("secretName") and not trait.properties.get("domain"):
        findings.add(
            "OAM-165", trait.at("secretName"), f"the gateway of {component.name} has a certificate and no domain",
            "set domain",
        )  # fmt: skip


def _strategy(component: Part, trait: Part, findings: Findings) -> None:
    strategy = mapping(trait.properties.get("strategy"))
    kind = trait.properties.get("targetKind", "Deployment")
    way = strategy.get("type", "RollingUpdate")
    rolling = strategy.get("rollingStrategy")
    if (kind, way) in _STRATEGIES_WITHOUT_EFFECT:
        message = f"{trait.type} of {component.name} does nothing: a {kind} knows no {way}"
        findings.add("OAM-146", trait.at("strategy", "type"), message)
    elif way == "RollingUpdate" and rolling is None:
        message = f"the RollingUpdate of {component.name} has no rollingStrategy"
        findings.add("OAM-165", trait.at("strategy"), message, "set rollingStrategy: {}; it cannot be rendered without")
    elif way == "RollingUpdate" and kind == "DaemonSet" and _both_set(mapping(rolling)):
        message = "a DaemonSet takes maxSurge or maxUnavailable, and the other must be zero"
        hint = 'set one of them to "0%"; both are 25% where nothing is said'
        findings.add("OAM-163", trait.at("strategy", "rollingStrategy"), message, hint)


def _both_set(rolling: Mapping[str, Any]) -> bool:
    return all(str(rolling.get(key, "25%")).rstrip("%") != "0" for key in ("maxSurge", "maxUnavailable"))


def _event_scaler(component: Part, trait: Part, findings: Findings) -> None:
    """KEDA's own laws: whom it scales, and that it is idle with less than the least."""
    given = trait.properties
    kind = _KINDS.get(workload_of(component.definition), "")
    target = mapping(given.get("scaleTargetRef")).get("kind", "Deployment")
    if kind and isinstance(target, str) and target != kind:
        message = f"{trait.type} changes a {target}, and {component.name} is a {kind}"
        findings.add("OAM-161", trait.at("scaleTargetRef", "kind"), message, f"set scaleTargetRef.kind: {kind}")
    least, greatest = given.get("minReplicaCount", 1), given.get("maxReplicaCount", 100)
    if isinstance(least, int) and isinstance(greatest, int) and least > greatest:
        message = f"{trait.type} of {component.name} has minReplicaCount {least} above maxReplicaCount {greatest}"
        findings.add("OAM-162", trait.at("minReplicaCount"), message)
    idle = given.get("idleReplicaCount", 0)
    if isinstance(least, int) and isinstance(idle, int) and idle >= least:
        message = f"{trait.type} of {component.name} is idle with {idle} replicas, and its least number is {least}"
        hint = "leave minReplicaCount at 1: idleReplicaCount is 0 where nothing is said, so it goes down to nothing"
        findings.add("OAM-163", trait.at("minReplicaCount"), message, hint)


def _stepwise(component: Part, trait: Part, findings: Findings) -> None:
    """A release in steps is a rolling update; a workload that is updated otherwise takes none."""
    for other in component.traits:
        way = mapping(other.properties.get("strategy")).get("type", "RollingUpdate")
        if other.type == "k8s-update-strategy" and way != "RollingUpdate":
            message = f"{trait.type} sends {component.name} out in steps, and its update strategy is {way}"
            findings.add("OAM-163", other.at("strategy", "type"), message, "use RollingUpdate, or release at once")


Law = Callable[[Part, Part, Findings], None]

_LAWS: dict[str, tuple[Law, ...]] = {
    "webservice": (_port_names,),
    "statefulset": (_port_names,),
    "daemon": (_port_names,),
    "hpa": (_target_kind, _least_and_greatest),
    "cpuscaler": (_target_kind, _least_and_greatest),
    "k8s-update-strategy": (_target_kind, _strategy),
    "securitycontext": (_privileges,),
    "gateway": (_tls_domain,),
    "cronhpa": (_target_kind,),
    "keda-auto-scaler": (_event_scaler,),
    "kruise-rollout": (_stepwise,),
    "rolling-release": (_stepwise,),
    "rollout": (_stepwise,),
}
