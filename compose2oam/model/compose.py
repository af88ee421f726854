"""A Compose project as the loader hands it on."""

from __future__ import annotations

import pathlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from compose2oam.diagnostics import Diagnostic
from compose2oam.source.tree import Map


@dataclass(frozen=True, slots=True)
class Project:
    """One Compose project, merged, interpolated, validated and in long form.

    Attributes:
        name: the project name (Compose specification, "Name top-level element").
        directory: the absolute project directory, against which relative paths were resolved.
        files: the files that were read with ``-f`` or found, in order, as the user would name them.
        tree: the normalised model, equal to what ``docker compose config --format json`` prints, except that
            ``env_file`` and ``label_file`` are kept beside the ``environment`` and ``labels`` they were merged into.
            Services, networks and the rest stand in file order. An entry without a mark was not written by a user.
        disabled: the services that no active profile enables, in the same form as ``tree["services"]``.
        environment: the variables that were used for interpolation: the process's over those of the env files.
        profiles: the active profiles.
        diagnostics: warnings and notes of the loader (errors are raised).
    """

    name: str
    directory: pathlib.Path
    files: tuple[str, ...]
    tree: Map
    disabled: Map = field(default_factory=Map)
    environment: Mapping[str, str] = field(default_factory=dict)
    profiles: tuple[str, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()

    def section(self, name: str) -> Map:
        """Return a top-level section (``services``, ``volumes``...) by name, empty where there is none."""
        found = self.tree.get(name)
        return found if isinstance(found, Map) else Map()
