"""``compose2oam history``: the revisions of a project, and what changed from one to the next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

from compose2oam.cli import options, place, results
from compose2oam.cli.declaring import Option

if TYPE_CHECKING:
    from compose2oam.history import Step

# So many changes of a revision are shown, and how many more there are.
_SHOWN = 2


@place.of_a_project
def history(
    where: place.Where,
    services: place.Services = None,
    all_: Annotated[bool, Option("-a", "--all", help="Show all that changed, a line each.")] = False,
    format: options.TableOrJson = options.ListFormat.TABLE,
) -> None:
    """List the revisions of a project, the oldest first, with what changed from one to the next.

    KubeVela keeps revisions of the whole application; for the other targets there are revisions by service.

    Example: compose2oam history -p shop
    """
    from compose2oam import history as past
    from compose2oam.cluster.revisions import revisions
    from compose2oam.emitter.report.plain import plain

    there = where.cluster()
    running = where.running(there)
    steps = past.steps(running, revisions(there, running, services or ()))
    wanted = set(services or ())
    if wanted:
        steps = [step._replace(changes=tuple(one for one in step.changes if one.service in wanted)) for step in steps]
    if format is options.ListFormat.JSON:
        results.as_json([step.as_data() for step in steps])
        return
    head = ["REVISION", "AGE", "STATUS", "CHANGES"]
    by_service = any(step.revision.service for step in steps)
    rows = [_cells(step, all_) for step in steps]
    if by_service:
        head.insert(1, "SERVICE")
        for row, step in zip(rows, steps, strict=True):
            row.insert(1, step.revision.service)
    for line, entry in zip(place.table([head, *rows]), [None, *steps], strict=True):
        results.line(line)
        for text in _more(entry) if all_ and entry else ():
            results.line(f"    {plain(text)}")


def _cells(step: Step, everything: bool) -> list[str]:
    item = step.revision
    status = " ".join(part for part in ("current" if item.current else "", item.status) if part)
    name = f"{item.name} ({item.version})" if item.version else item.name
    said = [str(change) for change in step.changes]
    if step.first:
        text = "the oldest that is kept"
    elif everything or not said:
        text = f"{len(said)} changes" if len(said) != 1 else "one change"
    else:
        more = len(said) - _SHOWN
        text = "; ".join(said[:_SHOWN]) + (f"; and {more} more" if more > 0 else "")
    return [name, place.age(item.created), status, text]


def _more(step: Step) -> Iterator[str]:
    return map(str, step.changes)
