"""``compose2oam resume``: let the workflow of a project go on."""

from __future__ import annotations

from typing import Annotated

from compose2oam.cli import options, place, results
from compose2oam.cli.declaring import Option


@place.of_a_project
def resume(
    where: place.Where,
    step: Annotated[str, Option("--step", metavar="NAME", help="Only this step of the workflow.")] = "",
    format: options.TextOrJson = options.TextFormat.TEXT,
    quiet: options.Quiet = False,
) -> None:
    """Let the workflow of a project go on from where it is held, by a suspend step or by compose2oam suspend.

    Example: compose2oam resume -p shop
    """
    from compose2oam.cli.console import Console
    from compose2oam.cluster import workflows

    there = where.cluster()
    running = where.running(there)
    steps = workflows.resume(there, running, step)
    if format is options.TextFormat.JSON:
        about = {"project": running.project, "application": running.name, "namespace": running.namespace}
        results.as_json({**about, "held": False, "changed": steps is not None, "steps": list(steps or ())})
        return
    console = Console(quiet)
    if steps is None:
        console.note(f"the workflow of {running.name} is not held")
    elif steps:
        console.note(f"{running.name}: goes on from {', '.join(steps)}")
    else:
        console.note(f"the workflow of {running.name} goes on")
