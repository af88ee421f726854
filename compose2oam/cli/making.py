"""Loading and converting a project as the options of a command say."""

from __future__ import annotations

import pathlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from compose2oam.model.dataclass import replace
from compose2oam.model.namedtuple import NamedTuple

if TYPE_CHECKING:
    from compose2oam.api import Conversion
    from compose2oam.diagnostics import Diagnostic
    from compose2oam.model.compose import Project
    from compose2oam.oam.catalogue import Catalogue
    from compose2oam.rules.rulebook import Rulebook
    from compose2oam.rules.settings import Settings


class Other(NamedTuple):
    """What there is to say of the lines of a file of an environment."""

    said: tuple[Diagnostic, ...]
    losses: tuple[Diagnostic, ...]


class Maker(NamedTuple):
    """Converts projects, all in one way.

    Attributes:
        rulebook: the rules.
        on_loss: what to do where something is lost, as :func:`compose2oam.api.convert` takes it.
        catalogue: the definitions to check against, ``None`` for those that ship.
    """

    rulebook: Rulebook
    on_loss: Any = "warn"
    catalogue: Catalogue | None = None

    def convert(self, project: Project, settings: Settings) -> Conversion:
        """Convert a project with some settings."""
        from compose2oam import api

        return api.convert(
            project, rulebook=self.rulebook, settings=settings, on_loss=self.on_loss, catalogue=self.catalogue
        )

    def with_files(
        self, project: Project, words: Iterable[str], given: Mapping[str, Any], settings: Settings
    ) -> tuple[Project, list[Other]]:
        """Return a project with the environments that files describe (``prod=compose.prod.yaml``)."""
        alone = replace(settings, environments=())
        return _with_files(project, words, given, lambda one: self.convert(one, alone))


def maker(target: str, mappings: Sequence[str] | None, capabilities: Any, on_loss: Any = "warn") -> Maker:
    """Return what converts as options say."""
    from compose2oam.cli import options
    from compose2oam.rules.rulebook import load_rulebook

    return Maker(load_rulebook(target, mappings or ()), on_loss, options.catalogue(capabilities))


def _with_files(
    project: Project, words: Iterable[str], given: Mapping[str, Any], made_for: Callable[[Project], Conversion]
) -> tuple[Project, list[Other]]:
    """Return a project with the environments that files describe (``prod=compose.prod.yaml``)."""
    from compose2oam import api
    from compose2oam.errors import UsageError
    from compose2oam.rules import variants

    others = []
    loaded = project
    for name, _, file in (word.partition("=") for word in words):
        if not file:
            continue
        if "-" in loaded.files:
            raise UsageError("--env NAME=FILE reads the project once more, which standard input does not allow")
        changed = api.load(*loaded.files, file, **given)
        base, other = made_for(loaded), made_for(changed)
        if base.application is None or other.application is None:
            raise UsageError("--env NAME=FILE needs a target that writes an application")
        project = variants.lay(project, base.application, variants.Variant(name, file, changed, other.application))
        others.append(Other(_of_file(other.diagnostics, file), _of_file(other.losses, file)))
    return project, others


def _of_file(found: Iterable[Diagnostic], file: str) -> tuple[Diagnostic, ...]:
    """Keep what is said of the lines of one file; the lines of all others are told anyway."""
    path = pathlib.Path(file).absolute()
    return tuple(item for item in found if item.position and pathlib.Path(item.position.file).absolute() == path)
