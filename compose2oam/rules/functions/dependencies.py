"""The order in which services start."""

from __future__ import annotations

from typing import Any

from compose2oam.diagnostics import Severity
from compose2oam.model.outcome import Outcome
from compose2oam.rules.context import Context
from compose2oam.rules.functions.probe import exec_command


def dependencies(needed: Any, context: Context) -> list[str]:
    """Return the names of the workloads that must be healthy, or complete, before this one.

    KubeVela starts a component when those it depends on are healthy: for a job, when it has succeeded.
    """
    services = context.project.section("services")
    names = context.facts["project"].names
    made = []
    for service, how in needed.items():
        path = ("depends_on", service)
        if service not in services or not context.facts["project"].services[service]["runs"]:
            say = f"`{service}` does not become a component, so nothing waits for it"
            context.note(Outcome.NOT_NEEDED, say, path)
            continue
        condition = how.get("condition")
        if _pod(service, context) == _pod(context.key, context):
            made.append(names[service])
            if condition != "service_started":
                say = f"it is in one pod with `{service}`, and starts right after it, healthy or not"
                context.note(Outcome.APPROXIMATED, say, path, f"let it try again until `{service}` is there")
            continue
        if condition == "service_started" and context.settings.depends_on == "healthy":
            say = f"it does not wait until `{service}` has started, as the settings say"
            context.note(Outcome.APPROXIMATED, say, path, severity=Severity.INFO)
            continue
        made.append(names[service])
        check = services[service].get("healthcheck") or {}
        has_check = not check.get("disable") and exec_command(check.get("test")) is not None
        if condition == "service_healthy" and not has_check:
            say = f"`{service}` has no healthcheck in the Compose file: what waits for it waits until its pods run"
            hint = f"write the healthcheck of its image into the Compose file, as services.{service}.healthcheck"
            context.note(Outcome.APPROXIMATED, say, path, hint)
        elif condition == "service_started" and has_check:
            say = f"waits until `{service}` is healthy, not only started"
            context.note(Outcome.APPROXIMATED, say, path, severity=Severity.INFO)
    return made


def _pod(service: str, context: Context) -> str:
    """Return the workload in whose pod a service is."""
    facts = context.facts["project"]
    return str(facts.services[service]["host"] or facts.names[service])
