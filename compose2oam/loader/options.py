"""How a project is loaded: the options of ``docker compose`` that choose and shape what is read."""

from __future__ import annotations

from collections.abc import Mapping

from compose2oam.model.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """Options of :func:`compose2oam.loader.load`; relative paths start at the working directory.

    Attributes:
        files: Compose files in order (``-f``), ``-`` for standard input; empty to find them.
        project_directory: where the project's relative paths start; the folder of the first file by default.
        project_name: the project's name (``-p``); empty to find one.
        profiles: the profiles to enable (``--profile``), ``*`` for all; empty for ``COMPOSE_PROFILES``.
        env_files: env files for interpolation (``--env-file``), a later one taking precedence; empty for
            ``COMPOSE_ENV_FILES``, else for ``.env``.
        environment: the variables outside, which take precedence over those of env files; ``None`` for the process's.
        services: the services to keep, with what they depend on; empty for all.
        interpolate: replace variables.
        normalize: fill in defaults and names.
        resolve_paths: make relative paths absolute.
        validate: check the files against the Compose specification.
        consistency: check that the parts of the project fit together.
        resolve_environment: read ``env_file`` into ``environment``.
        all_resources: keep networks, volumes, secrets and configs that no service uses.
    """

    files: tuple[str, ...] = ()
    project_directory: str = ""
    project_name: str = ""
    profiles: tuple[str, ...] = ()
    env_files: tuple[str, ...] = ()
    environment: Mapping[str, str] | None = None
    services: tuple[str, ...] = ()
    interpolate: bool = True
    normalize: bool = True
    resolve_paths: bool = True
    validate: bool = True
    consistency: bool = True
    resolve_environment: bool = True
    all_resources: bool = False
