"""``compose2oam convert``: a Compose project in, an application out."""

from __future__ import annotations

import pathlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

from compose2oam.cli import options
from compose2oam.cli.declaring import Option
from compose2oam.model.dataclass import replace

if TYPE_CHECKING:
    from compose2oam.api import Conversion
    from compose2oam.cli.console import Console
    from compose2oam.emitter.files import OutputFile

# What all annotations of an object may come to, in bytes; `kubectl apply` keeps what it sent in one of them.
_MOST_KEPT = 256 * 1024


def convert(
    file: options.Files = None,
    files: options.FileOptions = None,
    project_name: options.ProjectName = None,
    namespace: options.Namespace = None,
    output: options.Output = None,
    format: options.OutputFormat = options.ManifestFormat.YAML,
    profile: options.Profiles = None,
    env_file: options.EnvFiles = None,
    project_directory: options.ProjectDirectory = None,
    oam: options.SideFile = None,
    env: options.Environments = None,
    mappings: options.Mappings = None,
    target: options.Target = options.USUAL_TARGET,
    capabilities: options.Capabilities = None,
    on_loss: Annotated[
        options.OnLoss, Option("--on-loss", help="What to do where something is lost; error exits with 4.")
    ] = options.OnLoss.WARN,
    with_secrets: Annotated[
        bool, Option("--with-secrets", help="Also write the Secrets, to a file that only you can read; needs -o.")
    ] = False,
    strict: Annotated[bool, Option("--strict", help="The same as --on-loss error.")] = False,
    report: options.Report = "",
    report_format: options.ReportFormat = "",
    check: Annotated[
        bool, Option("--check", help="Write nothing; fail, with a diff, if what stands at -o is stale.")
    ] = False,
    verbose: options.Verbose = False,
    quiet: options.Quiet = False,
    **choices: Any,
) -> None:
    """Convert a Compose project to an Open Application Model application.

    The application goes to standard output, or to -o; what became of your keys goes to standard error.

    Example: compose2oam convert docker-compose.yml -o app.yaml
    """
    from compose2oam import api
    from compose2oam.cli import making, results
    from compose2oam.cli.console import Console
    from compose2oam.emitter import report as reports
    from compose2oam.errors import LossRefused, UsageError
    from compose2oam.rules.environments import names_of

    output = results.place_of(output)
    if check and not output:
        raise UsageError("--check needs -o: it compares with what stands there")
    if format is options.ManifestFormat.KUSTOMIZE and not output:
        raise UsageError("--format kustomize needs -o DIR/: it writes a folder")
    if with_secrets and not output:
        raise UsageError("--with-secrets needs -o: secrets are not written to standard output")
    if report_format and report in ("", "-") and not output:
        raise UsageError("--report-format needs a file for --report, or -o: the application goes to standard output")
    settings = options.settings_of(choices, namespace, [name.partition("=")[0] for name in env or ()])
    console = Console(quiet, verbose)
    report_name = reports.format_of(report, report_format, page=True) if report or report_format else ""
    refuse = strict or on_loss is options.OnLoss.ERROR
    given = options.load_options(file, files, project_name, profile, env_file, project_directory, oam)
    project = api.load(*given.pop("files"), **given)

    make = making.maker(target, mappings, capabilities, "ignore" if on_loss is options.OnLoss.IGNORE else "warn")
    project, others = make.with_files(project, env or (), given, settings)
    overlays: dict[str, Mapping[str, Any]] = {}
    if format is options.ManifestFormat.KUSTOMIZE:
        for name in settings.environments or names_of(project):
            overlays[name] = make.convert(project, replace(settings, environments=(name,))).documents[-1]
        settings = replace(settings, environments=())
    made = make.convert(project, settings)
    if report_name:
        results.report_to(report, report_name, project, made, make.rulebook.target.title)
    more = [item for other in others for item in other.losses] if refuse else []
    if refuse and (made.losses or more):
        raise LossRefused.of((*made.losses, *more))
    if check and output:
        results.compare(_files(made, output, format, with_secrets, overlays))
    else:
        _write(made, output, format, with_secrets, overlays, console)
    console.findings((*made.diagnostics, *(item for other in others for item in other.said)), made.entries)
    if not quiet:
        _summary(made, console, with_secrets)


