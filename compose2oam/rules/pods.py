"""Which services are containers of one pod, as far as the project itself tells."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from compose2oam.diagnostics import Diagnostic
from compose2oam.model.compose import Project
from compose2oam.rules.faults import fault
from compose2oam.source.tree import locate

PREFIX = "service:"
# The keys by which a service asks to live in another one; the first of them that does decides on the pod.
KEYS = ("network_mode", "pid", "ipc")
# What x-oam says of a component, which a service in the pod of another one does not have.
_OF_COMPONENT = (
    "type",
    "component",
    "properties",
    "traits",
    "patch",
    "dependsOn",
    "inputs",
    "outputs",
    "hpa",
    "keda",
    "canary",
    "as",
    "scopes",
    "schedule",
)


def named(tree: Any, key: str) -> str:
    """Return the service that a key of a service names, empty where it names none."""
    value = str(tree.get(key) or "")
    return value[len(PREFIX) :] if value.startswith(PREFIX) else ""


def lender(entry: Any) -> str:
    """Return the service of an entry of ``volumes_from``, empty where it is a container of another project."""
    name = str(entry).partition(":")[0]
    return "" if str(entry).startswith("container:") else name


def hosts_of(services: Mapping[str, Any]) -> dict[str, str]:
    """For each service that lives in another one, that other; the last one of a chain, which lives in none."""
    next_of = {
        service: host
        for service, tree in services.items()
        if (host := next((name for key in KEYS if (name := named(tree, key)) in services), ""))
    }
    return {service: _last(service, next_of) for service in next_of}


def reaches(starts: Iterable[str], end: str, next_of: Callable[[str], Iterable[str]]) -> bool:
    """Whether one of some services is another one or leads there, be it by others."""
    seen: set[str] = set()
    ahead = list(starts)
    while ahead:
        name = ahead.pop()
        if name == end:
            return True
        if name not in seen:
            seen.add(name)
            ahead.extend(next_of(name))
    return False


def _last(service: str, next_of: Mapping[str, str]) -> str:
    # The loader refuses circles, so a chain has an end.
    while service in next_of:
        service = next_of[service]
    return service


def misplaced(project: Project) -> Iterator[Diagnostic]:
    """Find what the ``x-oam`` of a service says of a component that is another one's."""
    for service, host in hosts_of(project.section("services")).items():
        given = project.section("services")[service].get("x-oam") or {}
        for key in _OF_COMPONENT:
            if key in given:
                path = ("services", service, "x-oam", key)
                say = f"`{service}` is in the pod of `{host}`, and has no component that `{key}` could be of"
                hint = f"write it under services.{host}.x-oam"
                yield fault(say, path, locate(project.tree, path), hint)
