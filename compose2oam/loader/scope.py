"""What one model is loaded with: its folder, its variables, and what was read so far.

A model is a list of files that are merged. The project itself is one; so is each ``include``, which has its own scope.
"""

from __future__ import annotations

import os
import pathlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from compose2oam.diagnostics import Diagnostic
from compose2oam.loader.trees import drop
from compose2oam.loader.values import join_path
from compose2oam.model.compose import Resolved
from compose2oam.model.dataclass import dataclass, field, replace
from compose2oam.model.namedtuple import NamedTuple
from compose2oam.model.path import Path
from compose2oam.source.files import is_folder
from compose2oam.source.position import Position
from compose2oam.source.tree import Documents, Map

if TYPE_CHECKING:
    from compose2oam.loader.options import LoadOptions


def shown(file: str) -> str:
    """Return the name of a file for people: relative to the working directory where that is shorter."""
    relative = os.path.relpath(file) if file else file
    return relative if len(relative) < len(file) else file


class Bases(NamedTuple):
    """The services of a file that others can extend, and what the file's tags take away."""

    services: Map
    resets: frozenset[Path]


class Blank(NamedTuple):
    """A value in which variables are not set.

    Attributes:
        path: where it stands in its document.
        names: the variables, in order.
        hint: what to do about the first one.
    """

    path: Path
    names: tuple[str, ...]
    hint: str


@dataclass(slots=True)
class Scope:
    """The state of loading one model.

    Attributes:
        options: how the project is loaded.
        folder: where relative paths of this model start; relative to the including model's folder, or absolute.
        root: the same folder, absolute.
        environment: the variables of this model.
        included: the files being read, absolute, from the project's own to the one that is being included.
        resolve_paths: whether the paths of this model are resolved.
        notes: warnings and notes, in the order of finding them; shared by all models.
        load: how a model is loaded; the phases call it for ``include``, and know nothing else of the pipeline.
        read: how a file is read into its tree and its tags, for ``extends``.
        file: the file being read, as a user would name it.
        tagged: whether a document of that file has tags.
        resets: what the tags of the document being read take away.
        merged: what the earlier files of this model came to.
        documents: what files hold that are read already, by their absolute path; taken out when they are loaded.
        bases: the files that services were extended from, by their absolute path and the section.
        models: the models that were included, by all that they depend on.
        name: the project name.
        profiles: the active profiles.
        disabled: the services that no active profile enables, once that is known.
        resolved: what was written and is no longer in the model, by its path and place; shared by all models.
        blanks: the values in which variables are not set, by their place; shared by all models.
    """

    options: LoadOptions
    folder: str
    root: str
    environment: Mapping[str, str]
    included: tuple[str, ...]
    resolve_paths: bool
    notes: dict[Diagnostic, None]
    load: Callable[[list[str], Scope, Position | None], Map]
    read: Callable[[str, Scope, Position | None], tuple[Map, frozenset[Path]]]
    file: str = ""
    tagged: bool = False
    resets: frozenset[Path] = frozenset()
    merged: Map = field(default_factory=Map)
    bases: dict[tuple[str, str], Bases] = field(default_factory=dict)
    models: dict[object, Map] = field(default_factory=dict)
    documents: dict[str, Documents] = field(default_factory=dict)
    name: str = ""
    profiles: tuple[str, ...] = ()
    disabled: Map = field(default_factory=Map)
    resolved: dict[tuple[Path, Position], Resolved] = field(default_factory=dict)
    blanks: dict[Position, Blank] = field(default_factory=dict)

    def absolute(self, file: str) -> str:
        """Return the absolute path of a file that this model names."""
        return file if file.startswith("/") else join_path(self.root, file)

    def folder_of(self, path: str) -> str:
        """Return the folder of a file, or a folder itself, relative to this model's."""
        there = pathlib.Path(self.absolute(path))
        return os.path.relpath(there if is_folder(there) else there.parent, self.root)

    def read_base(self, file: str, mark: Position | None) -> tuple[Map, frozenset[Path]]:
        """Read a file that a service extends another one from, and what its tags take away."""
        inner = replace(self, merged=Map(), resets=frozenset(), file=shown(file))
        return self.read(file, inner, mark)

    def take_out(self, container: Map, key: str, path: Path, code: str = "", say: str = "") -> None:
        """Take an entry out of a mapping, and remember what a user wrote there.

        Args:
            container: the mapping; nothing is done where it has no such entry.
            key: the entry.
            path: where the mapping stands.
            code: what became of it, where no rule reads the key.
            say: the same for people.
        """
        if key in container:
            self.remember((*path, key), container.marks.get(key), container[key], code, say)
            drop(container, key)

    def remember(self, path: Path, mark: Position | None, value: Any, code: str = "", say: str = "") -> None:
        """Remember what a user wrote, once, for an account of every line; nothing that no user wrote."""
        if mark is not None:
            self.resolved.setdefault((path, mark), Resolved(path, mark, value, code, say))

    def warn(self, finding: Diagnostic) -> None:
        """Note a finding that is no error, once."""
        self.notes.setdefault(finding)
