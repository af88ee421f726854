"""Following a project that runs until it is well, with no Compose file at hand."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from compose2oam.cli.progress import Style, progress

if TYPE_CHECKING:
    from compose2oam.cluster.applications import Running
    from compose2oam.cluster.client import Cluster

# Seconds between looks.
PAUSE = 1.0
# Seconds that what is wrong with the project as a whole may last.
_PATIENCE = 10.0


def follow(there: Cluster, running: Running, patience: float, style: Style, *, quiet: bool = False) -> str:
    """Show how the services do until all are well; return ``healthy``, or ``suspended`` where the workflow is held.

    Raises:
        Unhealthy: they are not in time, or never will be.
        ClusterError: the cluster refused.
    """
    from compose2oam.cluster import applications, state
    from compose2oam.cluster.listing import pods_of
    from compose2oam.deploy import Seen
    from compose2oam.errors import Unhealthy

    shown = progress(style, running.name, quiet=quiet)
    until = time.monotonic() + patience
    wrong_since = 0.0
    try:
        while True:
            now = applications.find(there, running.project, running.namespace)
            services = state.services(now, pods_of(there, now))
            ended = "healthy" if state.is_healthy(now) else "suspended" if state.suspended(now) else ""
            shown.seen(Seen(now, tuple(services), ended=ended))
            if ended:
                return ended
            trouble = state.verdict(now)
            wrong_since = (wrong_since or time.monotonic()) if trouble else 0.0
            if trouble and time.monotonic() - wrong_since >= _PATIENCE:
                raise Unhealthy(f"{running.name}: {trouble}")
            if time.monotonic() >= until:
                late = [f"{item.service} is {item.phase} {item.message}".rstrip() for item in services]
                late = [text for text, item in zip(late, services, strict=True) if item.phase not in state.WELL]
                raise Unhealthy(f"{running.name} is not well in time: {'; '.join(late) or 'the runtime is not done'}")
            time.sleep(min(PAUSE, max(0.0, until - time.monotonic())))
    finally:
        shown.end()
