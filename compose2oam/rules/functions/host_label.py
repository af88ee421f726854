"""Host names of containers."""

from __future__ import annotations

from typing import Any

from compose2oam.model.outcome import Outcome
from compose2oam.rules.context import Context
from compose2oam.rules.names import object_name


def host_label(hostname: Any, context: Context) -> str:
    """Return a host name as the one DNS label that a pod's ``spec.hostname`` takes."""
    label = object_name(str(hostname).partition(".")[0])
    if label != hostname:
        context.note(Outcome.APPROXIMATED, f"the host name is `{label}`: a pod's is one DNS label", ("hostname",))
    return label
