"""The definitions that come with a runtime and with what people install on top of it: one YAML file each.

They lie under ``<version>/<kind>/<name>.yaml`` and ``addons/<addon>/<kind>/<name>.yaml``. The facts are those that
KubeVela and the addons publish, with what their templates do beside; the words are ours. A file is read when something
asks for its definition, never before.
"""

from __future__ import annotations

import functools
import pathlib
from collections.abc import Iterable, Iterator, Mapping

from compose2oam.errors import UsageError
from compose2oam.oam import shipped
from compose2oam.oam.addons import Addon, read_addon
from compose2oam.oam.definition import Definition, Kind, Parameter, read_definition, read_parameter

#: The version of KubeVela whose definitions are here.
VERSION = "v1.11"

#: In a folder of definitions that came out of a cluster, what else was seen there.
CLUSTER_FILE = "cluster.yaml"

_HERE = pathlib.Path(__file__).parent


class Catalogue:
    """Definitions by kind and name.

    Safe in threads: the worst that two can do is to read one file twice.

    Args:
        folders: where the files are; the first that has a definition gives it. By default those that ship with this
            package, KubeVela's own and then those of the addons, unless the catalogue is complete without.
        extra: definitions that come before those of all folders.
        complete: whether a cluster can have no others, as it was asked for them.
        groups: the API groups of the custom resources that the cluster has, as far as that is known.
    """

    def __init__(
        self,
        *folders: pathlib.Path,
        extra: Iterable[Definition] = (),
        complete: bool = False,
        groups: Iterable[str] = (),
    ) -> None:
        self.complete = complete
        self.groups = frozenset(groups)
        self._folders = folders or (() if complete else (_HERE / VERSION, *_addon_folders()))
        self._known = {(definition.kind, definition.name): definition for definition in extra}
        self._files: dict[tuple[pathlib.Path, Kind], frozenset[str]] = {}

    def names(self, kind: Kind) -> list[str]:
        """Return the names of all definitions of a kind, sorted."""
        found = {name for known, name in self._known if known is kind}
        return sorted(found.union(*(self._file_names(folder, kind) for folder in self._folders)))

    def all(self) -> Iterator[Definition]:
        """Go through all definitions, kind by kind and by name."""
        for kind in Kind:
            for name in self.names(kind):
                if (definition := self.find(kind, name)) is not None:
                    yield definition

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
        if known is not None:
            return known
        for folder in self._folders:
            # Only a name from the listing becomes part of a path, so `../x` finds nothing.
            if name in self._file_names(folder, kind):
                path = folder / kind.value / f"{name}.yaml"
                tree = shipped.read(path, folder) if folder.is_relative_to(_HERE) else shipped.read_yaml(path)
                found = self._known[kind, name] = read_definition(tree, str(path))
                return found
        return None

    @functools.cached_property
    def application(self) -> Parameter:
        """The shape of an Application itself."""
        path = _HERE / VERSION / "application.yaml"
        return read_parameter(shipped.read(path, path.parent), str(path))

    def old_spec(self, kind: str) -> Parameter | None:
        """Return what the spec of a kind of ``core.oam.dev/v1alpha2`` takes, ``None`` for a kind that is not there."""
        return _old_specs().get(kind)

    @property
    def addons(self) -> Mapping[str, Addon]:
        """What people install on top, by name; the same for every catalogue."""
        return _addons()

    def _file_names(self, folder: pathlib.Path, kind: Kind) -> frozenset[str]:
        names = self._files.get((folder, kind))
        if names is None:
            listed = frozenset(path.stem for path in (folder / kind.value).glob("*.yaml"))
            names = self._files[folder, kind] = listed
        return names


@functools.cache
def builtin() -> Catalogue:
    """Return the catalogue that ships with this package; one for all, as nothing in it changes."""
    return Catalogue()


@functools.cache
def _old_specs() -> dict[str, Parameter]:
    files = sorted((_HERE / "v1alpha2").glob("*.yaml"))
    return {file.stem: read_parameter(shipped.read_yaml(file), str(file)) for file in files}


@functools.cache
def runtime() -> Catalogue:
    """Return the catalogue of what KubeVela itself has, without the addons."""
    return Catalogue(_HERE / VERSION)


def catalogue_of(folders: Iterable[pathlib.Path]) -> Catalogue:
    """Return the catalogue for folders that a user names: over the shipped definitions, or in their place.

    A folder that was filled from a cluster says all that the cluster has, so with one of them nothing that ships is
    known beside. Any other folder adds to what ships.

    Raises:
        UsageError: a folder that is not there, or holds no definition.
    """
    named = tuple(folders)
    if not named:
        return builtin()
    for folder in named:
        if not any((folder / kind.value).glob("*.yaml") for kind in Kind if (folder / kind.value).is_dir()):
            kinds = ", ".join(kind.value for kind in Kind)
            raise UsageError(f"{folder} holds no definitions: they lie in folders called {kinds}, one file each")
    facts = [_facts(folder / CLUSTER_FILE) for folder in named if (folder / CLUSTER_FILE).is_file()]
    if facts:
        return Catalogue(*named, complete=True, groups=[group for one in facts for group in one])
    return Catalogue(*named, _HERE / VERSION, *_addon_folders())


@functools.cache
def _addons() -> Mapping[str, Addon]:
    files = [folder / "addon.yaml" for folder in _addon_folders()]
    return {file.parent.name: read_addon(shipped.read_yaml(file), file.parent.name, str(file)) for file in files}


def _facts(file: pathlib.Path) -> list[str]:
    """Return the API groups that a cluster had when its definitions were read."""
    tree = shipped.read_yaml(file)
    groups = tree.get("groups") if isinstance(tree, dict) else None
    return [str(group) for group in groups] if isinstance(groups, list) else []


def _addon_folders() -> list[pathlib.Path]:
    return sorted(folder for folder in (_HERE / "addons").iterdir() if folder.is_dir())
