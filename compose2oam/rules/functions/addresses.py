"""The names under which other services reach a service."""

from __future__ import annotations

from typing import Any

from compose2oam.diagnostics import Severity
from compose2oam.model.outcome import Outcome
from compose2oam.model.path import Path
from compose2oam.model.workload import Part
from compose2oam.rules.context import Context
from compose2oam.rules.names import component_name


def addresses(service: Any, context: Context) -> list[Part] | None:
    """Return the names beyond the Service that published ports give: its own where it has no ports, and its aliases.

    Docker gives every container a name, with or without ports and whether or not it is healthy; a headless Service
    does the same.
    """
    has_ports = bool(context.model.get("ports"))
    is_split = (service.get("deploy") or {}).get("endpoint_mode") == "dnsrr"
    is_early = has_ports and not is_split and context.facts["early"]
    headless = not has_ports or is_split or is_early
    shared = context.facts["sharedAliases"]
    paths = _paths(service)
    made = [Part({"name": context.facts["name"], "headless": True})] if not has_ports or is_early else []
    if is_early:
        say = "its name leads to it even before it is healthy, because it or its like call it by then"
        context.note(Outcome.INFERRED, say, ("healthcheck",), severity=Severity.INFO)
    others = context.once(("names of workloads",), lambda: frozenset(context.facts["project"].names.values()))
    for alias in context.facts["aliases"]:
        path = paths.get(alias, ("networks",))
        if component_name(alias) in others:
            say = f"`{alias}` is the name of another service on the cluster"
            context.note(Outcome.DROPPED, say, path, "use another alias")
            continue
        if component_name(alias) != alias:
            say = f"the name `{alias}` is `{component_name(alias)}` on the cluster"
            # Few call a container by its own name, and where the project shows it, it is written anew.
            severity = Severity.INFO if path == ("container_name",) else None
            context.note(Outcome.APPROXIMATED, say, path, "write the name that the cluster knows", severity)
        # The services behind a shared name may have different ports; addresses of pods serve them all.
        is_shared = alias in shared
        entry = {"name": component_name(alias), "headless": headless or is_shared, "shared": is_shared}
        made.append(Part(entry, path))
    return made or None


def _paths(service: Any) -> dict[str, Path]:
    """Return where each alias of a service stands first."""
    found: dict[str, Path] = {}
    if "container_name" in service:
        found[service["container_name"]] = ("container_name",)
    for network, settings in (service.get("networks") or {}).items():
        for index, alias in enumerate((settings or {}).get("aliases") or ()):
            found.setdefault(alias, ("networks", network, "aliases", index))
    return found
