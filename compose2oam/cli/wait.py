"""``compose2oam wait``: until tasks are done, and services well."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Annotated

from compose2oam.cli import options, place, results
from compose2oam.cli.declaring import Argument, Option

if TYPE_CHECKING:
    from compose2oam.cluster.workloads import Workload


class Goal(str, Enum):
    """What to wait for."""

    AUTO = "auto"
    DONE = "done"
    HEALTHY = "healthy"


@place.of_a_project
def wait(
    services: Annotated[list[str], Argument(metavar="SERVICE...", help="Services.", completes="services")],
    where: place.Where,
    goal: Annotated[
        Goal,
        Option("--for", help="Tasks have ended (done), all is well (healthy), or for each what it is there for."),
    ] = Goal.AUTO,
    timeout: place.Timeout = "5m",
    format: options.TableOrJson = options.ListFormat.TABLE,
) -> None:
    """Wait until tasks end and other services are well, and end with the exit code of the first task that failed.

    Example: compose2oam wait -p shop migrate
    """
    from compose2oam.cluster.listing import pods_of
    from compose2oam.cluster.settling import exit_code, is_well, settle
    from compose2oam.cluster.workloads import of_services, workloads

    patience = place.seconds(timeout)
    there = where.cluster()
    running = where.running(there)
    wanted = {component: None for component, _ in running.of_services(services)}
    _refuse(of_services(workloads(there, running), running, services), goal)

    def is_task(item: Workload) -> bool:
        return item.kind == "Job" and goal is not Goal.HEALTHY

    def test(item: Workload) -> bool:
        return item.has_ended if is_task(item) else is_well(item)

    with place.interruptible(f"{running.project} goes on"):
        found = settle(there, running, wanted, patience, test)
    tasks = {item.component for item in found if is_task(item)}
    pods = pods_of(there, running) if tasks else []
    codes = {item.service: exit_code(pods, item) if item.component in tasks else None for item in found}
    if format is options.ListFormat.JSON:
        rows = [{"service": name, "ended": code is not None, "exitCode": code} for name, code in codes.items()]
        results.as_json(rows)
    else:
        for name, code in codes.items():
            results.line(f"{name} {'is well' if code is None else f'ended with the exit code {code}'}")
    raise SystemExit(next((code for code in codes.values() if code), 0))


def _refuse(found: list[Workload], goal: Goal) -> None:
    from compose2oam.errors import UsageError

    for item in found:
        if goal is Goal.DONE and item.kind != "Job":
            when = "begins again at its times" if item.kind == "CronJob" else "runs without an end"
            raise UsageError(f"{item.service} {when}, so it is never done; wait --for healthy waits until it is well")
