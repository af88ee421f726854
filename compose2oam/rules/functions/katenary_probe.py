"""Probes that labels of Katenary say, in Kubernetes' own words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compose2oam.model.outcome import Outcome
from compose2oam.rules.context import Context

_PATH = ("labels", "katenary.v3/health-check")


def katenary_probe(probe: Any, context: Context) -> dict[str, Any] | None:
    """Return a probe, without what a component has no place for."""
    said = {key: value for key, value in probe.items() if value is not None} if isinstance(probe, dict) else {}
    asked = [action for action in _NEEDED if action in said]
    if len(asked) != 1:
        say = f"a probe asks one thing, not {' and '.join(asked)}" if asked else "the probe asks nothing"
        context.note(Outcome.DROPPED, say, _PATH, f"write one of {', '.join(_NEEDED)}")
        return None
    (action,) = asked
    try:
        made = _read(said, _PROBE, "", context)
        if _NEEDED[action] not in made[action]:
            raise _Unfit(f"`{action}` of a probe needs `{_NEEDED[action]}`")
    except _Unfit as problem:
        context.note(Outcome.DROPPED, str(problem), _PATH, problem.hint)
        return None
    if action == "httpGet":
        made[action].setdefault("path", "/")
    return made


class _Unfit(ValueError):
    """A probe that Kubernetes does not take, or that a component has no place for."""

    def __init__(self, message: str, hint: str = "write it as Kubernetes does") -> None:
        super().__init__(message)
        self.hint = hint


def _read(said: Mapping[str, Any], known: Mapping[str, Any], above: str, context: Context) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, value in said.items():
        name, reader = f"{above}{key}", known.get(key)
        if reader is None:
            context.note(Outcome.APPROXIMATED, f"a probe has no `{name}` here", _PATH, "say it with a patch of x-oam")
        elif isinstance(reader, dict) and isinstance(value, dict):
            made[key] = _read(value, reader, f"{key}.", context)
        elif value is not None:
            made[key] = None if isinstance(reader, dict) else reader(value)
            if made[key] is None:
                hint = "write the number of the port" if key == "port" else "write it as Kubernetes does"
                raise _Unfit(f"`{name}` of a probe cannot be `{value}`", hint)
    return made


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31 else None


def _port(value: Any) -> int | None:
    word = str(value)
    return int(word) if word.isascii() and word.isdigit() and len(word) < 6 and 0 < int(word) < 65536 else None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _words(value: Any) -> list[str] | None:
    return value if isinstance(value, list) and value and all(isinstance(word, str) for word in value) else None


def _headers(value: Any) -> list[dict[str, str]] | None:
    return value if isinstance(value, list) and all(_is_header(item) for item in value) else None


def _is_header(item: Any) -> bool:
    return (
        isinstance(item, dict) and item.keys() == {"name", "value"} and all(isinstance(x, str) for x in item.values())
    )


# What each way to ask cannot do without.
_NEEDED = {"exec": "command", "httpGet": "port", "tcpSocket": "port"}
# How each field is read; a reader returns None for what cannot be.
_PROBE: Mapping[str, Any] = {
    "exec": {"command": _words},
    "httpGet": {"port": _port, "path": _text, "host": _text, "scheme": _text, "httpHeaders": _headers},
    "tcpSocket": {"port": _port},
    "initialDelaySeconds": _count,
    "periodSeconds": _count,
    "timeoutSeconds": _count,
    "successThreshold": _count,
    "failureThreshold": _count,
}
