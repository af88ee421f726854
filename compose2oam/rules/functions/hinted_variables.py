"""Variables that labels of Katenary change, or take from other services."""

from __future__ import annotations

from typing import Any

from compose2oam.model.outcome import Outcome
from compose2oam.model.path import Path
from compose2oam.model.workload import Part
from compose2oam.rules.context import Context
from compose2oam.rules.functions.arguments import escaped

_LABEL = "katenary.v3/"


def hinted_variables(hint: Any, context: Context) -> list[Part] | None:
    """Return the variables that are changed, and those of other services, which do not change what it sets itself."""
    own = context.entity.get("environment") or {}
    services = context.project.section("services")
    made: dict[str, Part] = {}
    for name, source in (hint.get("valuesFrom") or {}).items():
        path: Path = ("labels", f"{_LABEL}values-from")
        service, _, variable = str(source).partition(".")
        value = ((services.get(service) or {}).get("environment") or {}).get(variable)
        if name in own:
            continue
        if value is None:
            context.note(Outcome.DROPPED, f"the service `{service}` gives `{variable}` no value", path)
        else:
            made[name] = Part({"name": name, "value": escaped(str(value))}, path)
    for name, value in (hint.get("mapEnv") or {}).items():
        path = ("labels", f"{_LABEL}map-env")
        if "{{" in str(value):
            context.note(Outcome.DROPPED, f"the value of `{name}` is a template of Helm", path, "write a plain value")
        elif value is not None:
            made[name] = Part({"name": name, "value": escaped(str(value))}, path)
    for service in hint.get("envFrom") or ():
        path = ("labels", f"{_LABEL}env-from")
        if service not in services:
            context.note(Outcome.DROPPED, f"there is no service `{service}`", path, "name a service of the project")
            continue
        for name, value in (services[service].get("environment") or {}).items():
            if name not in own and value is not None and name not in made:
                made[name] = Part({"name": name, "value": escaped(str(value))}, path)
    return list(made.values()) or None
