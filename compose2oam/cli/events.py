"""``compose2oam events``: what happens to the services of a project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from compose2oam.cli import options, place, results
from compose2oam.cli.declaring import Option

if TYPE_CHECKING:
    from datetime import datetime

    from compose2oam.cluster.happenings import Happening


@place.of_a_project_that_follows
def events(
    where: place.Where,
    services: place.Services = None,
    follow: Annotated[
        bool, Option("-f", "--follow", help="Go on with what happens; as in logs, -f is no file here.")
    ] = False,
    since: Annotated[
        str, Option("--since", metavar="TIME", help="Of the last 10m or 2h, or since 2026-01-31T12:00:00Z.")
    ] = "",
    json_: Annotated[bool, Option("--json", help="The same as --format json.")] = False,
    format: options.LinesOfJson = options.TextFormat.TEXT,
) -> None:
    """Show what happened to a project as long as the cluster remembers; with -p no Compose file is read.

    Example: compose2oam events -p shop -f web
    """
    from compose2oam.cluster.happenings import following, happenings

    begin = _begin(since)
    as_json = json_ or format is options.TextFormat.JSON
    there = where.cluster()
    running = where.running(there)
    with place.interruptible(f"{running.project} goes on"):
        found = (following if follow else happenings)(there, running, services or (), begin)
        for item in found:
            # At once, for whoever reads along.
            if as_json:
                results.as_json_line(item._asdict())
            else:
                results.line(_line(item))


def _begin(since: str) -> datetime | None:
    from datetime import datetime, timedelta, timezone

    if not since:
        return None
    if "T" not in since:
        return datetime.now(timezone.utc) - timedelta(seconds=place.seconds(since))
    try:
        found = datetime.fromisoformat(since.replace("Z", "+00:00"))
    except ValueError:
        from compose2oam.errors import UsageError

        raise UsageError(f"--since {since}: write 10m, 2h or 2026-01-31T12:00:00Z") from None
    return found if found.tzinfo else found.replace(tzinfo=timezone.utc)


def _line(item: Happening) -> str:
    from compose2oam.emitter.report.plain import plain

    times = f" ({item.times} times)" if item.times > 1 else ""
    # To the second, as the older kind of events has it.
    time = item.time.partition(".")[0].removesuffix("Z")
    return plain(f"{time}Z {item.type:<7} {item.service or '-'}  {item.reason}: {item.message}{times}  [{item.object}]")
