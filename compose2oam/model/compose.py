"""A Compose project as the loader hands it on."""

from __future__ import annotations

import pathlib
from collections.abc import Mapping
from typing import Any

from compose2oam.diagnostics import Diagnostic
from compose2oam.model.dataclass import dataclass, field
from compose2oam.model.namedtuple import NamedTuple
from compose2oam.model.path import Path
from compose2oam.source.position import Position
from compose2oam.source.tree import Map


class Resolved(NamedTuple):
    """What a user wrote and the loader acted on or left out, so that the model no longer has it.

    Attributes:
        path: where it stood in its file.
        position: where it was written.
        value: its tree.
        code: what became of it where no rule reads its key, ``""`` where one does.
        say: the same for people.
    """

    path: Path
    position: Position
    value: Any
    code: str = ""
    say: str = ""


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
        resolved: the lines that are no longer in either, since the loader acted on them (``include``, ``extends``,
            ``!reset``) or left them out (``version``, volumes that no service uses).
        environment: the variables that were used for interpolation: the process's over those of the env files.
        profiles: the active profiles.
        diagnostics: warnings and notes of the loader (errors are raised).
    """

    name: str
    directory: pathlib.Path
    files: tuple[str, ...]
    tree: Map
    disabled: Map = field(default_factory=Map)
    resolved: tuple[Resolved, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    profiles: tuple[str, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()

    def section(self, name: str) -> Map:
        """Return a top-level section (``services``, ``volumes``...) by name, empty where there is none."""
        found = self.tree.get(name)
        return found if isinstance(found, Map) else Map()
