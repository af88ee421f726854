"""``compose2oam port`` and ``compose2oam port-forward``: ways to a service, and one from this machine."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Annotated, Optional

from compose2oam.cli import options, place, results
from compose2oam.cli.declaring import Argument, Option

if TYPE_CHECKING:
    from compose2oam.cluster.forwarding import Port
    from compose2oam.cluster.workloads import Place


_HEAD = ["PORT", "VIA", "ADDRESS", "OBJECT"]
_MOST = 65535


class Protocol(str, Enum):
    """A protocol of a port."""

    TCP = "tcp"
    UDP = "udp"
    SCTP = "sctp"


@place.of_a_project
def port(
    service: place.Service,
    where: place.Where,
    private: Annotated[
        Optional[int],
        Argument(metavar="[PORT]", min=1, max=_MOST, help="A port of its container; all by default."),
    ] = None,
    protocol: Annotated[Optional[Protocol], Option("--protocol", help="Only this protocol; all by default.")] = None,
    format: options.TableOrJson = options.ListFormat.TABLE,
) -> None:
    """Show where a service is reached: in the cluster, on its nodes, and from outside; with -p no Compose file is read.

    Example: compose2oam port -p shop web 80
    """
    from compose2oam.cluster.listing import pods_of
    from compose2oam.cluster.ports import ways
    from compose2oam.cluster.workloads import places
    from compose2oam.errors import UsageError

    there = where.cluster()
    running = where.running(there)
    found = ways(there, running, service, places(running, pods_of(there, running), service))
    shown = [
        way
        for way in found
        if (private is None or way.port in {private, 0}) and (protocol is None or way.protocol == protocol.value)
    ]
    if not shown and (found or private is not None):
        has = ", ".join(dict.fromkeys(f"{way.port}/{way.protocol}" for way in found)) or "none that others reach"
        asked = "/".join(str(part) for part in (private, protocol and protocol.value) if part)
        raise UsageError(f"{service} has no port {asked}; it has {has}")
    if format is options.ListFormat.JSON:
        results.as_json([way._asdict() for way in shown])
        return
    if not shown:
        from compose2oam.cli.console import Console

        Console().note(f"no port of {service} is reached by others; port-forward leads to any of its ports")
        return
    cells = [[f"{way.port or 'all'}/{way.protocol}", way.via, way.address, way.object] for way in shown]
    for line in place.table([_HEAD, *cells]):
        results.line(line)


@place.of_a_project
def port_forward(
    service: place.Service,
    where: place.Where,
    ports: Annotated[
        Optional[list[str]],
        Argument(
            metavar="[[LOCAL:]PORT]...", help="Ports of its container; all by default. :PORT takes any that is free."
        ),
    ] = None,
    address: Annotated[
        Optional[list[str]],
        Option("--address", metavar="IP", help="Where to listen; localhost by default. 0.0.0.0 lets others in."),
    ] = None,
    format: options.LinesOfJson = options.TextFormat.TEXT,
) -> None:
    """Let ports of this machine lead to a service, until Ctrl-C; with -p no Compose file is read.

    When its pod goes, the next connection goes to another one.

    Example: compose2oam port-forward -p shop web 8080:80
    """
    from compose2oam.cli.console import Console
    from compose2oam.cluster.forwarding import Forwarding
    from compose2oam.cluster.listing import pods_of
    from compose2oam.cluster.workloads import places

    console = Console()
    there = where.cluster()
    running = where.running(there)
    wanted = _ports(ports or [], places(running, pods_of(there, running), service), service)
    forwarding = Forwarding(there, running, service, wanted, address or ["127.0.0.1"], console.note)
    for own, number, remote in forwarding.ports:
        if format is options.TextFormat.JSON:
            results.as_json_line({"service": service, "address": own, "port": number, "remotePort": remote})
        else:
            results.line(f"{own}:{number} -> {service}:{remote}")
    try:
        forwarding.serve()
    except KeyboardInterrupt:
        # As it is meant to end.
        console.line()
    finally:
        forwarding.close()


def _ports(texts: list[str], found: list[Place], service: str) -> list[Port]:
    from compose2oam.cluster.forwarding import Port
    from compose2oam.cluster.ports import container_ports
    from compose2oam.errors import UsageError

    if not texts:
        declared = [number for number, protocol in container_ports(found) if protocol == "tcp"]
        if not declared:
            raise UsageError(f"{service} does not say which ports it opens; name one, such as 8080:80")
        return [Port(number, number) for number in declared]
    made = []
    for text in texts:
        local, colon, remote = text.rpartition(":")
        numbers = [local or "0" if colon else remote, remote]
        if not all(number.isdecimal() and int(number) <= _MOST for number in numbers) or not int(remote):
            raise UsageError(f"{text!r} is no port; write 80, 8080:80 or :80")
        made.append(Port(*map(int, numbers)))
    return made
