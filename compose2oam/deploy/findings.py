"""Why an application did not become well, at the lines of the Compose project."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compose2oam.cluster import state
from compose2oam.cluster.codes import FAILED, FAILING, LATE
from compose2oam.cluster.state import ServiceState, Trouble
from compose2oam.deploy.following import Seen
from compose2oam.deploy.planning import Plan
from compose2oam.diagnostics import Diagnostic, Severity
from compose2oam.model.path import Path
from compose2oam.source.tree import locate

# The key of a service to look at for a trouble.
_KEYS: dict[str, Path] = {
    "InvalidImageName": ("image",),
    "ErrImagePull": ("image",),
    "ErrImageNeverPull": ("image",),
    "ImagePullBackOff": ("image",),
    "OOMKilled": ("deploy", "resources", "limits"),
    "Unschedulable": ("deploy",),
    "CrashLoopBackOff": ("command",),
    "RunContainerError": ("command",),
    "StartError": ("command",),
    "Error": ("command",),
    "BackoffLimitExceeded": ("command",),
    "FailedCreate": ("deploy", "resources"),
}
# Nobody runs it again by itself: that it failed once may be all that it can bear.
_RERUN = "see why in its log; compose2oam restart{at} {service} runs it again"
_BUSY = "see that its controller runs, and has no errors in its log: kubectl get pods --all-namespaces"
_HINTS = {
    "BackoffLimitExceeded": _RERUN,
    "DeadlineExceeded": _RERUN,
    "PodFailurePolicy": _RERUN,
    "ImagePullBackOff": "see that the image exists, and that the cluster may pull it",
    "ErrImagePull": "see that the image exists, and that the cluster may pull it",
    "Unschedulable": "see what the service asks for, and what the nodes have: kubectl describe nodes",
    "CreateContainerConfigError": "a Secret or a ConfigMap that it needs is missing, or lacks a key",
    "FailedCreate": "see what the namespace allows: kubectl describe quota,limitrange",
    "OOMKilled": "give it more memory: deploy.resources.limits.memory",
}


def findings(plan: Plan, seen: Seen) -> list[Diagnostic]:
    """Return what is wrong with an application that did not become well, at the lines of the Compose project."""
    found = []
    late = seen.ended == "late"
    for item in seen.services:
        trouble = item.trouble if late else seen.troubles.get(item.component)
        if trouble is not None:
            found.append(_finding(plan, item, trouble))
    whole = seen.trouble if late else seen.troubles.get("")
    if whole is not None:
        found.append(Diagnostic(FAILED, Severity.ERROR, f"the application {plan.name}: {whole}"))
    if not late:
        return found
    if seen.running is not None and not state.is_current(seen.running):
        # What the services are like is of before the change, so none of them is to blame.
        message = f"the runtime has not taken up the application {plan.name} as it is now"
        found.append(Diagnostic(LATE, Severity.ERROR, message, hint=_BUSY))
        return found
    for item in seen.services:
        if item.trouble is None and item.phase not in state.WELL:
            count = f" ({item.ready} of {item.wanted} ready)" if item.wanted else ""
            more = f": {item.message}" if item.message else ""
            message = f"{item.service} is still {item.phase}{count}{more}"
            found.append(_placed(plan, item.service, ("healthcheck",), LATE, message, ""))
    if not found:
        phase = (seen.running.status.get("status") if seen.running else "") or "not taken up by the runtime"
        found.append(Diagnostic(LATE, Severity.ERROR, f"the application {plan.name} is not well in time: {phase}"))
    return found


def _finding(plan: Plan, item: ServiceState, trouble: Trouble) -> Diagnostic:
    message = f"{item.service}: {trouble}"
    hint = _HINTS.get(trouble.reason, "").format(service=item.service, at=plan.at)
    return _placed(plan, item.service, _KEYS.get(trouble.reason, ()), FAILING, message, hint)


def _placed(plan: Plan, service: str, key: Path, code: str, message: str, hint: str) -> Diagnostic:
    """Make a finding at a key of a service, as far as the user wrote it."""
    services = plan.project.section("services")
    if service not in services:
        return Diagnostic(code, Severity.ERROR, message, hint=hint)
    path: Path = ("services", service)
    node: Any = services[service]
    for step in key:
        if not isinstance(node, Mapping) or step not in node:
            break
        path, node = (*path, step), node[step]
    return Diagnostic(code, Severity.ERROR, message, path, locate(plan.project.tree, path), hint)
