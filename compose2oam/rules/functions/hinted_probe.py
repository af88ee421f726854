"""Probes that other converters are told."""

from __future__ import annotations

from typing import Any

from compose2oam.model.outcome import Outcome
from compose2oam.rules.context import Context
from compose2oam.rules.functions.arguments import arguments
from compose2oam.rules.functions.seconds import whole_seconds
from compose2oam.rules.lowering import first_port

_NUMBERS = {
    "delay": "initialDelaySeconds",
    "period": "periodSeconds",
    "timeout": "timeoutSeconds",
    "successes": "successThreshold",
    "retries": "failureThreshold",
}


def hinted_probe(hint: Any, context: Context) -> dict[str, Any] | None:
    """Return a probe (Probe v1 core) for a hint; numbers that it leaves out are those of Kubernetes."""
    if hint.get("disable") or hint.get("type") == "none" or set(hint) == {"disable"}:
        return None
    action = _action(hint, context)
    if action is None:
        say = "nothing says what the probe asks: a command, a path or a port"
        context.note(Outcome.DROPPED, say, hint="name a port for an HTTP or TCP probe, or a command")
        return None
    numbers = {key: max(hint[name], 0 if name == "delay" else 1) for name, key in _NUMBERS.items() if name in hint}
    return {**action, **numbers}


def numbers_of(check: Any) -> dict[str, int]:
    """Return the numbers of a Compose ``healthcheck`` by the names that hints use."""
    found = {
        "period": check.get("interval"),
        "timeout": check.get("timeout"),
        "delay": check.get("start_period"),
    }
    made = {name: whole_seconds(str(value)) for name, value in found.items() if value}
    return {**made, **({"retries": int(check["retries"])} if check.get("retries") else {})}


def _action(hint: Any, context: Context) -> dict[str, Any] | None:
    kinds = [hint["type"]] if hint.get("type") else ["exec", "http", "tcp"]
    port = hint.get("port") or first_port(context.entity)
    if "exec" in kinds and hint.get("command"):
        words = hint["command"]
        words = ["/bin/sh", "-c", *words[1:]] if words[0] == "CMD-SHELL" else words[words[0] == "CMD" :]
        return {"exec": {"command": arguments(words, context)}}
    if "http" in kinds and (hint.get("path") or hint.get("port")) and port:
        return {"httpGet": {"path": hint.get("path", "/"), "port": port}}
    if "tcp" in kinds and hint.get("tcpPort"):
        return {"tcpSocket": {"port": hint["tcpPort"]}}
    return None
