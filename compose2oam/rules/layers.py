"""The folders of rules that are laid over one another: the one that ships, those of packages, those of a user."""

from __future__ import annotations

import errno
import io
import os
import pathlib
import stat
from collections.abc import Iterable, Iterator
from typing import Any

from compose2oam.errors import RuleError, UsageError
from compose2oam.model.dataclass import dataclass
from compose2oam.rules import strict
from compose2oam.source.files import is_folder, is_link
from compose2oam.source.position import Position
from compose2oam.source.reader import parse, read_text
from compose2oam.source.record import was_read
from compose2oam.source.tree import Map

MEANINGS = "meanings"
TARGET_FILE = "target.yaml"
OVERLAY_FILE = "overlay.yaml"
ENTRY_POINTS = "compose2oam.mappings"
"""The group of entry points by which an installed package offers rules."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One folder of rules.

    Attributes:
        folder: where it is.
        shipped: whether it is the one that comes with compose2oam.
    """

    folder: pathlib.Path
    shipped: bool = False

    def shown(self, path: pathlib.Path) -> str:
        """Return how to call a file of it: a shipped one from the folder around, another as the user named it."""
        return str(path).removeprefix(f"{self.folder.parent}{os.sep}") if self.shipped else str(path)

    def document(self, path: pathlib.Path) -> tuple[Any, Position]:
        """Return what a file of it holds, and the position of its beginning.

        Raises:
            RuleError: if it cannot be read, or is no YAML.
        """
        name = self.shown(path)
        documents = parse(read_text(path, name, error=RuleError), name, strict=True, error=RuleError)
        if len(documents) > 1:
            raise strict.fail("RULE-109", "a file holds one rule", Position(name, 1, 1), "write a file for each")
        return (documents[0] if documents else None), Position(name, 1, 1)

    def targets(self) -> list[str]:
        """Return the targets that it has a file for."""
        return sorted(path.parent.name for path in self.folder.glob(f"*/{TARGET_FILE}"))

    def rule_files(self, kind: str) -> Iterator[pathlib.Path]:
        """Yield the rules of ``meanings``, or of a target, by name."""
        return iter(sorted((self.folder / kind).glob("*/*.yaml")))

    def contents(self) -> Iterator[tuple[str, object]]:
        """Yield every file that rules or targets are read from, as its path and what tells one content from another.

        That is the content itself; of the files that ship, size and time are enough, as Python has it with modules.

        Raises:
            OSError: if one of them cannot be read, or is no file.
        """
        # Texts for paths: objects for some hundreds of them would take longer than all the rest.
        for path, known in sorted(_rule_files(self.folder, 3)):
            if not stat.S_ISREG(known.st_mode):
                raise OSError(errno.EINVAL, "no file", path)
            if self.shipped:
                yield path, (known.st_size, known.st_mtime_ns)
                continue
            with io.FileIO(path) as file:
                data = file.read(known.st_size + 1)
            was_read(path, data)
            yield path, data

    def codes(self) -> set[str]:
        """Return the codes of all rules in it, for whatever target."""
        nodes = (self.document(path)[0] for path in self.folder.glob("*/*/*.yaml"))
        return {str(node["code"]) for node in nodes if isinstance(node, Map) and "code" in node}

    def misplaced(self, targets: Iterable[str], groups: Iterable[str]) -> Iterator[RuleError]:
        """Yield an error for each file that looks like a rule and would never be read.

        Args:
            targets: the names of all targets.
            groups: the names of the groups of rules.
        """
        kinds = {MEANINGS, *targets}
        for kind in self._entries(self.folder):
            if kind.name in kinds and not is_folder(kind):
                yield strict.fail("RULE-131", f"`{kind.name}` is no folder", self._at(kind), "put rules in a folder")
            elif kind.name in kinds:
                yield from self._misplaced_in(kind)
            elif is_folder(kind) and (found := [group for group in groups if any((kind / group).glob("*.yaml"))]):
                hint = strict.near(kind.name, kinds) or f"known are: {', '.join(sorted(kinds))}"
                yield strict.fail("RULE-131", f"there is no target `{kind.name}`", self._at(kind / min(found)), hint)

    def _misplaced_in(self, kind: pathlib.Path) -> Iterator[RuleError]:
        for group in self._entries(kind):
            if group.name == TARGET_FILE:
                continue
            if is_folder(group):
                paths = sorted((*group.glob("*.yml"), *group.glob("*/*.y*ml")))
            elif is_link(group) or group.suffix in (".yaml", ".yml"):
                paths = [group]
            else:
                continue
            for path in paths:
                hint = f"rules are {kind.name}/<group>/<name>.yaml"
                yield strict.fail("RULE-131", "this file is not where rules are read", self._at(path), hint)

    def _entries(self, folder: pathlib.Path) -> list[pathlib.Path]:
        """Return what is in a folder, by name, but for what is hidden.

        Raises:
            RuleError: if it cannot be read.
        """
        try:
            return sorted(path for path in folder.iterdir() if not path.name.startswith("."))
        except OSError as error:
            raise strict.fail("RULE-131", f"this folder cannot be read: {error.strerror}", self._at(folder)) from None

    def _at(self, path: pathlib.Path) -> Position:
        return Position(self.shown(path), 1, 1)


