"""What a service is told of the models that it uses."""

from __future__ import annotations

from typing import Any

from compose2oam.diagnostics import Severity
from compose2oam.model.outcome import Outcome
from compose2oam.model.workload import Part
from compose2oam.rules.context import Context
from compose2oam.rules.functions.arguments import escaped
from compose2oam.rules.hosts import Hosts
from compose2oam.rules.models import settings_of


def model_variables(models: Any, context: Context) -> list[Part]:
    """Return ``env`` items with address and name of each model, in the variables that Docker Compose uses for them."""
    hosts = Hosts(context)
    known = {item["name"] for item in context.model.get("env", ())}
    made = []
    for key, given in models.items():
        path = ("models", key)
        prefix = str(key).upper().replace("-", "_")
        variables = {
            (given or {}).get("endpoint_var") or f"{prefix}_URL": settings_of(context.project, key).get("endpoint"),
            (given or {}).get("model_var") or f"{prefix}_MODEL": (context.project.section("models").get(key) or {}).get(
                "model"
            ),
        }
        missing = [name for name, value in variables.items() if not value and name not in known]
        if missing:
            say = f"no model runs on the cluster, and nothing says what `{missing[0]}` is there"
            context.note(Outcome.REFUSED, say, path, f"`x-oam: {{endpoint: http://...}}` at models.{key}")
            continue
        for name, value in variables.items():
            if name not in known:
                made.append(
                    Part({"name": name, "value": escaped(hosts.rewrite_variable(name, str(value), path))}, path)
                )
            elif value:
                say = f"`environment` says what `{name}` is, and that stands"
                context.note(Outcome.APPROXIMATED, say, path, severity=Severity.INFO)
    return made
