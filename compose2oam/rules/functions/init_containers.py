"""What is done before a container starts."""

from __future__ import annotations

from typing import Any

from compose2oam.model.outcome import Outcome
from compose2oam.rules.context import Context
from compose2oam.rules.functions.arguments import arguments, escaped
from compose2oam.rules.functions.run_as import run_as
from compose2oam.rules.hosts import Hosts


def init_containers(hooks: Any, context: Context) -> list[dict[str, Any]]:
    """Return init containers for ``pre_start``, each with the service's environment and its own over it."""
    made = []
    hosts = Hosts(context)
    for index, item in enumerate(hooks):
        if not item.get("per_replica"):
            context.note(Outcome.APPROXIMATED, "it runs again before every new pod", ("pre_start", index))
        container: dict[str, Any] = {"name": f"pre-start-{index}", "image": item.get("image") or context.model["image"]}
        if item.get("command"):
            container["args"] = arguments(item["command"], context)
        if item.get("working_dir"):
            container["workingDir"] = item["working_dir"]
        own = {name: str(value) for name, value in (item.get("environment") or {}).items() if value is not None}
        path = ("pre_start", index, "environment")
        env = {entry["name"]: dict(entry) for entry in context.model.get("env", ())}
        inherited = context.entity.get("environment") or {}
        # A hook has the service's variables too; those that are kept in a Secret stay there.
        for name in (name for name in own if name not in env or str(inherited.get(name)) != own[name]):
            text = escaped(hosts.rewrite_variable(name, own[name], (*path, name)))
            env[name] = {"name": name, "value": text}
        if env:
            container["env"] = list(env.values())
        security = dict(run_as(item["user"], context) or {}) if item.get("user") else {}
        if item.get("privileged"):
            security["privileged"] = True
        if security:
            container["securityContext"] = security
        made.append(container)
    return made