def _rule_files(folder: str | os.PathLike[str], depth: int) -> Iterator[tuple[str, os.stat_result]]:
    """Yield the YAML files in a folder and in those in it, as far down as rules are looked for."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(".yaml"):
                yield entry.path, entry.stat()
            elif depth > 1 and entry.is_dir():
                yield from _rule_files(entry.path, depth - 1)


def builtin_mappings() -> pathlib.Path:
    """Return the folder of the rules that ship with compose2oam: inside the wheel, or at the top of a checkout."""
    package = pathlib.Path(__file__).resolve().parents[1]
    shipped = package / "_mappings"
    return shipped if shipped.is_dir() else package.parent / "mappings"


def layers_of(overlays: Iterable[str | os.PathLike[str]]) -> list[Layer]:
    """Return the layers of rules, the lowest first.

    Args:
        overlays: folders, or names under which installed packages offer rules.

    Raises:
        UsageError: for what is neither.
    """
    return [Layer(builtin_mappings(), shipped=True), *(Layer(folder_of(overlay)) for overlay in overlays)]


def folder_of(name: str | os.PathLike[str]) -> pathlib.Path:
    """Return the folder of rules that a user named: the folder itself, or that of an installed package.

    Raises:
        UsageError: if there is no such folder and no such package.
    """
    if is_folder(name):
        return pathlib.Path(name)
    text = os.fspath(name)
    if pathlib.PurePath(text).name != text or text.startswith("."):
        raise UsageError(f"{text} is not a folder of mapping rules")
    return _installed(text)


def _installed(name: str) -> pathlib.Path:
    """Return the folder to which the entry point of a package leads; none of the package's code runs for that."""
    from importlib import metadata

    offered = list(metadata.entry_points(group=ENTRY_POINTS))
    found = {point.value for point in offered if point.name == name}
    if not found:
        known = sorted({point.name for point in offered})
        hint = strict.near(name, known) or (f"installed are: {', '.join(known)}" if known else "none is installed")
        raise UsageError(f"{name} is not a folder of mapping rules, nor the name of installed ones; {hint}")
    if len(found) > 1:
        raise UsageError(f"several packages offer mapping rules as {name}: {', '.join(sorted(found))}")
    (value,) = found
    folder = _folder_of_package(value)
    if folder is None:
        raise UsageError(f"the mapping rules {name} are installed, but their package `{value}` has no folder")
    return folder


def _folder_of_package(value: str) -> pathlib.Path | None:
    """Find the folder of ``package.part.part`` by looking for it; to import it would run the package's code."""
    from importlib import util

    top, *below = value.strip().split(".")
    try:
        spec = util.find_spec(top)
    except (ImportError, ValueError):
        return None
    for place in (spec.submodule_search_locations if spec else None) or ():
        folder = pathlib.Path(place, *below)
        if is_folder(folder):
            return folder
    return None
