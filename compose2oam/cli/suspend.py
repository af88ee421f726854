"""``compose2oam suspend``: hold the workflow of a project."""

from __future__ import annotations

from typing import Annotated

from compose2oam.cli import options, place, results
from compose2oam.cli.declaring import Option


@place.of_a_project
def suspend(
    where: place.Where,
    step: Annotated[str, Option("--step", metavar="NAME", help="Only this step of the workflow.")] = "",
    format: options.TextOrJson = options.TextFormat.TEXT,
    quiet: options.Quiet = False,
) -> None:
    """Hold the workflow of a project at the steps that run; resume lets it go on.

    What is rolled out already stays as it is.

    Example: compose2oam suspend -p shop
    """
    from compose2oam.cli.console import Console
    from compose2oam.cluster import workflows

    there = where.cluster()
    running = where.running(there)
    steps = workflows.suspend(there, running, step)
    if format is options.TextFormat.JSON:
        about = {"project": running.project, "application": running.name, "namespace": running.namespace}
        results.as_json({**about, "held": True, "changed": steps is not None, "steps": list(steps or ())})
        return
    console = Console(quiet)
    if steps is None:
        console.note(f"the workflow of {running.name} is held already")
    elif steps:
        console.note(f"{running.name}: held at {', '.join(steps)}")
    else:
        console.note(f"the workflow of {running.name} is held before its next step")
