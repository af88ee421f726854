"""What a program calls to go back: an Application in, a Compose project out, with a report of what was lost."""

from __future__ import annotations

import os
import pathlib
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from compose2oam.diagnostics import Diagnostic
from compose2oam.errors import InputError
from compose2oam.importer.bring import Brought, bring
from compose2oam.importer.codes import VALUE
from compose2oam.importer.inventory import objects_of
from compose2oam.importer.ledger import account
from compose2oam.importer.redaction import is_secret
from compose2oam.importer.storage import data_of
from compose2oam.importer.writer import Draft
from compose2oam.model.entry import Entry
from compose2oam.model.namedtuple import NamedTuple
from compose2oam.model.oam import API_VERSION, KIND, Application
from compose2oam.model.outcome import Outcome
from compose2oam.model.path import Path
from compose2oam.model.report import Report
from compose2oam.rules.rulebook import Rulebook, load_rulebook
from compose2oam.source.tree import plain

COMPOSE_FILE = "compose.yaml"


@dataclass(frozen=True, slots=True)
class Imported:
    """An application as a Compose project.

    Attributes:
        tree: the Compose file as plain data, in the order to write it.
        files: the files beside it by relative path: their content, and whether they can be run.
        secrets: what the secrets of the project hold, by the paths of their files; empty where no Secret was read.
        secret_manifests: the Secrets that the project does not name, as they were.
        application: what the project converts to.
        entries: what became of each leaf of the application.
        report: the same for a report.
    """

    tree: Mapping[str, Any]
    files: Mapping[str, tuple[bytes, bool]]
    secrets: Mapping[str, str]
    secret_manifests: tuple[Mapping[str, Any], ...]
    application: Application
    entries: tuple[Entry, ...]
    report: Report

    @property
    def losses(self) -> tuple[Diagnostic, ...]:
        """Every leaf of the application that is lost, as an error."""
        return self.report.losses

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """What the entries have to say, each thing once."""
        said: dict[tuple[Path, str], Diagnostic] = {}
        for entry in self.entries:
            if entry.outcome.rank >= Outcome.APPROXIMATED.rank:
                key = (entry.about, entry.say) if entry.codes[0] == VALUE else (entry.path, entry.say)
                found = Diagnostic(entry.codes[0], entry.severity, entry.say, entry.path, entry.position, entry.hint)
                said.setdefault(key, found)
        return tuple(said.values())


def read_manifests(*files: str | os.PathLike[str]) -> list[Any]:
    """Read the documents of manifest files (YAML or JSON); each remembers where its lines stand.

    Raises:
        InputError: a file is no valid YAML.
        UsageError: a file cannot be read.
    """
    from compose2oam.source.files import read_text
    from compose2oam.source.reader import parse

    found: list[Any] = []
    for name in files:
        text = read_text(os.fspath(name), pipes=True)
        shown = "standard input" if name == "-" else os.fspath(name)
        found.extend(item for item in parse(text, shown) if item is not None)
    return found


def import_application(documents: Iterable[Any], *, with_files: bool = True) -> Imported:
    """Write the application among some manifests as a Compose project.

    Args:
        documents: one Application, and whatever stands beside it: ConfigMaps, Secrets, claims, Services, and lists
            of such; as :func:`read_manifests` gives them, or as plain data.
        with_files: write configuration to files beside the Compose file, where their paths give its names again;
            otherwise all of it stands in the Compose file.

    Raises:
        InputError: there is no Application, or more than one, or it has not the shape of one.
    """
    trees = [item for document in documents for item in _flattened(document)]
    found = [item for item in trees if (item.get("apiVersion"), item.get("kind")) == (API_VERSION, KIND)]
    if len(found) != 1:
        what = f"{len(found)} of them" if found else "none"
        raise InputError(f"expected one {API_VERSION} {KIND} to import, found {what}")
    beside = [plain(item) for item in trees if item is not found[0]]
    try:
        application = Application.from_dict(plain(found[0]))
        application.to_dict()
    except (AttributeError, TypeError, ValueError):
        raise InputError("the application has not the shape of one; `compose2oam check` says where") from None
    rulebook = load_rulebook()
    brought = bring(application, beside, lambda draft: _convert_back(draft, rulebook), with_files=with_files)
    entries, diagnostics, rules = account(brought, found[0], [item for item in trees if item is not found[0]])
    report = Report(str(brought.draft.tree["name"]), application.name, entries, diagnostics, rules)
    secrets = _secrets(brought)
    others = tuple(item for item in _manifests(brought, beside) if item["metadata"]["name"] not in secrets.names)
    draft = brought.draft
    return Imported(draft.tree, draft.files, secrets.values, others, brought.back, entries, report)


def _flattened(document: Any) -> Sequence[Mapping[str, Any]]:
    """Return the manifests of a document, which may be a List of them."""
    if not isinstance(document, Mapping):
        raise InputError(f"expected manifests, which are mappings, found {type(document).__name__}")
    if document.get("kind") == "List":
        return [found for item in document.get("items") or () for found in _flattened(item)]
    return [document]


class _Secrets(NamedTuple):
    values: dict[str, str]
    names: set[str]


def _manifests(brought: Brought, beside: Iterable[Mapping[str, Any]]) -> Iterable[Mapping[str, Any]]:
    """Yield every Secret with a name that was read."""
    components = brought.inventory.application.components
    for item in (*beside, *(item for component in components for item in objects_of(component))):
        if is_secret(item) and (item.get("metadata") or {}).get("name"):
            yield item


def _secrets(brought: Brought) -> _Secrets:
    """Return the values that were read for the secrets of the project, by file, and the names of the Secrets."""
    made: dict[str, str] = {}
    names = set()
    for title, secret in (brought.draft.tree.get("secrets") or {}).items():
        extension = secret.get("x-oam") or {}
        name = extension.get("name") or brought.draft.secret_names.get(title, "")
        value = (data_of(brought.inventory.secrets.get(name)) or {}).get(extension.get("key", title))
        if value is None or not secret.get("file"):
            continue
        try:
            made[str(secret["file"])] = value.decode()
        except UnicodeDecodeError:
            # It stays in the manifest of its Secret.
            continue
        names.add(name)
    return _Secrets(made, names)


def _convert_back(draft: Draft, rulebook: Rulebook) -> Application:
    """Convert a Compose project as ``convert`` does, in a folder of its own, with no variables from outside."""
    from compose2oam.emitter import yaml
    from compose2oam.loader.options import LoadOptions
    from compose2oam.loader.project import load
    from compose2oam.rules.settings import Settings
    from compose2oam.rules.translate import translate

    with tempfile.TemporaryDirectory(prefix="compose2oam-") as folder:
        root = pathlib.Path(folder, "project").resolve()
        for path, (content, executable) in draft.files.items():
            file = root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
            if executable:
                file.chmod(0o755)
        root.mkdir(exist_ok=True)
        (root / COMPOSE_FILE).write_text(yaml.dump([draft.tree]), encoding="utf-8")
        project = load(LoadOptions(files=(str(root / COMPOSE_FILE),), environment={}))
        # The usual target writes an application.
        return cast(Application, translate(project, rulebook, Settings()).written.application)
