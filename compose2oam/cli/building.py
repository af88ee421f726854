"""The options and the steps that `build` and `up --build` share."""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

from compose2oam.cli.declaring import Option

if TYPE_CHECKING:
    from compose2oam.building.tool import Tool
    from compose2oam.building.wanted import Build, Choices
    from compose2oam.cli.console import Console
    from compose2oam.model.compose import Project
    from compose2oam.rules.settings import Settings

First = Annotated[bool, Option("--build", help="First build the images of services that have `build`.")]
Push = Annotated[bool, Option("--push", help="First build them and push them to their registries.")]
PinDigests = Annotated[
    bool,
    Option("--pin-digests", help="First build and push them, and run them by the digests of what was pushed."),
]
With = Annotated[
    str,
    Option(
        "--build-with", metavar="NAME", help="docker, podman or buildah, or its path; the first on the PATH by default."
    ),
]


def first(
    project: Project,
    settings: Settings,
    services: Collection[str] | None,
    console: Console,
    *,
    push: bool,
    pin_digests: bool,
    tool: str,
    dry_run: bool,
) -> Project:
    """Build and push what ``up`` needs; return the project, with digests if they are wanted.

    Raises:
        BuildError: that did not work.
    """
    from compose2oam.building import pins
    from compose2oam.building.wanted import Choices, wanted

    choices = Choices(push=push, digests=pin_digests, quiet=console.quiet)
    builds = wanted(project, settings, choices, services or (), with_needed=True)
    if dry_run:
        for line in commands(builds, choices, tool):
            console.note(line)
        return project
    names = done(builds, choices, tool, console)
    return pins.pin(project, names, builds) if names else project


def done(builds: Sequence[Build], choices: Choices, tool: str, console: Console) -> Mapping[str, str]:
    """Build and push; return the names of the images with their digests, if those are wanted.

    Raises:
        BuildError: that did not work.
    """
    import pathlib
    import tempfile

    from compose2oam.building import pins, running
    from compose2oam.building.tool import find
    from compose2oam.emitter.report.plain import plain
    from compose2oam.errors import BuildError

    asked = [build for build in builds if build.asked]
    if not asked:
        console.note("no service has a `build`")
        return {}
    builder = find(tool)
    console.note(f"building {', '.join(build.service for build in asked)} with {builder.title}")
    with tempfile.TemporaryDirectory(prefix="compose2oam-") as folder:
        job = builder.job(builds, choices, pathlib.Path(folder))
        console.diagnostics(job.said)
        drawn = sys.stderr if sys.stderr.isatty() and not console.quiet else None
        try:
            running.run(job, builds, lambda line: console.note(plain(line)), drawn)
        except BuildError as error:
            for line in error.output if console.quiet else ():
                console.line(plain(line))
            raise
        names = pins.pinned(asked, running.digests(job)) if choices.digests else {}
    for build in asked:
        console.note(f"Image {names.get(build.image, build.image)} {'pushed' if choices.push else 'built'}")
    return names


def commands(builds: Sequence[Build], choices: Choices, tool: str) -> list[str]:
    """Return what would be run, as one would type it."""
    import pathlib

    from compose2oam.building.tool import find

    if not any(build.asked for build in builds):
        return []
    builder: Tool = find(tool, look=False)
    return [command.shown() for command in builder.job(builds, choices, pathlib.Path("digests")).commands]


def arguments(words: Collection[str] | None, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the build arguments of ``--build-arg``; one without a value has that of the variable of its name.

    Raises:
        UsageError: it has no name.
    """
    from compose2oam.errors import UsageError

    found = {}
    for word in words or ():
        name, equals, value = word.partition("=")
        if not name:
            raise UsageError(f"--build-arg {word}: write NAME=VALUE, or NAME for the value of a variable")
        if equals or name in environment:
            found[name] = value if equals else environment[name]
    return found
