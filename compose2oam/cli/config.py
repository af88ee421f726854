"""``compose2oam config``: the Compose project as it was read, before anything is made of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any, Optional

from compose2oam.cli import options
from compose2oam.cli.declaring import Option

if TYPE_CHECKING:
    from compose2oam.model.compose import Project

# What can be listed, in the order in which Docker Compose looks for it.
_LISTS = ("services", "volumes", "networks", "models", "hash", "profiles", "images", "variables", "environment")

# What is left out of loading for some of them, so that a project that is not complete can be listed too.
_NO_ENV_FILES = ("services", "volumes", "networks", "models", "variables")

# What stands between a name and its value in those that have both.
_PAIRED = {"hash": " ", "environment": "="}


def config(
    file: options.Files = None,
    files: options.FileOptions = None,
    project_name: options.ProjectName = None,
    profile: options.Profiles = None,
    env_file: options.EnvFiles = None,
    project_directory: options.ProjectDirectory = None,
    output: Annotated[str, Option("-o", "--output", metavar="FILE", help="A file instead of standard output.")] = "",
    format: Annotated[Optional[options.Format], Option("--format", help="How to write it; YAML by default.")] = None,
    services: Annotated[bool, Option("--services", help="The services' names, a line each.")] = False,
    volumes: Annotated[bool, Option("--volumes", help="The volumes' names, a line each.")] = False,
    networks: Annotated[bool, Option("--networks", help="The networks' names, a line each.")] = False,
    models: Annotated[bool, Option("--models", help="The models' names, a line each.")] = False,
    images: Annotated[bool, Option("--images", help="The images' names, a line each.")] = False,
    profiles: Annotated[bool, Option("--profiles", help="The profiles' names, a line each.")] = False,
    hash: Annotated[
        str,
        Option(
            "--hash",
            metavar="SERVICE,...",
            help="The hash of each service's configuration, equal to Docker Compose's; * for all.",
        ),
    ] = "",
    variables: Annotated[
        bool, Option("--variables", help="The variables that the files name, with their defaults.")
    ] = False,
    environment: Annotated[
        bool, Option("--environment", help="The variables that interpolation uses, as NAME=value.")
    ] = False,
    no_interpolate: Annotated[bool, Option("--no-interpolate", help="Leave variables as they stand.")] = False,
    no_normalize: Annotated[bool, Option("--no-normalize", help="Fill in no defaults.")] = False,
    no_path_resolution: Annotated[
        bool, Option("--no-path-resolution", help="Leave relative paths as they stand.")
    ] = False,
    no_env_resolution: Annotated[
        bool, Option("--no-env-resolution", help="Leave the services' env files as they stand.")
    ] = False,
    no_consistency: Annotated[
        bool, Option("--no-consistency", help="Do not check that the parts of the project fit together.")
    ] = False,
    verbose: options.Verbose = False,
    quiet: Annotated[bool, Option("-q", "--quiet", help="Only check; print nothing.")] = False,
) -> None:
    """Show the Compose project, merged, interpolated and in long form, as docker compose config does.

    Example: compose2oam config -f compose.yaml -f compose.prod.yaml --format json
    """
    from compose2oam.cli import results
    from compose2oam.cli.console import Console
    from compose2oam.loader import LoadOptions, load

    wanted = {
        "services": services,
        "volumes": volumes,
        "networks": networks,
        "models": models,
        "hash": hash,
        "profiles": profiles,
        "images": images,
        "variables": variables,
        "environment": environment,
    }
    asked = next((name for name in _LISTS if wanted[name]), "")
    given = options.load_options(file, files, project_name, profile, env_file, project_directory)
    how: dict[str, Any] = {
        "interpolate": not (no_interpolate or asked == "variables"),
        "validate": asked != "variables",
        "normalize": not no_normalize,
        "resolve_paths": not no_path_resolution,
        "resolve_environment": not (no_env_resolution or asked in _NO_ENV_FILES),
        "consistency": not no_consistency,
    }
    project = load(LoadOptions(**given, **how))
    Console(quiet, verbose).diagnostics(project.diagnostics)
    if quiet:
        return
    if asked == "variables":
        text = _variables(project, format)
    elif asked:
        text = _listed(list(_lines(project, asked, hash)), asked, format)
    else:
        text = _model(project, (format or options.Format.YAML).value, no_interpolate, no_env_resolution)
    results.text_to(output, text)


def _model(project: Project, form: str, no_interpolate: bool, no_env_resolution: bool) -> str:
    from compose2oam.emitter import config

    if no_interpolate:
        return config.render_unresolved(project.tree, form)
    return config.render(project, form, env_files=no_env_resolution)


def _listed(lines: list[str], asked: str, format: options.Format | None) -> str:
    """Return a list as Docker Compose prints it, or as data if that is asked for; then names have values."""
    if format is not options.Format.JSON:
        return "".join(f"{line}\n" for line in lines)
    from compose2oam.emitter import json

    sign = _PAIRED.get(asked)
    return json.dump([dict(line.split(sign, 1) for line in lines) if sign else lines])


def _lines(project: Project, name: str, hashed: str) -> Iterable[str]:
    from compose2oam.emitter import listings

    if name == "hash":
        return _hashes(project, hashed)
    if name in ("volumes", "networks"):
        return sorted(project.section(name))
    made: Iterable[str] = getattr(listings, name)(project)
    return made


def _hashes(project: Project, wanted: str) -> list[str]:
    from compose2oam.emitter.hashes import service_hash
    from compose2oam.errors import UsageError

    services = project.section("services")
    names = sorted(services) if wanted == "*" else sorted(set(wanted.split(",")))
    unknown = [name for name in names if name not in services]
    if unknown:
        raise UsageError(f"no such service: {', '.join(unknown)} (there are {', '.join(sorted(services))})")
    return [f"{name} {service_hash(project, name)}" for name in names]


def _variables(project: Project, format: options.Format | None) -> str:
    from compose2oam.emitter import json, listings, yaml
    from compose2oam.loader.interpolate import used

    found: Any = used(project.tree).values()
    if format is options.Format.JSON:
        return json.dump([listings.variable_data(found)])
    if format is options.Format.YAML:
        return yaml.dump([listings.variable_data(found, lower=True)])
    return "".join(f"{line}\n" for line in listings.variable_table(found))
