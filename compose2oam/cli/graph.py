"""``compose2oam graph``: an application as a drawing."""

from __future__ import annotations

from typing import Annotated, Any

from compose2oam.cli import options
from compose2oam.cli.declaring import Option


def graph(
    file: options.Files = None,
    files: options.FileOptions = None,
    project_name: options.ProjectName = None,
    output: Annotated[
        str,
        Option("-o", "--output", metavar="FILE", help="A file instead of standard output: .mmd .dot .svg .json"),
    ] = "",
    format: Annotated[
        str,
        Option("--format", metavar="NAME", help="mermaid, dot, svg or json; by default what -o ends in, or mermaid."),
    ] = "",
    profile: options.Profiles = None,
    env_file: options.EnvFiles = None,
    project_directory: options.ProjectDirectory = None,
    oam: options.SideFile = None,
    env: options.Environments = None,
    mappings: options.Mappings = None,
    target: options.Target = options.USUAL_TARGET,
    capabilities: options.Capabilities = None,
    **choices: Any,
) -> None:
    """Draw the application: services, what they wait for, volumes, networks and traits.

    GitHub and GitLab draw Mermaid in Markdown; DOT is for Graphviz; an SVG stands alone.

    Example: compose2oam graph --format svg -o shop.svg
    """
    from compose2oam import api
    from compose2oam.cli import making, results
    from compose2oam.emitter import graph as graphs
    from compose2oam.review.graph import graph_of

    written_as = graphs.format_of(output, format)
    settings = options.settings_of(choices, environments=[name.partition("=")[0] for name in env or ()])
    given = options.load_options(file, files, project_name, profile, env_file, project_directory, oam)
    project = api.load(*given.pop("files"), **given)
    make = making.maker(target, mappings, capabilities, "ignore")
    project, _ = make.with_files(project, env or (), given, settings)
    results.text_to(output, graphs.render(graph_of(project, make.convert(project, settings)), written_as))
