"""What a program calls: load a project, convert it, check the result. The command line does no more than print.

Nothing here prints, exits or keeps state between calls; calls may run in several threads.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal

from compose2oam.diagnostics import Diagnostic, Severity
from compose2oam.errors import CheckError, LossRefused
from compose2oam.model.compose import Project
from compose2oam.model.dataclass import dataclass, field
from compose2oam.model.entry import Entry
from compose2oam.model.oam import Application
from compose2oam.model.outcome import Outcome
from compose2oam.model.report import Report, RuleText
from compose2oam.rules.origins import Origins
from compose2oam.rules.rulebook import Rulebook, load_rulebook
from compose2oam.rules.settings import Settings
from compose2oam.rules.translate import translate
from compose2oam.rules.written import Written
from compose2oam.source.tree import locate

if TYPE_CHECKING:
    from compose2oam.oam.catalogue import Catalogue

OnLoss = Literal["ignore", "warn", "error"]


@dataclass(frozen=True, slots=True)
class Conversion:
    """What a conversion gives.

    Attributes:
        application: the application, checked against the definitions of its runtime; ``None`` for a target that writes
            none.
        definitions: manifests that tell a runtime of the kinds of objects in it, once for a cluster.
        objects: manifests that must be in the cluster before it.
        manifests: all other manifests, for a target that writes no application.
        origins: finds the line of the project for a place in one of the documents.
        secrets: manifests of Secrets; keep them apart, and out of version control.
        entries: the ledger: what became of each leaf of the input.
        diagnostics: what there is to say, in the order of the project.
        report: the same for a report, with what the rules say of themselves.
    """

    application: Application | None
    objects: tuple[Mapping[str, Any], ...]
    secrets: tuple[Mapping[str, Any], ...]
    entries: tuple[Entry, ...]
    diagnostics: tuple[Diagnostic, ...]
    report: Report
    definitions: tuple[Mapping[str, Any], ...] = ()
    manifests: tuple[Mapping[str, Any], ...] = ()
    origins: Origins | None = field(default=None, repr=False, compare=False)

    @property
    def documents(self) -> tuple[Mapping[str, Any], ...]:
        """The manifests to apply, in order, without the Secrets."""
        last = () if self.application is None else (self.application.to_dict(),)
        return (*self.definitions, *self.objects, *self.manifests, *last)

    @property
    def losses(self) -> tuple[Diagnostic, ...]:
        """Every leaf of the input that was dropped or refused, as an error."""
        return self.report.losses

    def count(self, outcome: Outcome) -> int:
        """Return how many leaves of the input ended so."""
        return self.report.counts().get(outcome, 0)


def load(*files: str | os.PathLike[str], oam: str | os.PathLike[str] | None = None, **options: Any) -> Project:
    """Load a Compose project as Docker Compose does, with what a side file says of OAM.

    Args:
        files: the Compose files, in order; without any they are looked for as Docker Compose does.
        oam: the side file; by default the file ``compose2oam.yaml`` beside the Compose file, if it is there. An empty
            text is for none.
        options: further fields of :class:`compose2oam.loader.options.LoadOptions`.

    Raises:
        ComposeError: with everything that is wrong with the project.
    """
    from compose2oam import sidefile
    from compose2oam.loader.options import LoadOptions
    from compose2oam.loader.project import load as load_project

    project = load_project(LoadOptions(files=tuple(os.fspath(file) for file in files), **options))
    beside = sidefile.find(project) if oam is None else os.fspath(oam)
    return sidefile.lay(project, beside) if beside else project


def convert(
    project: Project,
    *,
    target: str = "kubevela",
    mappings: Iterable[str | os.PathLike[str]] = (),
    settings: Settings | None = None,
    on_loss: OnLoss = "warn",
    rulebook: Rulebook | None = None,
    catalogue: Catalogue | None = None,
) -> Conversion:
    """Convert a project to an application, and check it.

    Args:
        project: what :func:`load` returned.
        target: the runtime to write for.
        mappings: folders of rules laid over the built-in ones, or the names under which installed packages offer some.
        settings: the namespace and other choices.
        on_loss: what to do where something is lost; ``ignore`` leaves out what there is to say about it.
        rulebook: rules that are loaded already, instead of ``target`` and ``mappings``.
        catalogue: the definitions to check against, by default those that ship.

    Raises:
        ComposeError: for names that clash, or an invalid ``x-oam``.
        RuleError: for rules that are invalid or contradict one another.
        LossRefused: with every loss, if ``on_loss`` is ``error``.
        CheckError: if the application does not fit the definitions of the runtime.
    """
    rules = rulebook or load_rulebook(target, mappings)
    made = translate(project, rules, settings or Settings())
    written = made.written
    origins = Origins(project.tree, made)
    findings = _check(written, origins, catalogue)
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    if errors:
        raise CheckError.of(errors)
    lost = [entry for entry in made.entries if entry.outcome.is_loss] if on_loss == "ignore" else []
    unsaid = {(entry.codes[0], entry.about) for entry in lost}
    said = [item for item in made.diagnostics if (item.code, item.path) not in unsaid]
    told = {(entry.codes[0], entry.say, entry.about) for entry in made.entries if entry.say}
    untold = [item for item in said if (item.code, item.message, item.path) not in told]
    # The loader says little, and only what it says can be known already.
    codes = {item.code for item in project.diagnostics}
    known = {(entry.codes[0], entry.about) for entry in made.entries if entry.codes[0] in codes}
    loaded = [item for item in project.diagnostics if (item.code, item.path) not in known]
    beside = (*loaded, *untold, *findings)
    conversion = Conversion(
        written.application,
        written.objects,
        made.secrets,
        made.entries,
        (*project.diagnostics, *said, *findings),
        Report(project.name, made.name, made.entries, beside, _Texts(rules)),
        written.definitions,
        written.manifests,
        origins,
    )
    if on_loss == "error" and conversion.losses:
        raise LossRefused.of(conversion.losses)
    return conversion


class _Texts(Mapping[str, RuleText]):
    """What :func:`texts` returns, once somebody asks: a conversion without a report never does."""

    __slots__ = ("_known", "_rules")

    def __init__(self, rules: Rulebook) -> None:
        self._rules = rules
        self._known: dict[str, RuleText] | None = None

    def _texts(self) -> dict[str, RuleText]:
        if self._known is None:
            self._known = texts(self._rules)
        return self._known

    def __getitem__(self, code: str) -> RuleText:
        return self._texts()[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts())

    def __len__(self) -> int:
        return len(self._texts())


def _check(written: Written, origins: Origins, catalogue: Catalogue | None) -> list[Diagnostic]:
    """Check what was written for a runtime of OAM; plain objects are for the cluster to judge."""
    if written.application is not None:
        from compose2oam.oam.check import check_application

        return check_application(written.application.to_dict(), catalogue, origin=origins)
    from compose2oam.oam.old import check_old

    return check_old([(document, origins.of(index)) for index, document in enumerate(written.documents)])


def check(
    manifest: Mapping[str, Any], *, strict: bool = False, origin: Any = None, catalogue: Catalogue | None = None
) -> list[Diagnostic]:
    """Check the manifest of an application against the definitions of its runtime.

    Args:
        manifest: the application as plain data; a document of v1alpha2 is checked by itself.
        strict: make a component or trait type that the catalogue does not know an error.
        origin: gives the place in the user's text for a path of the manifest.
        catalogue: the definitions, by default those that ship; :func:`compose2oam.oam.catalogue.catalogue_of` reads
            folders of them.

    Returns:
        every finding, errors and warnings.
    """
    from compose2oam.oam.check import check_application
    from compose2oam.oam.old import check_old, is_old

    if is_old(manifest):
        return check_old([(manifest, origin or (lambda path: locate(manifest, path)))])
    return check_application(manifest, catalogue, strict=strict, origin=origin)


def texts(rules: Rulebook) -> dict[str, RuleText]:
    """Return what every code stands for: a rule, a finding of the loader or of the check, one of either direction."""
    from compose2oam.building.codes import TITLES as OF_BUILDS
    from compose2oam.cluster.codes import TITLES as RUNNING
    from compose2oam.importer.codes import CODES as OF_IMPORTS
    from compose2oam.loader.codes import TITLES
    from compose2oam.oam.codes import CODES as FINDINGS
    from compose2oam.rules.codes import CODES

    return {
        **{code: RuleText(title, "") for code, title in (TITLES | RUNNING | OF_BUILDS).items()},
        **{code: RuleText(finding.meaning.rstrip("."), "") for code, finding in FINDINGS.items()},
        **{code: RuleText(text.title, text.why) for code, text in CODES.items()},
        **OF_IMPORTS,
        **{rule.code: RuleText(rule.title, rule.why) for rule in rules.rules()},
    }
