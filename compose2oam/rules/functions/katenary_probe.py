"""Probes that labels of Katenary say, in Kubernetes' own words."""

from __future__ import annotations

from typing import Any

from compose2oam.model.outcome import Outcome
from compose2oam.rules.context import Context

_PATH = ("labels", "katenary.v3/health-check")
_ACTIONS = ("exec", "httpGet", "tcpSocket")
_NUMBERS = ("initialDelaySeconds", "periodSeconds", "timeoutSeconds", "successThreshold", "failureThreshold")


def katenary_probe(probe: Any, context: Context) -> dict[str, Any] | None:
    """Return a probe, without what a component has no place for."""
    if not isinstance(probe, dict) or not any(isinstance(probe.get(action), dict) for action in _ACTIONS):
        context.note(Outcome.DROPPED, "the probe asks nothing", _PATH, f"write one of {', '.join(_ACTIONS)}")
        return None
    made: dict[str, Any] = {}
    for key, value in probe.items():
        if key not in (*_ACTIONS, *_NUMBERS):
            context.note(Outcome.APPROXIMATED, f"a probe has no `{key}` here", _PATH, "say it with a patch of x-oam")
        elif not _fits(key, value):
            context.note(
                Outcome.DROPPED, f"`{key}` of a probe cannot be `{value}`", _PATH, "write it as Kubernetes does"
            )
            return None
        elif isinstance(value, dict) and not str(value.get("port", "1")).isdigit():
            say = f"the port `{value['port']}` has no number"
            context.note(Outcome.DROPPED, say, _PATH, "write the number of the port")
            return None
        else:
            made[key] = {**value, "port": int(value["port"])} if isinstance(value, dict) and "port" in value else value
    if "httpGet" in made:
        made["httpGet"].setdefault("path", "/")
    return made


def _fits(key: str, value: Any) -> bool:
    if key in _NUMBERS:
        return isinstance(value, int) and not isinstance(value, bool)
    if not isinstance(value, dict):
        return False
    return key != "exec" or isinstance(value.get("command"), list)
