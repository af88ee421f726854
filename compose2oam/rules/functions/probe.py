"""Health checks."""

from __future__ import annotations

from typing import Any

from compose2oam.diagnostics import Severity
from compose2oam.model.outcome import Outcome
from compose2oam.rules.context import Context
from compose2oam.rules.functions.arguments import escaped
from compose2oam.rules.functions.seconds import whole_seconds
from compose2oam.rules.hosts import Hosts
from compose2oam.rules.http_checks import http_get

_INTERVAL = 30
_TIMEOUT = 30
_RETRIES = 3


def probe(check: Any, context: Context) -> dict[str, Any] | None:
    """Return the probe that does what a Compose ``healthcheck`` does, with all its numbers written out.

    Docker's numbers (30 s, 30 s, 3) are not those of Kubernetes (10 s, 1 s, 3), so none is left to a default.
    """
    command = exec_command(check.get("test"))
    if command is None:
        return None
    return {
        **_handler(check["test"], command, context),
        "initialDelaySeconds": 0,
        "periodSeconds": at_least_one(check.get("interval"), _INTERVAL),
        "timeoutSeconds": at_least_one(check.get("timeout"), _TIMEOUT),
        "successThreshold": 1,
        "failureThreshold": int(check.get("retries") or _RETRIES),
    }


def _handler(test: Any, command: list[str], context: Context) -> dict[str, Any]:
    """Return what is done: the command in the container, or a request of the node where the settings want one."""
    path = ("healthcheck", "test")
    request = http_get(test) if context.settings.probe_http else None
    if request is None:
        hosts = Hosts(context)
        return {"exec": {"command": [escaped(hosts.rewrite(word, path)) for word in command]}}
    say = f"the node asks for {request['path']} on port {request['port']}; the service must listen on all addresses"
    context.note(Outcome.APPROXIMATED, say, path, severity=Severity.INFO)
    return {"httpGet": request}


def exec_command(test: Any) -> list[str] | None:
    """Return the command of a ``healthcheck.test``; ``None`` for ``NONE`` or a test that the image defines."""
    if not test:
        return None
    kind, *words = test
    if kind == "CMD-SHELL":
        return ["/bin/sh", "-c", *[str(word) for word in words]]
    if kind == "CMD":
        return [str(word) for word in words] or None
    return None


def at_least_one(duration: Any, default: int) -> int:
    """Return a duration in seconds, at least 1 as Kubernetes wants it; Docker takes 0 for its default."""
    return whole_seconds(str(duration)) or default if duration else default