def _write(
    made: Conversion,
    output: str | None,
    format: options.ManifestFormat,
    with_secrets: bool,
    overlays: Mapping[str, Mapping[str, Any]],
    console: Console,
) -> None:
    from compose2oam.cli import results

    if output is None:
        results.text_to("", results.text_of(made.documents, options.Format(format.value)))
        return
    written = _files(made, output, format, with_secrets, overlays)
    in_folder = results.is_folder(output) or format is options.ManifestFormat.KUSTOMIZE
    results.write(written, in_folder=in_folder)
    for file in written:
        console.note(f"wrote {file.path}")


def _files(
    made: Conversion,
    output: str,
    format: options.ManifestFormat,
    with_secrets: bool,
    overlays: Mapping[str, Mapping[str, Any]],
) -> list[OutputFile]:
    from compose2oam.cli import results

    if format is options.ManifestFormat.KUSTOMIZE:
        return results.kustomize_files(output, made.documents, made.secrets if with_secrets else (), overlays)
    written_as = options.Format(format.value)
    documents = made.documents
    target = results.target_of(output, f"{_name(documents)}.{format.value}")
    files = []
    if made.definitions and results.is_folder(output):
        # What is registered once for a cluster is for its platform team, and the rest for those who develop.
        files.append(results.file_for(target.with_name(f"definitions.{format.value}"), made.definitions, written_as))
        documents = documents[len(made.definitions) :]
    files.append(results.file_for(target, documents, written_as))
    if with_secrets and made.secrets:
        beside = target.with_name(_secrets_name(target, output))
        files.append(results.file_for(beside, made.secrets, written_as, private=True))
    return files


def _name(documents: Sequence[Mapping[str, Any]]) -> str:
    """Return what a file with all of it is called: the application, or else plain objects."""
    return "application" if documents[-1]["kind"].startswith("Application") else "objects"


def _secrets_name(target: pathlib.Path, output: str) -> str:
    from compose2oam.cli import results

    return f"secrets{target.suffix}" if results.is_folder(output) else f"{target.stem}-secrets{target.suffix}"


def _summary(made: Conversion, console: Console, with_secrets: bool) -> None:
    """Print what became of the keys in one line, and with -v key by key."""
    from compose2oam.emitter.report import text

    console.note(text.render(made.report).rstrip() if console.verbose else text.summary(made.report))
    if not with_secrets:
        _secrets_note(made.secrets, console)
    _applying_note(made.documents, console)


def _secrets_note(secrets: Sequence[Mapping[str, Any]], console: Console) -> None:
    if secrets:
        namespace = secrets[0]["metadata"]["namespace"]
        names = ", ".join(secret["metadata"]["name"] for secret in secrets)
        console.note(f"needs the Secrets {names} in the namespace {namespace}; --with-secrets writes them")


def _applying_note(documents: Sequence[Mapping[str, Any]], console: Console) -> None:
    for item in documents:
        if _is_longer(item, _MOST_KEPT):
            name = f"{item['kind']} {item['metadata']['name']}"
            console.note(f"{name} is longer than kubectl can keep a copy of: use kubectl apply --server-side")


def _is_longer(document: Mapping[str, Any], most: int) -> bool:
    """Whether a document is longer than that as JSON, in bytes; of a large application, some components tell."""
    import json

    spec = document.get("spec") or {}
    rest = {**document, "spec": {**spec, "components": ()}} if "components" in spec else document
    size = 0
    for part in (rest, *spec.get("components", ())):
        size += len(json.dumps(part, ensure_ascii=False, separators=(",", ":")).encode()) + 1
        if size > most:
            return True
    return False
