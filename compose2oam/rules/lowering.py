"""Hints of other converters, said again as the ``x-oam`` that asks for the same; what ``x-oam`` says itself stays.

The entries that are added have no mark, as no user wrote them: a hint is accounted for at its own line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from compose2oam.model.compose import Project, Resolved
from compose2oam.model.dataclass import replace
from compose2oam.model.namedtuple import NamedTuple
from compose2oam.model.outcome import Outcome
from compose2oam.model.path import Path
from compose2oam.rules import hints, strict
from compose2oam.rules.hints import Fault
from compose2oam.source.tree import Map, locate, mark_of

KEY = "x-oam"
LEFT_OUT = "C2O-086"

_EXPOSE = {"NodePort": "nodeport", "LoadBalancer": "loadbalancer"}
# What labels of a service say of all volumes that it mounts.
_OF_ALL_VOLUMES = {"size": "kompose.volume.size", "storageClass": "kompose.volume.storage-class-name"}
# How many replicas kompose scales to where a label does not say it.
_MOST_REPLICAS = 3


class Lowered(NamedTuple):
    """A project without hints that ``x-oam`` can say.

    Attributes:
        project: the project.
        faults: the hints that do not count, with their places in the project.
    """

    project: Project
    faults: list[Fault]


def lower(project: Project) -> Lowered:
    """Return a project in which ``x-oam`` says what hints say, without the services that hints leave out."""
    faults: list[Fault] = []
    services = {name: hints.of_service(tree) for name, tree in project.section("services").items()}
    volumes = {name: hints.of_volume(tree) for name, tree in project.section("volumes").items()}
    if not any(found or wrong for found, wrong in (*services.values(), *volumes.values())):
        return Lowered(project, [])
    for section, entities in (("services", services), ("volumes", volumes)):
        for name, (_, wrong) in entities.items():
            faults.extend(fault._replace(path=(section, name, *fault.path)) for fault in wrong)
    wanted = {name: found for name, (found, _) in volumes.items()}
    for name, (found, _) in services.items():
        faults.extend(_of_mounted(name, found.get("volume", {}), project, wanted))
    hosts = _hosts({name: found for name, (found, _) in services.items()})
    said = {name: _service(project, name, found) for name, (found, _) in services.items()}
    tree = _with(project.tree, "services", said)
    tree = _into(tree, hosts, faults)
    tree = _with(tree, "volumes", {name: _volume(found) for name, found in wanted.items()})
    left_out = [name for name, (found, _) in services.items() if found.get("leftOut")]
    return Lowered(_without(replace(project, tree=tree), left_out), faults)


def _service(project: Project, name: str, found: Mapping[str, Any]) -> dict[str, Any]:
    """Return the ``x-oam`` of a service that says what its hints say."""
    service = project.section("services")[name]
    given: dict[str, Any] = {}
    if "serviceType" in found:
        given["expose"] = _EXPOSE.get(found["serviceType"], "internal")
    if "route" in found or "ingress" in found:
        given["gateway"] = _gateway(found, service)
    # A highest number of 0 is Tako's word for none.
    if found.get("autoscale", {}).get("max", 1) > 0 and "autoscale" in found:
        scale = found["autoscale"]
        least = max(1, scale.get("min", found.get("replicas", 1)))
        given["hpa"] = {**scale, "min": least, "max": max(least, scale.get("max", _MOST_REPLICAS))}
    # With kompose, labels say readiness, and healthcheck says liveness.
    if "readiness" in found and service.get("healthcheck") and hints.EXTENSION not in service:
        given["liveness"] = True
    if "pullSecret" in found:
        given["imagePullSecrets"] = [found["pullSecret"]]
    for hint, key in (("name", "name"), ("serviceAccount", "serviceAccount"), ("schedule", "schedule")):
        if hint in found:
            given[key] = found[hint]
    return {key: value for key, value in given.items() if value is not None}


def _gateway(found: Mapping[str, Any], service: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the first route that is asked for; a rule makes the others (``facts.hints.route``)."""
    route = found.get("route", {})
    ingress = found.get("ingress", {"enabled": False})
    if ingress["enabled"]:
        gateway = {"domain": ingress.get("hostname"), "class": ingress.get("class")}
        gateway["annotations"] = ingress.get("annotations")
        if "port" in ingress:
            gateway["paths"] = {ingress.get("path", "/"): ingress["port"]}
        return {key: value for key, value in gateway.items() if value is not None}
    if "hosts" not in route:
        return None
    first = route["hosts"][0]
    gateway = {"class": route.get("class"), "annotations": route.get("annotations")}
    if first.get("domain"):
        gateway["domain"] = route.get("prefix", "") + first["domain"]
    gateway["tlsSecret"] = route.get("tlsSecret")
    port = first_port(service)
    if port and first["path"] != "/":
        gateway["paths"] = {first["path"]: port}
    return {key: value for key, value in gateway.items() if value is not None}


def first_port(service: Mapping[str, Any]) -> int | None:
    """Return the first container port of a service, ``None`` where it has none."""
    for item in service.get("ports") or ():
        return int(item["target"])
    for item in service.get("expose") or ():
        number = str(item).partition("/")[0].partition("-")[0]
        return int(number) if number.isdigit() else None
    return None


