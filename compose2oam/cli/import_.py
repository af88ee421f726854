"""``compose2oam import``: an application in, a Compose project out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from compose2oam.cli import options
from compose2oam.cli.declaring import Argument, Option

if TYPE_CHECKING:
    from compose2oam.cli.console import Console
    from compose2oam.emitter.files import OutputFile
    from compose2oam.importing import Imported


def import_(
    file: Annotated[
        list[str],
        Argument(metavar="FILE...", help="An Application, with what stands beside it; - is standard input."),
    ],
    output: options.Output = None,
    format: options.YamlOrJson = options.Format.YAML,
    with_secrets: Annotated[
        bool, Option("--with-secrets", help="Also write the values of Secrets, to files that only you can read.")
    ] = False,
    strict: Annotated[bool, Option("--strict", help="Exit with 4 where something is lost.")] = False,
    report: options.Report = "",
    report_format: options.ReportFormat = "",
    verbose: options.Verbose = False,
    quiet: options.Quiet = False,
) -> None:
    """Write an Open Application Model application as a Docker Compose project.

    What Compose has no key for goes to x-oam, so that a conversion gives the same application again. With -o,
    configuration is written to files beside the Compose file; without, it stands in the Compose file.

    Example: compose2oam import app.yaml -o compose.yaml
    """
    from compose2oam import importing
    from compose2oam.cli import results
    from compose2oam.cli.console import Console
    from compose2oam.emitter import report as reports
    from compose2oam.emitter.report import text
    from compose2oam.errors import LossRefused, UsageError

    output = results.place_of(output)
    if with_secrets and not output:
        raise UsageError("--with-secrets needs -o: secrets are not written to standard output")
    if report_format and report in ("", "-") and not output:
        raise UsageError("--report-format needs a file for --report, or -o: the Compose file goes to standard output")
    console = Console(quiet, verbose)
    report_name = reports.format_of(report, report_format) if report or report_format else ""
    made = importing.import_application(importing.read_manifests(*file), with_files=output is not None)
    if report_name:
        results.text_to(report, reports.render(made.report, report_name))
    if strict and made.losses:
        raise LossRefused.of(made.losses)
    if output is None:
        results.text_to("", results.text_of([made.tree], format))
    else:
        written = _files(made, output, with_secrets, format)
        results.write(written, in_folder=True)
        for item in written:
            console.note(f"wrote {item.path}")
    console.findings([*made.warnings, *made.report.diagnostics], made.entries)
    console.note(text.render(made.report).rstrip() if console.verbose else text.summary(made.report))
    _secrets_note(made, console, with_secrets)


def _files(made: Imported, output: str, with_secrets: bool, format: options.Format) -> list[OutputFile]:
    """Return the files to write; one that stands there with another content is not ours to change.

    Raises:
        UsageError: with every file that would be changed, except the Compose file itself.
    """
    from compose2oam.cli import results
    from compose2oam.emitter.files import PRIVATE, OutputFile
    from compose2oam.errors import UsageError
    from compose2oam.importing import COMPOSE_FILE
    from compose2oam.source.files import exists

    target = results.target_of(output, COMPOSE_FILE)
    beside = [
        OutputFile(target.parent / path, content.decode(), 0o755 if executable else None)
        for path, (content, executable) in made.files.items()
    ]
    if with_secrets:
        beside += [OutputFile(target.parent / path, value, PRIVATE) for path, value in made.secrets.items()]
        if made.secret_manifests:
            place = target.parent / "secrets.yaml"
            beside.append(results.file_for(place, made.secret_manifests, options.Format.YAML, private=True))
    others = [item.path for item in beside if exists(item.path) and item.path.read_bytes() != item.text.encode()]
    if others:
        names = ", ".join(map(str, others))
        raise UsageError(f"not overwritten, as they hold something else: {names}; choose another folder with -o")
    return [results.file_for(target, [made.tree], format), *beside]


def _secrets_note(made: Imported, console: Console, with_secrets: bool) -> None:
    secrets = (made.tree.get("secrets") or {}).values()
    missing = [
        item["file"] for item in secrets if "file" in item and not (with_secrets and item["file"] in made.secrets)
    ]
    if missing:
        console.note(f"put the values of the secrets into {', '.join(missing)}")
