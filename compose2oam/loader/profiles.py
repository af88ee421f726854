"""Profiles and selection: which services and jobs are part of the project (Compose specification, "Profiles")."""

from __future__ import annotations

import fnmatch
from collections.abc import Collection, Iterable, Sequence

from compose2oam.diagnostics import Diagnostic
from compose2oam.loader.codes import error
from compose2oam.loader.trees import drop, section
from compose2oam.loader.validate import nearest
from compose2oam.source.tree import Map


def enable(tree: Map, disabled: Map, profiles: Collection[str]) -> None:
    """Divide the services and jobs into those that a profile enables, in ``tree``, and the rest, in ``disabled``.

    Args:
        tree: the project; its services and jobs are changed in place.
        disabled: the mapping to which services that no profile enables are moved; jobs are dropped.
        profiles: the active profiles, ``*`` for all.
    """
    for part, rest in (("services", disabled), ("jobs", Map())):
        containers = section(tree, part)
        for name in [name for name, container in containers.items() if not _matches(container, profiles)]:
            rest.put(name, containers[name], containers.marks.get(name))
            drop(containers, name)


def _matches(container: Map, active: Collection[str]) -> bool:
    declared = container.get("profiles") or ()
    return not declared or "*" in active or any(profile in active for profile in declared)


def bring_back(tree: Map, disabled: Map) -> None:
    """Put the disabled services back, before they are divided anew."""
    services = section(tree, "services")
    for name in list(disabled):
        services.put(name, disabled[name], disabled.marks.get(name))
        drop(disabled, name)


def profiles_of(disabled: Map, services: Iterable[str]) -> tuple[str, ...]:
    """Return the profiles that naming disabled services on the command line makes active."""
    return tuple(profile for name in services if name in disabled for profile in disabled[name].get("profiles") or ())


def select(tree: Map, disabled: Map, names: Sequence[str]) -> list[Diagnostic]:
    """Reduce a project to the services named, and those that they depend on, in place.

    Args:
        tree: the project.
        disabled: the mapping to which all other services are moved.
        names: service names, or patterns such as ``web-*``.

    Returns:
        What is wrong with ``names``.
    """
    services = section(tree, "services")
    findings: list[Diagnostic] = []
    kept: set[str] = set()
    waiting = []
    for name in names:
        found = fnmatch.filter(services, name) if any(char in name for char in "*?[") else [name]
        if not found or (name == found[0] and name not in services):
            findings.append(
                error("CF-506", f"no such service: {name}", ("services", name), None, nearest(name, services))
            )
        else:
            waiting += found
    while waiting:
        name = waiting.pop()
        if name in kept or name not in services:
            continue
        kept.add(name)
        waiting += section(services[name], "depends_on")
    for name in [name for name in services if name not in kept]:
        disabled.put(name, services[name], services.marks.get(name))
        drop(services, name)
    for service in services.values():
        wanted = section(service, "depends_on")
        for name in [name for name in wanted if name not in kept]:
            drop(wanted, name)
    return findings
