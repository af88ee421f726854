"""``compose2oam config``: the Compose project as it was read, before anything is made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from compose2oam.cli import options

if TYPE_CHECKING:
    from compose2oam.model.compose import Project


def config(
    file: options.Files = None,
    files: options.FileOptions = None,
    project_name: options.ProjectName = None,
    profile: options.Profiles = None,
    env_file: options.EnvFiles = None,
    project_directory: options.ProjectDirectory = None,
    output: Annotated[
        str, typer.Option("-o", "--output", metavar="FILE", help="A file instead of standard output.")
    ] = "",
    format: options.OutputFormat = options.Format.YAML,
    services: Annotated[bool, typer.Option("--services", help="The services' names, a line each.")] = False,
    volumes: Annotated[bool, typer.Option("--volumes", help="The volumes' names, a line each.")] = False,
    networks: Annotated[bool, typer.Option("--networks", help="The networks' names, a line each.")] = False,
    images: Annotated[bool, typer.Option("--images", help="The images' names, a line each.")] = False,
    profiles: Annotated[bool, typer.Option("--profiles", help="The profiles' names, a line each.")] = False,
    no_interpolate: Annotated[bool, typer.Option("--no-interpolate", help="Leave variables as they stand.")] = False,
    no_normalize: Annotated[bool, typer.Option("--no-normalize", help="Fill in no defaults.")] = False,
    no_path_resolution: Annotated[
        bool, typer.Option("--no-path-resolution", help="Leave relative paths as they stand.")
    ] = False,
    verbose: options.Verbose = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Only check; print nothing.")] = False,
) -> None:
    """Show the Compose project, merged, interpolated and in long form, as docker compose config does.

    Example: compose2oam config -f compose.yaml -f compose.prod.yaml --format json
    """
    from compose2oam import api
    from compose2oam.cli import results
    from compose2oam.cli.console import Console

    given = options.load_options(file, files, project_name, profile, env_file, project_directory)
    project = api.load(
        *given.pop("files"),
        **given,
        interpolate=not no_interpolate,
        normalize=not no_normalize,
        resolve_paths=not no_path_resolution,
    )
    Console(quiet, verbose).diagnostics(project.diagnostics)
    lists = {"services": services, "volumes": volumes, "networks": networks, "images": images, "profiles": profiles}
    asked = [name for name, wanted in lists.items() if wanted]
    if quiet:
        return
    text = (
        "".join(f"{line}\n" for name in asked for line in _lines(project, name))
        if asked
        else _rendered(project, format)
    )
    results.text_to(output, text)


def _lines(project: Project, name: str) -> list[str]:
    if name == "images":
        return [_image(project, service, tree) for service, tree in project.section("services").items()]
    if name == "profiles":
        everything: dict[str, Any] = {**project.section("services"), **project.disabled}
        return sorted({profile for tree in everything.values() for profile in tree.get("profiles") or ()})
    return list(project.section(name))


def _image(project: Project, service: str, tree: Any) -> str:
    return str(tree.get("image") or f"{project.name}-{service}")


def _rendered(project: Project, format: options.Format) -> str:
    from compose2oam.emitter import config

    return config.render(project, format.value)