def _of_mounted(service: str, asked: Mapping[str, Any], project: Project, wanted: Any) -> Iterator[Fault]:
    """Give what a service asks of all its volumes to each of them, where nothing else has said it."""
    mounts = project.section("services")[service].get("volumes") or () if asked else ()
    sources = [mount["source"] for mount in mounts if mount.get("type") == "volume" and mount.get("source") in wanted]
    for key, label in _OF_ALL_VOLUMES.items():
        path: Path = ("services", service, "labels", label)
        for source in sources if key in asked else ():
            given = (project.section("volumes")[source] or {}).get(KEY)
            if isinstance(given, Map) and key in given:
                yield Fault(path, Outcome.NOT_NEEDED, f"x-oam of the volume `{source}` decides it")
            elif wanted[source].setdefault(key, asked[key]) != asked[key]:
                say = f"the volume `{source}` is asked to be `{wanted[source][key]}` elsewhere"
                yield Fault(path, Outcome.DROPPED, say, "say it once, on the volume")


def _volume(found: Mapping[str, Any]) -> dict[str, Any]:
    return {key: found[key] for key in ("size", "storageClass") if key in found}


def _with(tree: Map, section: str, extensions: Mapping[str, Mapping[str, Any]]) -> Map:
    """Return a tree in which the parts of a section have further ``x-oam``."""
    if not any(extensions.values()):
        return tree
    parts = tree[section]
    copy = parts.copied()
    for name, extension in extensions.items():
        given = parts[name].get(KEY) if isinstance(parts[name], Map) else None
        if extension and (given is None or isinstance(given, Map)):
            own = parts[name] if isinstance(parts[name], Map) else Map()
            part = own.copied()
            known = given if given is not None else Map()
            part[KEY] = Map({**extension, **known}, known.mark, dict(known.marks))
            copy[name] = part
    return Map({**tree, section: copy}, tree.mark, dict(tree.marks))


def _hosts(found: Mapping[str, Mapping[str, Any]]) -> dict[str, tuple[str, str]]:
    """For each service that is to be in the pod of another, that other and the label; a group's first has the pod."""
    first: dict[str, str] = {}
    made = {}
    for name, asked in found.items():
        if "samePod" in asked:
            made[name] = (str(asked["samePod"]), "katenary.v3/same-pod")
        elif "group" in asked:
            made[name] = (first.setdefault(asked["group"], name), "kompose.service.group")
    return {name: (host, label) for name, (host, label) in made.items() if host != name}


def _into(tree: Map, hosts: Mapping[str, tuple[str, str]], faults: list[Fault]) -> Map:
    """Return a tree in which services share the network of others, where they say nothing of it themselves."""
    if not hosts:
        return tree
    services = tree["services"]
    copy = services.copied()
    for name, (host, label) in hosts.items():
        part = copy[name]
        obstacle = _obstacle(part, host, hosts, services)
        if obstacle:
            faults.append(Fault(("services", name, "labels", label), Outcome.DROPPED, *obstacle))
            continue
        own = {key: value for key, value in part.items() if key != "networks"}
        copy[name] = Map({**own, "network_mode": f"service:{host}"}, part.mark, dict(part.marks))
    return Map({**tree, "services": copy}, tree.mark, dict(tree.marks))


def _obstacle(part: Map, host: str, hosts: Mapping[str, Any], services: Map) -> tuple[str, str] | None:
    if host not in services:
        return f"there is no service `{host}`", strict.near(host, services)
    if host in hosts:
        return f"`{host}` is in the pod of another service itself", "name the service that has the pod"
    written = next((key for key in ("network_mode", "networks") if mark_of(part, key) is not None), "")
    return (f"`{written}` of the service says otherwise", f"leave out `{written}`") if written else None


def _without(project: Project, names: list[str]) -> Project:
    """Return a project without some services, and without what others say of them."""
    if not names:
        return project
    services = project.section("services")
    say = "the service is for another converter to leave out, so it is left out"
    gone = []
    for name in names:
        mark = locate(project.tree, ("services", name))
        if mark is not None:
            gone.append(Resolved(("services", name), mark, services[name], LEFT_OUT, say))
    kept = Map({key: tree for key, tree in services.items() if key not in names}, services.mark, dict(services.marks))
    for service, tree in kept.items():
        needed = tree.get("depends_on")
        if not isinstance(needed, Map) or needed.keys().isdisjoint(names):
            continue
        for name in (name for name in names if name in needed):
            path: Path = ("services", service, "depends_on", name)
            position = locate(project.tree, path)
            if position is not None:
                gone.append(Resolved(path, position, needed[name], LEFT_OUT, f"`{name}` is left out"))
        others = {name: how for name, how in needed.items() if name not in names}
        marks = {name: mark for name, mark in needed.marks.items() if name in others}
        # Without any left the key says nothing, and its line is accounted for already.
        rest = {"depends_on": Map(others, needed.mark, marks)} if others else {}
        own = {key: value for key, value in tree.items() if key != "depends_on"} if not others else tree
        kept[service] = Map({**own, **rest}, tree.mark, {key: tree.marks[key] for key in tree.marks if key in own})
    tree = Map({**project.tree, "services": kept}, project.tree.mark, dict(project.tree.marks))
    return replace(project, tree=tree, resolved=(*project.resolved, *gone))
