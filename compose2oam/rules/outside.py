"""How the ports of services are reached from outside the cluster, as far as the project and the settings say it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from compose2oam.model.compose import Project
from compose2oam.rules.settings import Settings

HIGHEST_PORT = 65535

# Container ports on which programs speak something else than HTTP (IANA, and what images of databases and queues use).
_OTHER_PROTOCOLS = frozenset(
    {21, 22, 23, 25, 53, 110, 111, 135, 139, 143, 389, 445, 465, 587, 636, 993, 995, 1194, 1433, 1521, 1883, 2049}
    | {2181, 2222, 3306, 3389, 4222, 5060, 5432, 5433, 5671, 5672, 6379, 6380, 6432, 7687, 8883, 9042, 9092, 9094}
    | {11211, 25565, 26257, 26379, 27017, 27018, 28015, 33060, 51820}
)
# Ports on which programs speak HTTP within TLS, which an ingress does not do to them.
_ENCRYPTED = frozenset({443, 8443})
_HTTP = ("http", "http2", "h2c", "ws", "grpc")


def ways_out(
    project: Project, names: Mapping[str, str], jobs: Collection[str], settings: Settings
) -> dict[str, dict[str, Any]]:
    """Return for each service how it is reached from outside.

    Args:
        project: the project.
        names: the names of the workloads, by service.
        jobs: the services that another one waits for to end.
        settings: what is chosen.

    ``expose`` is the word of ``x-oam.expose`` or of the settings, ``internal`` where nothing is published; ``routed``
    says whether HTTP is routed to it, ``httpPort`` to which container port, and ``domain`` under which name: the
    domain of the settings, with the service's name before it if several are routed there.
    """
    found: dict[str, dict[str, Any]] = {}
    sharing: list[str] = []
    for service, tree in project.section("services").items():
        given = tree.get("x-oam") or {}
        port = http_port(tree)
        expose = given.get("expose")
        if expose is None:
            mode = str((tree.get("deploy") or {}).get("mode") or "")
            ends = service in jobs or mode.endswith("-job") or "schedule" in given
            # What runs on every node has no one address that a route could lead to.
            can = port is not None and mode != "global" if settings.expose == "ingress" else _has_service(tree)
            expose = settings.expose if can and not ends else "internal"
        routed = "gateway" in given or expose == "ingress"
        found[service] = {"expose": expose, "routed": routed, "httpPort": port}
        if routed and not (given.get("gateway") or {}).get("domain"):
            sharing.append(service)
    for service in sharing if settings.domain else ():
        found[service]["domain"] = settings.domain if len(sharing) == 1 else f"{names[service]}.{settings.domain}"
    return found


def open_ports(tree: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the items of ``ports`` that others than the machine itself can reach."""
    for item in tree.get("ports") or ():
        if not is_loopback(item.get("host_ip")):
            yield item


def http_port(tree: Any) -> int | None:
    """Return the container port of the first published port that is likely to speak HTTP, ``None`` without one."""
    found = [int(item["target"]) for item in open_ports(tree) if _may_be_http(item)]
    return next((port for port in found if port not in _ENCRYPTED), found[0] if found else None)


def _has_service(tree: Any) -> bool:
    """Whether some port is reached through a Service, rather than on the node itself."""
    return any(item.get("mode") != "host" for item in open_ports(tree))


def _may_be_http(item: Mapping[str, Any]) -> bool:
    protocol = item.get("app_protocol")
    if item.get("protocol", "tcp") != "tcp" or item.get("mode") == "host":
        return False
    return protocol in _HTTP if protocol else int(item["target"]) not in _OTHER_PROTOCOLS


def is_loopback(address: Any) -> bool:
    """Whether a ``host_ip`` is the machine's own, which nobody else can reach."""
    if not address:
        return False
    import ipaddress

    try:
        return ipaddress.ip_address(str(address).strip("[]")).is_loopback
    except ValueError:
        return str(address) == "localhost"
