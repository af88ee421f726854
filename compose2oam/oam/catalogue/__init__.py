"""The definitions that come with a runtime: one YAML file each, under ``<version>/<kind>/<name>.yaml``.

The facts are those that KubeVela publishes, with what its templates do beside; the words are ours. A file is read when
something asks for its definition, never before.
"""

from __future__ import annotations

import functools
import pathlib
from collections.abc import Iterable

from compose2oam.errors import InputError
from compose2oam.oam.definition import Definition, Kind, Parameter, read_definition, read_parameter

#: The version of KubeVela whose definitions are here.
VERSION = "v1.11"


class Catalogue:
    """Definitions by kind and name.

    Safe in threads: the worst that two can do is to read one file twice.

    Args:
        folder: where the files are, by default those of KubeVela that ship with this package.
        extra: definitions that come before those of the folder, such as a cluster's own.
    """

    def __init__(self, folder: pathlib.Path | None = None, extra: Iterable[Definition] = ()) -> None:
        self._folder = folder or pathlib.Path(__file__).with_name(VERSION)
        self._known = {(definition.kind, definition.name): definition for definition in extra}
        self._files: dict[Kind, frozenset[str]] = {}

    def names(self, kind: Kind) -> list[str]:
        """Return the names of all definitions of a kind, sorted."""
        return sorted(self._file_names(kind).union(name for known, name in self._known if known is kind))

    def find(self, kind: Kind, name: str) -> Definition | None:
        """Return a definition; ``None`` if there is none of that name.

        Args:
            kind: component, trait, policy or workflow step.
            name: as an application writes it; a revision (``webservice@v2``) is ignored.

        Raises:
            InputError: its file cannot be read, or is no definition.
        """
        name = name.partition("@")[0]
        known = self._known.get((kind, name))
        # Only a name from the listing becomes part of a path, so `../x` finds nothing.
        if known is None and name in self._file_names(kind):
            path = self._folder / kind.value / f"{name}.yaml"
            known = self._known[kind, name] = read_definition(_read(path), str(path))
        return known

    @functools.cached_property
    def application(self) -> Parameter:
        """The shape of an Application itself."""
        path = self._folder / "application.yaml"
        return read_parameter(_read(path), str(path))

    def _file_names(self, kind: Kind) -> frozenset[str]:
        names = self._files.get(kind)
        if names is None:
            folder = self._folder / kind.value
            names = self._files[kind] = frozenset(path.stem for path in folder.glob("*.yaml"))
        return names


@functools.cache
def builtin() -> Catalogue:
    """Return the catalogue that ships with this package; one for all, as nothing in it changes."""
    return Catalogue()


def _read(path: pathlib.Path) -> object:
    import yaml

    try:
        reader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(path.read_text(encoding="utf-8"))
        return reader.get_single_data()
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(f"{path}: cannot be read: {error}") from None
