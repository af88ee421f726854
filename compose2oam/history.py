"""What changed from one revision of a project to the next, in Compose's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from compose2oam.cluster.applications import Running
from compose2oam.cluster.revisions import Revision
from compose2oam.model.namedtuple import NamedTuple
from compose2oam.words import Change, State, changes, content


class Step(NamedTuple):
    """A revision, and how it differs from the one before it.

    Attributes:
        revision: it.
        changes: what changed, empty for the oldest that is kept.
        first: whether it is the oldest that is kept.
    """

    revision: Revision
    changes: tuple[Change, ...]
    first: bool

    def as_data(self) -> dict[str, Any]:
        """Return it as plain data."""
        item = self.revision
        return {
            "revision": item.name,
            "number": item.number,
            "service": item.service,
            "created": item.created,
            "status": item.status,
            "current": item.current,
            "version": item.version,
            "changes": [change.as_data() for change in self.changes],
        }


def steps(running: Running, found: Iterable[Revision]) -> list[Step]:
    """Return revisions with what changed in each.

    Args:
        running: the project.
        found: its revisions, the oldest first, those of a service together.
    """
    made: list[Step] = []
    for item in found:
        before = made[-1].revision if made and made[-1].revision.service == item.service else None
        differ = () if before is None else tuple(between(running, before.manifest, item.manifest))
        made.append(Step(item, differ, before is None))
    return made


def between(running: Running, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Return how two states of a project, or of one of its objects, differ."""
    services = {name: running.service_of(name) for name in running.runs}
    name = str(after["metadata"].get("name") or running.name)
    one, other = (
        State(running.project, (content({**item, "metadata": {**item["metadata"], "name": name}}),), services)
        for item in (before, after)
    )
    return changes(one, other)
