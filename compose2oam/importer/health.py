"""Health checks and the order of starting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compose2oam.importer import writing
from compose2oam.importer.expansion import expanded, variables
from compose2oam.importer.inventory import Inventory
from compose2oam.importer.process import Keys
from compose2oam.importer.rendered import Rendered
from compose2oam.model.oam import Component

# Docker's own numbers (Compose specification, "healthcheck"): interval, timeout, retries, start_interval.
_INTERVAL, _TIMEOUT, _RETRIES, _START_INTERVAL = 30, 30, 3, 5
_SHELL = ("/bin/sh", "-c")


def healthcheck(made: Rendered, _: Inventory) -> Keys:
    """``healthcheck`` for a readiness probe that runs a command; others have no word in Compose."""
    container = made.container
    probe = container.get("readinessProbe")
    words = command_of(probe)
    if not words:
        return {}
    known = variables(container.get("env") or ())
    texts = [expanded(str(word), known.values) for word in words]
    is_shell = len(texts) == 3 and tuple(texts[:2]) == _SHELL
    check: Keys = {"test": texts[2] if is_shell else ["CMD", *texts]}
    numbers = filled(probe)
    for key, name, usual in (("interval", "periodSeconds", _INTERVAL), ("timeout", "timeoutSeconds", _TIMEOUT)):
        if numbers[name] != usual:
            check[key] = writing.duration(numbers[name])
    if numbers["failureThreshold"] != _RETRIES:
        check["retries"] = numbers["failureThreshold"]
    if filled(container.get("livenessProbe")) != numbers:
        return {"healthcheck": check}
    start = container.get("startupProbe")
    if start and command_of(start) == words:
        period = filled(start)["periodSeconds"]
        check["start_period"] = writing.duration(
            (filled(start)["failureThreshold"] - numbers["failureThreshold"]) * period
        )
        if period != _START_INTERVAL:
            check["start_interval"] = writing.duration(period)
    return {"healthcheck": check, "x-oam": {"liveness": True}}


def command_of(probe: Any) -> list[Any]:
    """Return the command that a probe runs, empty if it runs none."""
    found = ((probe or {}).get("exec") or {}).get("command") if isinstance(probe, Mapping) else None
    return list(found or ())


def filled(probe: Any) -> dict[str, Any]:
    """Return a probe with Kubernetes' own numbers where it says none (Probe v1 core)."""
    if not probe:
        return {}
    usual = {
        "initialDelaySeconds": 0,
        "periodSeconds": 10,
        "timeoutSeconds": 1,
        "successThreshold": 1,
        "failureThreshold": 3,
    }
    return {**usual, **probe}


def depends_on(component: Component, inventory: Inventory, services: Mapping[str, str], checked: set[str]) -> Keys:
    """``depends_on`` with the condition that the runtime waits for; ``x-oam.dependsOn`` for what is no service.

    Args:
        component: the component.
        inventory: the application.
        services: from the names of components to those of services.
        checked: the services with a ``healthcheck``.
    """
    kinds = {component.name: component.type for component in inventory.services}
    conditions = {}
    others = []
    for name in component.depends_on:
        if name not in services:
            others.append(name)
        elif kinds[name] == "task":
            conditions[services[name]] = "service_completed_successfully"
        else:
            conditions[services[name]] = "service_healthy" if services[name] in checked else "service_started"
    keys: Keys = {}
    if conditions and set(conditions.values()) == {"service_started"}:
        keys["depends_on"] = list(conditions)
    elif conditions:
        keys["depends_on"] = {name: {"condition": condition} for name, condition in conditions.items()}
    return {**keys, "x-oam": {"dependsOn": others}} if others else keys
