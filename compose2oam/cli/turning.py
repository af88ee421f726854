"""What ``scale``, ``stop``, ``start`` and ``restart`` have in common: they say what they do, and wait for it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from enum import Enum
from typing import TYPE_CHECKING, Annotated

from compose2oam.cli import options, place, results
from compose2oam.cli.declaring import Option
from compose2oam.model.namedtuple import NamedTuple

if TYPE_CHECKING:
    from compose2oam.cluster.applications import Running
    from compose2oam.cluster.client import Cluster
    from compose2oam.cluster.lifecycle import Step
    from compose2oam.cluster.settling import Test

Wait = Annotated[bool, Option("--wait/--no-wait", help="Wait until it is done.")]


class How(NamedTuple):
    """How it is said what is done.

    Attributes:
        format: text, or an object of JSON a line.
        quiet: leave text out.
    """

    format: options.TextFormat
    quiet: bool

    def tell(self, step: Step) -> None:
        """Say what is done with a workload."""
        item = step.workload
        if self.format is options.TextFormat.JSON:
            where = {"service": item.service, "kind": item.kind, "name": item.name}
            results.as_json_line({**where, "changed": step.changes, "leftAlone": step.barred, "message": step.text})
            return
        from compose2oam.cli.console import Console
        from compose2oam.emitter.report.plain import plain

        what = f"{item.service} ({item.kind} {item.name})"
        Console(self.quiet).note(plain(f"{what}: {'left alone: ' if step.barred else ''}{step.text}"))


class Until(str, Enum):
    """What to wait for."""

    WELL = "well"
    BEGUN = "begun"
    DOWN = "down"


def carry_out(
    there: Cluster, running: Running, steps: Collection[Step], until: Until, *, wait: bool, timeout: str, how: How
) -> bool:
    """Do steps, say each, and wait for the end of it; return whether any changed something.

    Raises:
        ClusterError: the cluster refused.
        Unhealthy: it is not done in time.
    """
    from compose2oam.cluster import lifecycle
    from compose2oam.cluster.settling import SOME, settle
    from compose2oam.cluster.workloads import SCALED

    patience = place.seconds(timeout)
    with place.interruptible("what was sent stays; the same command goes on"):
        for step in lifecycle.do(there, running, steps):
            how.tell(step)
        wanted = {}
        for step in steps:
            if step.changes:
                value = step.turn.value if step.turn else None
                some = step.turn is not None and value is None and step.workload.kind in SCALED
                wanted[step.workload.component] = SOME if some else value
        if wanted and wait and patience:
            settle(there, running, wanted, patience, _test(until))
    return bool(wanted)


def _test(until: Until) -> Test:
    from compose2oam.cluster import settling

    tests: dict[Until, Test] = {
        Until.WELL: settling.is_well,
        Until.BEGUN: settling.has_begun,
        Until.DOWN: settling.is_down,
    }
    return tests[until]


def turned(
    where: place.Where,
    work_out: Callable[[Cluster, Running, Collection[str]], list[Step]],
    services: list[str] | None,
    until: Until,
    *,
    wait: bool,
    timeout: str,
    how: How,
) -> bool:
    """Find the project, work out the steps for its services, and carry them out; return whether anything changed."""
    place.seconds(timeout)
    there = where.cluster()
    running = where.running(there)
    steps = work_out(there, running, services or ())
    return carry_out(there, running, steps, until, wait=wait, timeout=timeout, how=how)
