"""``compose2oam build``: make the images of a project, and push them."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Optional

from compose2oam.cli import building, options, place
from compose2oam.cli.declaring import Option


class Display(str, Enum):
    """How a builder shows what it does."""

    AUTO = "auto"
    TTY = "tty"
    PLAIN = "plain"
    QUIET = "quiet"


def build(
    services: place.Services = None,
    files: options.FileOptions = None,
    project_name: options.ProjectName = None,
    profile: options.Profiles = None,
    env_file: options.EnvFiles = None,
    project_directory: options.ProjectDirectory = None,
    oam: options.SideFile = None,
    registry: Annotated[
        Optional[str], Option("--registry", metavar="NAME", help="Where images go that are not named.")
    ] = None,
    tag: Annotated[Optional[str], Option("--tag", metavar="TAG", help="Their tag.")] = None,
    push: Annotated[bool, Option("--push", help="Push them to their registries.")] = False,
    pin_digests: Annotated[
        bool,
        Option("--pin-digests", help="Push them, and print a Compose file that names them by their digests."),
    ] = False,
    build_arg: Annotated[
        Optional[list[str]], Option("--build-arg", metavar="NAME[=VALUE]", help="An argument of the build.")
    ] = None,
    no_cache: Annotated[bool, Option("--no-cache", help="Build all of it anew.")] = False,
    pull: Annotated[bool, Option("--pull", help="Ask for newer base images.")] = False,
    ssh: Annotated[
        Optional[list[str]], Option("--ssh", metavar="ID[=PATH]", help="An agent or a key; default is the agent.")
    ] = None,
    with_dependencies: Annotated[
        bool, Option("--with-dependencies", help="Also build what the services depend on.")
    ] = False,
    builder: Annotated[str, Option("--builder", metavar="NAME", help="The instance of buildx.")] = "",
    build_with: building.With = "",
    progress: Annotated[Display, Option("--progress", help="How the builder shows it.")] = Display.AUTO,
    print_: Annotated[bool, Option("--print", help="Build nothing; print the file for docker buildx bake.")] = False,
    dry_run: Annotated[bool, Option("--dry-run", help="Build nothing; print what would be run.")] = False,
    format: Annotated[
        options.Format, Option("--format", help="How to write the Compose file of --pin-digests.")
    ] = options.Format.YAML,
    verbose: options.Verbose = False,
    quiet: options.Quiet = False,
) -> None:
    """Build the images of services that have `build`, with docker buildx, podman or buildah.

    They are called what `convert` and `up` call them, with the same --registry and --tag.

    Example: compose2oam build --push --registry registry.example.com/team
    """
    from compose2oam import api
    from compose2oam.building import bake, pins
    from compose2oam.building.wanted import Choices, wanted
    from compose2oam.cli import results
    from compose2oam.cli.console import Console
    from compose2oam.rules.settings import Settings

    console = Console(quiet or progress is Display.QUIET, verbose)
    given = options.load_options(None, files, project_name, profile, env_file, project_directory, oam)
    project = api.load(*given.pop("files"), **given)
    choices = Choices(
        push=push or pin_digests,
        digests=pin_digests,
        no_cache=no_cache,
        pull=pull,
        args=building.arguments(build_arg, project.environment),
        ssh=tuple(ssh or ()),
        builder=builder,
        progress="" if progress is Display.AUTO else progress.value,
        quiet=console.quiet,
    )
    settings = Settings(registry=registry, tag=tag)
    builds = wanted(project, settings, choices, services or (), with_needed=with_dependencies)
    if print_:
        results.as_json(bake.bakefile(builds, choices).document)
        return
    if dry_run:
        for line in building.commands(builds, choices, build_with):
            results.text_to("", f"{line}\n")
        return
    with place.interruptible("what was built or pushed before stays"):
        names = building.done(builds, choices, build_with, console)
    if names:
        results.text_to("", results.text_of([pins.override(names, project, builds)], format))
