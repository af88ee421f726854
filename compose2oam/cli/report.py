"""``compose2oam report``: what became of a project, as a page to decide on a migration with."""

from __future__ import annotations

from typing import Annotated, Any

from compose2oam.cli import options
from compose2oam.cli.declaring import Option


def report(
    file: options.Files = None,
    files: options.FileOptions = None,
    project_name: options.ProjectName = None,
    namespace: options.Namespace = None,
    output: Annotated[
        str,
        Option("-o", "--output", metavar="FILE", help="A file instead of standard output: .html .json .md..."),
    ] = "",
    format: Annotated[
        str,
        Option(
            "--format",
            metavar="NAME",
            help="html, text, json, markdown, sarif or github; by default what -o ends in, or html.",
        ),
    ] = "",
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
    strict: Annotated[bool, Option("--strict", help="The same as --on-loss error.")] = False,
    quiet: options.Quiet = False,
    **choices: Any,
) -> None:
    """Report what becomes of a Compose project: a page with every line beside what it becomes.

    The page stands alone and fetches nothing. Values that look like secrets are not in it.

    Example: compose2oam report docker-compose.yml -o report.html
    """
    from compose2oam import api
    from compose2oam.cli import making, results
    from compose2oam.cli.console import Console
    from compose2oam.emitter import report as reports
    from compose2oam.emitter.report import text
    from compose2oam.errors import LossRefused

    named = format or ("" if output not in ("", "-") else reports.PAGE)
    written_as = reports.format_of(output, named, page=True)
    settings = options.settings_of(choices, namespace, [name.partition("=")[0] for name in env or ()])
    given = options.load_options(file, files, project_name, profile, env_file, project_directory, oam)
    project = api.load(*given.pop("files"), **given)
    make = making.maker(target, mappings, capabilities, "ignore" if on_loss is options.OnLoss.IGNORE else "warn")
    project, others = make.with_files(project, env or (), given, settings)
    made = make.convert(project, settings)
    results.report_to(output, written_as, project, made, make.rulebook.target.title)
    console = Console(quiet)
    if output not in ("", "-"):
        console.note(f"wrote {output}")
    console.note(text.summary(made.report))
    losses = (*made.losses, *(item for other in others for item in other.losses))
    if losses and (strict or on_loss is options.OnLoss.ERROR):
        raise LossRefused.of(losses)
