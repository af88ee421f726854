"""Durations, in whole seconds."""

from __future__ import annotations

import math
from typing import Any

from compose2oam.model.regex import regex
from compose2oam.rules.context import Context

_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
_PART = regex(r"(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h|d|w)")


def seconds(duration: Any, context: Context) -> int:
    """Return a Compose duration (``1m30s``) in seconds, rounded up, as Kubernetes wants it."""
    return whole_seconds(str(duration))


def whole_seconds(duration: str) -> int:
    """Return a Compose duration in seconds, rounded up (Compose specification, "Specifying durations")."""
    total = sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(duration))
    return math.ceil(round(total, 9))
