"""From a conversion to a running application: what `compose2oam up` does, for any program to call.

:func:`plan` works out what to send, :func:`send` sends it, :func:`prune` removes what the project has no more, and
:func:`follow` waits until it is well; :func:`findings` says at the lines of the project why it is not.
"""

from __future__ import annotations

from compose2oam.deploy.findings import findings
from compose2oam.deploy.following import Goal, Seen, follow
from compose2oam.deploy.planning import PUBLISH_VERSION, Plan, plan, scaled, wanted
from compose2oam.deploy.sending import orphans, prune, send

__all__ = [
    "PUBLISH_VERSION",
    "Goal",
    "Plan",
    "Seen",
    "findings",
    "follow",
    "orphans",
    "plan",
    "prune",
    "scaled",
    "send",
    "wanted",
]
