"""Where a service is reached: inside the cluster, on its nodes, and from outside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from compose2oam.cluster.applications import APPLICATION, COMPONENT, Running
from compose2oam.cluster.client import Cluster, Refused
from compose2oam.cluster.workloads import Place
from compose2oam.model.namedtuple import NamedTuple

_Manifest = Mapping[str, Any]


class Way(NamedTuple):
    """One way to a port.

    Attributes:
        port: of the container, by number or by name as the Service has it; 0 where all ports of the pod are meant.
        protocol: ``tcp``, ``udp`` or ``sctp``.
        via: ``cluster``, ``node``, ``load balancer``, ``address`` or ``ingress``.
        address: to use: host and port, or a URL.
        object: the kind and name of what makes the way.
    """

    port: int
    protocol: str
    via: str
    address: str
    object: str


def ways(cluster: Cluster, running: Running, service: str, found: Iterable[Place]) -> list[Way]:
    """Return all ways to a service.

    What may not be read, as Ingresses often, is left out.

    Args:
        cluster: where.
        running: the project.
        service: of Compose.
        found: the containers of the service, from which named ports are known.

    Raises:
        UsageError: there is no such service.
        ClusterError: the cluster refused.
    """
    component = running.of_services([service])[0][0]
    found = list(found)
    named = dict(_named(found))
    pods = [(place.pod["metadata"].get("labels") or {}) for place in found]
    home = f"namespaces/{running.namespace}"
    services = [
        item
        for item in cluster.items(f"/api/v1/{home}/services") or ()
        if _is_of(item, running, component) or _selects(item, pods)
    ]
    made = [way for item in services for way in _of_service(item, named)]
    by_name = {str(item["metadata"]["name"]): item for item in services}
    try:
        for ingress in cluster.items(f"/apis/networking.k8s.io/v1/{home}/ingresses") or ():
            made += _of_ingress(ingress, by_name, named)
    except Refused as error:
        if error.status != 403:
            raise
    return list(dict.fromkeys(made))


def container_ports(found: Iterable[Place]) -> list[tuple[int, str]]:
    """Return the ports that containers say they open, with the protocol of each."""
    return list(dict.fromkeys((number, protocol) for _, (number, protocol) in _declared(found)))


def _declared(found: Iterable[Place]) -> Iterator[tuple[str, tuple[int, str]]]:
    for place in found:
        for container in (place.pod.get("spec") or {}).get("containers") or ():
            if container["name"] == place.container:
                for port in container.get("ports") or ():
                    protocol = str(port.get("protocol") or "TCP").lower()
                    yield str(port.get("name") or ""), (int(port["containerPort"]), protocol)


def _named(found: Iterable[Place]) -> Iterator[tuple[str, int]]:
    for name, (number, _) in _declared(found):
        if name:
            yield name, number


def _is_of(item: _Manifest, running: Running, component: str) -> bool:
    """Whether a Service says that it is of a component."""
    selector = (item.get("spec") or {}).get("selector") or {}
    labels = item["metadata"].get("labels") or {}
    if labels.get(APPLICATION) != running.name:
        return False
    return str(selector.get(COMPONENT) or labels.get(COMPONENT) or "") == component


def _selects(item: _Manifest, pods: Iterable[Mapping[str, str]]) -> bool:
    """Whether a Service leads to one of some pods, of which the labels are given, whoever made it."""
    selector = (item.get("spec") or {}).get("selector") or {}
    return bool(selector) and any(selector.items() <= labels.items() for labels in pods)


def _target(port: _Manifest, named: Mapping[str, int]) -> int:
    """Return the port of the container that one of a Service leads to (Kubernetes, ``ServicePort.targetPort``)."""
    target = port.get("targetPort") or port["port"]
    return target if isinstance(target, int) else named.get(str(target), int(port["port"]))


def _of_service(item: _Manifest, named: Mapping[str, int]) -> Iterator[Way]:
    name, namespace, spec = item["metadata"]["name"], item["metadata"]["namespace"], item.get("spec") or {}
    what = f"Service {name}"
    outside = [
        str(one.get("hostname") or one.get("ip"))
        for one in ((item.get("status") or {}).get("loadBalancer") or {}).get("ingress") or ()
    ]
    if not spec.get("ports"):
        yield Way(0, "tcp", "cluster", f"{name}.{namespace}.svc", what)
    for port in spec.get("ports") or ():
        target, protocol = _target(port, named), str(port.get("protocol") or "TCP").lower()
        # One without an address of its own leads straight to the pods, at their own port.
        number = target if spec.get("clusterIP") == "None" else port["port"]
        yield Way(target, protocol, "cluster", f"{name}.{namespace}.svc:{number}", what)
        for address in outside:
            yield Way(target, protocol, "load balancer", f"{_host(address)}:{port['port']}", what)
        for address in spec.get("externalIPs") or ():
            yield Way(target, protocol, "address", f"{_host(str(address))}:{port['port']}", what)
        if port.get("nodePort"):
            yield Way(target, protocol, "node", f"NODE:{port['nodePort']}", what)


def _host(address: str) -> str:
    return f"[{address}]" if ":" in address else address


def _of_ingress(item: _Manifest, services: Mapping[str, _Manifest], named: Mapping[str, int]) -> Iterator[Way]:
    spec = item.get("spec") or {}
    secure = {str(host) for tls in spec.get("tls") or () for host in tls.get("hosts") or ()}
    rules = [
        (str(rule.get("host") or "*"), str(path.get("path") or "/"), path.get("backend") or {})
        for rule in spec.get("rules") or ()
        for path in (rule.get("http") or {}).get("paths") or ()
    ]
    if spec.get("defaultBackend"):
        rules.append(("*", "/", spec["defaultBackend"]))
    for host, path, backend in rules:
        wanted = backend.get("service") or {}
        there = services.get(str(wanted.get("name")))
        if there is None:
            continue
        scheme = "https" if host in secure else "http"
        asked = wanted.get("port") or {}
        for port in (there.get("spec") or {}).get("ports") or ():
            if asked.get("number") == port["port"] or (asked.get("name") and asked["name"] == port.get("name")):
                address = f"{scheme}://{host}{path}"
                yield Way(_target(port, named), "tcp", "ingress", address, f"Ingress {item['metadata']['name']}")
