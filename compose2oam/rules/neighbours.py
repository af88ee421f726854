"""The ports of services that a project uses, whether or not they are declared.

In Compose every port of a container is open to its neighbours; on a cluster a Service opens those that it lists. So
what a project shows of other ports is looked for: addresses in variables, commands, health checks and configs, a host
and a port in two variables, the usual port of a protocol, and what well-known images open.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from compose2oam.model.compose import Project
from compose2oam.model.namedtuple import NamedTuple
from compose2oam.model.regex import regex
from compose2oam.rules.images import image_of
from compose2oam.rules.outside import HIGHEST_PORT

_NAME = r"(?<![\w.-])[A-Za-z0-9][\w.-]*"
_ADDRESS = regex(rf"({_NAME}):(\d{{2,5}})(?![\w.:-])")
# The part before the host may hold a user and a password.
_URL = regex(rf"\b([a-z][a-z0-9+]*)://(?:[^\s/@]*@)?({_NAME})(?=[/?#,;\s\"']|\Z)")
_WEB = regex(r"\bhttps?://[^\s,;]+")
# What stands before a smaller number is rather an image with its tag (`postgres:16`).
_LEAST = 80
_HOST_ENDS = ("HOSTNAME", "HOST", "SERVER", "ADDRESS", "ADDR")
_PEERS = ("HOSTS", "MEMBERS", "NODES", "PEERS", "SEEDS", "SERVERS")
# The ports that a URL without one means (IANA, and the clients of these); `http://web` may be meant for browsers.
_OF_SCHEMES = {
    "amqp": 5672,
    "ldap": 389,
    "mariadb": 3306,
    "mongodb": 27017,
    "mqtt": 1883,
    "mysql": 3306,
    "nats": 4222,
    "postgres": 5432,
    "postgresql": 5432,
    "redis": 6379,
    "smtp": 25,
}
# What images open by themselves that are often declared in part: a console is published, what programs use is not.
_OF_IMAGES = {
    "activemq": (61616,),
    "cassandra": (9042,),
    "clickhouse-server": (8123, 9000),
    "consul": (8500,),
    "elasticsearch": (9200,),
    "etcd": (2379,),
    "influxdb": (8086,),
    "mailhog": (1025,),
    "mailpit": (1025,),
    "mariadb": (3306,),
    "minio": (9000,),
    "mongo": (27017,),
    "mysql": (3306,),
    "nats": (4222,),
    "neo4j": (7687,),
    "opensearch": (9200,),
    "postgres": (5432,),
    "rabbitmq": (5672,),
    "redis": (6379,),
    "valkey": (6379,),
    "vault": (8200,),
    "zookeeper": (2181,),
}
# What several services of one image open for each other.
_AMONG_THEMSELVES = {
    "cassandra": (7000,),
    "consul": (8300, 8301),
    "elasticsearch": (9300,),
    "etcd": (2380,),
    "opensearch": (9300,),
    "zookeeper": (2888, 3888),
}


class Use(NamedTuple):
    """Who uses a port: the service that names it, empty where the image itself opens it."""

    port: int
    service: str


class Neighbours(NamedTuple):
    """What services that declare ports are to each other.

    Attributes:
        ports: for each of them the ports that are in use, each by its first user.
        early: those that must be reached before they are healthy: one that calls itself by its name, as a broker or a
            health check does, and members of a cluster, which name each other and are of one image.
    """

    ports: Mapping[str, Mapping[int, Use]]
    early: frozenset[str]


def neighbours(project: Project, aliases: Mapping[str, list[str]]) -> Neighbours:
    """Look for what services use of each other.

    Args:
        project: the project.
        aliases: the further names of each service.
    """
    services = project.section("services")
    ports: dict[str, dict[int, Use]] = {name: {} for name, tree in services.items() if _declares(tree)}
    hosts: dict[str, list[str]] = {}
    for service in ports:
        for host in (service, *aliases[service]):
            hosts.setdefault(host.lower(), []).append(service)
    named: set[tuple[str, str]] = set()
    for service, tree in services.items() if hosts else ():
        for host, port in _uses(tree, project, hosts):
            for other in hosts.get(host.lower(), ()) if port <= HIGHEST_PORT else ():
                named.add((service, other))
                if port:
                    ports[other].setdefault(port, Use(port, service))
    images = {service: image_of(tree.get("image")).name for service, tree in services.items()}
    count = Counter(images.values())
    for service, known in ports.items() if len(services) > 1 else ():
        image = images[service]
        for port in (*_OF_IMAGES.get(image, ()), *(_AMONG_THEMSELVES.get(image, ()) if count[image] > 1 else ())):
            known.setdefault(port, Use(port, ""))
    early = {
        other
        for service, other in named
        if (other, service) in named and _is_checked(services[other]) and _are_alike(services[service], services[other])
        if service != other or any(other in hosts[host] for host in _called(services[other], project, hosts))
    }
    return Neighbours(ports, frozenset(early))


def _called(tree: Any, project: Project, hosts: Mapping[str, Any]) -> set[str]:
    """Return the hosts that a service calls; a variable with a web address rather tells others where it is."""
    environment = {name: _WEB.sub("", str(value or "")) for name, value in (tree.get("environment") or {}).items()}
    found = {host.lower() for host, _ in _uses({**tree, "environment": environment}, project, hosts)}
    return found & hosts.keys()


def _are_alike(one: Any, other: Any) -> bool:
    return all(one.get(key) == other.get(key) for key in ("image", "build"))


def _is_checked(tree: Any) -> bool:
    """Whether a service is unhealthy at first, so that its Service leads nowhere."""
    check = tree.get("healthcheck") or {}
    return bool(check.get("test")) and not check.get("disable")


def _declares(tree: Any) -> bool:
    return bool(tree.get("ports") or tree.get("expose"))


def _uses(tree: Any, project: Project, hosts: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """Yield the hosts that a service names, each with its port, 0 where none is said."""
    environment = tree.get("environment") or {}
    for name, value in environment.items():
        # A bare word is as likely a user or a database; among others, or in such a variable, it is a host.
        text = str(value or "")
        for item in text.split(",") if "," in text or name.upper().endswith(_PEERS) else ():
            if item.lower() in hosts:
                yield item, 0
        if text.lower() in hosts:
            for end in _HOST_ENDS:
                # A bare `HOST` and `PORT` rather say where the service itself listens.
                if name.upper().endswith(end) and name.upper() != end:
                    port = str(environment.get(f"{name[: -len(end)]}{'PORT' if name.isupper() else 'port'}") or "")
                    if port.isdecimal():
                        yield text, int(port)
                    break
    for text in _texts(tree, project):
        if ":" in text:
            for scheme, host in _URL.findall(text) if "://" in text else ():
                yield host, _OF_SCHEMES.get(scheme, 0)
            for host, port in _ADDRESS.findall(text):
                if int(port) >= _LEAST:
                    yield host, int(port)


def _texts(tree: Any, project: Project) -> Iterator[str]:
    """Yield the texts of a service in which an address of another may stand."""
    for value in (tree.get("environment") or {}).values():
        yield str(value or "")
    for words in (tree.get("entrypoint"), tree.get("command"), (tree.get("healthcheck") or {}).get("test")):
        yield from (str(word) for word in words or ())
    for config in tree.get("configs") or ():
        yield str((project.section("configs").get(config["source"]) or {}).get("content") or "")
