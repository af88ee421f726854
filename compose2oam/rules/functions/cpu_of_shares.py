"""Relative processor time."""

from __future__ import annotations

from typing import Any

from compose2oam.diagnostics import Severity
from compose2oam.model.outcome import Outcome
from compose2oam.rules.context import Context
from compose2oam.rules.functions.cpu import cpu


def cpu_of_shares(shares: Any, context: Context) -> str | None:
    """Return ``cpu_shares`` as a number of cores; Kubernetes turns a core of request into 1024 shares."""
    say = "shares become a request, 1024 to the core"
    context.note(Outcome.APPROXIMATED, say, ("cpu_shares",), severity=Severity.INFO)
    return cpu(float(shares) / 1024, context)
