"""Published ports."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Iterable
from typing import Any

from compose2oam.diagnostics import Severity
from compose2oam.model.outcome import Outcome
from compose2oam.model.path import Path
from compose2oam.model.regex import regex
from compose2oam.model.workload import Part
from compose2oam.rules.context import Context
from compose2oam.rules.names import QUALIFIED_NAME
from compose2oam.rules.outside import HIGHEST_PORT, is_loopback

# A Service with thousands of ports is an object that the cluster's store and its nodes cannot take.
MOST_PORTS = 250
_PROTOCOLS = ("TCP", "UDP", "SCTP")

# What Kubernetes takes as the name of a port (IANA_SVC_NAME), but for what ports without a name are called.
_NAME = regex(r"(?!port-\d)(?=[a-z0-9-]*[a-z])(?![a-z0-9-]*--)[a-z0-9]([a-z0-9-]{0,13}[a-z0-9])?\Z")


def ports(published: Any, context: Context) -> list[Part] | None:
    """Return container ports for Compose ``ports``, each (port, protocol) once.

    A Service keeps the port of the container, so that other services reach it as they did in Compose.
    """
    made: dict[tuple[int, str], Part] = {}
    routed = _routed(published, context)
    if len(published) > MOST_PORTS:
        say = f"{len(published)} ports are more than a Service can have; the first {MOST_PORTS} are kept"
        context.note(Outcome.DROPPED, say, ("ports",), "`network_mode: host` opens them all on the node")
    for index, item in enumerate(published[:MOST_PORTS]):
        path = ("ports", index)
        port, protocol = int(item["target"]), str(item.get("protocol") or "tcp").upper()
        if wrong := misfit(port, protocol):
            context.note(Outcome.DROPPED, wrong, path)
            continue
        part = made.setdefault((port, protocol), Part({"containerPort": port, "protocol": protocol}, path))
        _name(item, path, part, made.values(), context)
        _speaks(item, path, part, context)
        number = _one_of_range(item, path, context)
        if item.get("mode") == "host" and number.isdigit():
            part["hostPort"] = int(number)
            if item.get("host_ip") and not _is_any(item["host_ip"]):
                part["hostIP"] = item["host_ip"]
            context.note(
                Outcome.APPROXIMATED,
                f"port {number} is opened on every node that runs the service",
                path,
                "leave out `mode: host` to reach it through a Service alone",
            )
        elif number and is_loopback(item.get("host_ip")):
            say = f"port {port} was open to this machine alone; in the cluster other services reach it, nobody else"
            context.note(Outcome.APPROXIMATED, say, path)
        elif port in routed:
            if number:
                part.setdefault("published", number)
            _note_routed(context, path, port)
        elif number:
            part.setdefault("published", number)
            if "publish" not in context.model and "hostPorts" not in context.model:
                _note_unpublished(context, path, number, port)
        elif "publish" in context.model:
            # Docker chooses a port of the machine; a Service needs one, and the container's own will do.
            part.setdefault("published", str(port))
    return list(made.values()) or None


def misfit(port: int, protocol: str) -> str:
    """Say why something is no port of a container, nothing if it is one.

    Docker Compose reads some that Docker refuses when it starts a container; Kubernetes refuses the whole workload.
    """
    if not 0 < port <= HIGHEST_PORT:
        return f"no container has a port {port}: they go from 1 to {HIGHEST_PORT}"
    return "" if protocol in _PROTOCOLS else f"no port is reached by `{protocol.lower()}`: use tcp, udp or sctp"


def _one_of_range(item: Any, path: Path, context: Context) -> str:
    """Return the published port, of a range the first: Docker takes any that is free, and a Service must name one."""
    number, dash, last = str(item.get("published") or "").partition("-")
    if number and not (number.isdecimal() and int(number) <= HIGHEST_PORT):
        say = f"no machine has a port `{number}`, so none is opened"
        context.note(Outcome.DROPPED, say, path, f"write a number up to {HIGHEST_PORT}")
        return ""
    if dash and number != last and context.model.keys() & {"publish", "hostPorts"}:
        context.note(Outcome.APPROXIMATED, f"of the range {number}-{last} the first port is taken", path)
    return number


def _name(item: Any, path: Path, part: Part, parts: Iterable[Part], context: Context) -> None:
    """Give a port the name that Compose has for it, and say what of that does not come along."""
    name = str(item.get("name") or "")
    if name and "name" not in part and _NAME.match(name) and name not in {other.get("name") for other in parts}:
        part["name"] = name
    elif name and part.get("name") != name:
        say = f"Kubernetes takes no port called `{name}` here, so its number is its name"
        context.note(Outcome.APPROXIMATED, say, (*path, "name"), severity=Severity.INFO)


def _speaks(item: Any, path: Path, part: Part, context: Context) -> None:
    """Give a port the protocol of its application (Kubernetes, ``ServicePort.appProtocol``)."""
    spoken = str(item.get("app_protocol") or "")
    if QUALIFIED_NAME.match(spoken):
        if part.setdefault("appProtocol", spoken) != spoken:
            say = f"port {part['containerPort']} of a Service speaks one protocol: {part['appProtocol']}"
            context.note(Outcome.DROPPED, say, (*path, "app_protocol"))
    elif spoken:
        say = f"Kubernetes takes no protocol called `{spoken}` for an application"
        hint = "letters, digits, `-`, `_` and `.`, such as http, grpc or kubernetes.io/h2c"
        context.note(Outcome.DROPPED, say, (*path, "app_protocol"), hint)


def _routed(published: Any, context: Context) -> Collection[int]:
    """Return the container ports that HTTP from outside is routed to."""
    if "gateway" not in context.model:
        return ()
    paths = context.model["gateway"].get("paths") or {"/": published[0]["target"]}
    return {int(port) for port in paths.values()}


def _note_routed(context: Context, path: tuple[str | int, ...], port: int) -> None:
    """Say where a port is reached that the settings, not ``x-oam.gateway``, route to."""
    if "gateway" not in context.facts["extension"]:
        say = f"port {port} is reached as http://{context.facts['domain']}"
        context.note(Outcome.INFERRED, say, path, severity=Severity.INFO)


def _note_unpublished(context: Context, path: tuple[str | int, ...], number: str, port: int) -> None:
    name = context.facts["name"]
    hint = (
        f"`kubectl port-forward service/{name} {number}:{port}`, "
        "or --expose, or `x-oam: {expose: loadbalancer}`, or `x-oam: {gateway: ...}`"
    )
    say = f"port {number} of the machine is not opened: in the cluster the service is {name}:{port}"
    context.note(Outcome.APPROXIMATED, say, path, hint, Severity.INFO)


def _is_any(address: str) -> bool:
    return address == "*" or ipaddress.ip_address(address.strip("[]")).is_unspecified
