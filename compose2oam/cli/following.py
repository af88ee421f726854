"""Following a project that runs until it is well, with no Compose file at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compose2oam.cli.progress import Style, progress

if TYPE_CHECKING:
    from compose2oam.cluster.applications import Running
    from compose2oam.cluster.client import Cluster
    from compose2oam.deploy import Seen


def follow(there: Cluster, running: Running, patience: float, style: Style, *, quiet: bool = False) -> str:
    """Show how the services do until all are well; return ``healthy``, or ``suspended`` where the workflow is held.

    Raises:
        Unhealthy: they are not in time, or never will be.
        ClusterError: the cluster refused.
    """
    from compose2oam import deploy
    from compose2oam.cluster.applications import KUBERNETES
    from compose2oam.cluster.rollout import WORKLOADS
    from compose2oam.errors import Unhealthy

    needed = frozenset(running.runs) if running.target == KUBERNETES else None
    goal = deploy.Goal(running.target, running.namespace, running.name, WORKLOADS, needed)
    shown = progress(style, running.name, quiet=quiet)
    try:
        seen = deploy.follow(there, goal, timeout=patience, show=shown.seen, freed=shown.freed)
    finally:
        shown.end()
    if seen.ended in {"healthy", "suspended"}:
        return seen.ended
    when = "in time" if seen.ended == "late" else "and will not be"
    raise Unhealthy(f"{running.name} is not well {when}: {'; '.join(_why(seen)) or 'the runtime is not done'}")


def _why(seen: Seen) -> list[str]:
    from compose2oam.cluster.state import WELL

    late = [
        f"{item.service} is {item.phase} {item.message}".rstrip() for item in seen.services if item.phase not in WELL
    ]
    return [*late, *([str(seen.trouble)] if seen.trouble else [])]
