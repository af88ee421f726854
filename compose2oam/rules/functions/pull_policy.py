"""When an image is pulled."""

from __future__ import annotations

from typing import Any

from compose2oam.diagnostics import Severity
from compose2oam.model.outcome import Outcome
from compose2oam.rules.context import Context

_POLICIES = {"always": "Always", "never": "Never", "missing": "IfNotPresent", "if_not_present": "IfNotPresent"}


def pull_policy(policy: Any, context: Context) -> str | None:
    """Return ``imagePullPolicy`` for ``pull_policy``; an interval becomes ``Always``."""
    known = _POLICIES.get(str(policy))
    if known is not None:
        return known
    if policy == "build":
        say = "the cluster does not build: the image must be pushed to a registry first"
        context.note(Outcome.NOT_NEEDED, say, ("pull_policy",), severity=Severity.INFO)
        return None
    say = f"`{policy}` becomes Always: the registry is asked at every start of a pod"
    context.note(Outcome.APPROXIMATED, say, ("pull_policy",), severity=Severity.INFO)
    return "Always"
