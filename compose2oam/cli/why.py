"""``compose2oam why``: from a line of output back to the line of Compose."""

from __future__ import annotations

import pathlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

from compose2oam.cli import options, results
from compose2oam.cli.declaring import Argument

if TYPE_CHECKING:
    from compose2oam.api import Conversion
    from compose2oam.explain import Origin


def why(
    place: Annotated[str, Argument(metavar="FILE:LINE", help="A line of an application that convert wrote.")],
    files: options.FileOptions = None,
    project_name: options.ProjectName = None,
    namespace: options.Namespace = None,
    profile: options.Profiles = None,
    env_file: options.EnvFiles = None,
    project_directory: options.ProjectDirectory = None,
    oam: options.SideFile = None,
    env: options.Environments = None,
    mappings: options.Mappings = None,
    target: options.Target = options.USUAL_TARGET,
    format: options.TextOrJson = options.TextFormat.TEXT,
    **choices: Any,
) -> None:
    """Say which lines of the Compose project a line of the application comes from.

    The project is converted again, with the same options as before; the file must be what that gives.

    Example: compose2oam why app.yaml:34 -f compose.yaml
    """
    from compose2oam import api, explain
    from compose2oam.errors import UsageError

    settings = options.settings_of(choices, namespace, env)
    name, _, number = place.rpartition(":")
    if not name or not number.isdigit():
        raise UsageError(f"{place} is not FILE:LINE, such as app.yaml:34")
    given = options.load_options(None, files, project_name, profile, env_file, project_directory, oam)
    project = api.load(*given.pop("files"), **given)
    made = api.convert(project, target=target, mappings=mappings or (), settings=settings)
    _show(explain.origin_of(made, int(number), _documents_in(pathlib.Path(name), made)), format)


def _documents_in(path: pathlib.Path, made: Conversion) -> Sequence[Mapping[str, Any]]:
    """Return the manifests of a file; lines can be told only of what this project and these options give.

    Raises:
        UsageError: if the file is something else.
    """
    from compose2oam.emitter import yaml
    from compose2oam.errors import UsageError
    from compose2oam.source.files import read_text

    text = read_text(path, pipes=True)
    apart = made.documents[len(made.definitions) :]
    for documents in (made.documents, apart, made.definitions):
        if documents and text == yaml.dump(documents):
            return documents
    raise UsageError(f"{path} is not what this project gives now; convert it again, and give the same options here")


def _show(found: Origin, format: options.TextFormat) -> None:
    from compose2oam.emitter.report.plain import plain
    from compose2oam.model.path import render

    if format is options.TextFormat.JSON:
        from compose2oam.emitter.report.data import entry

        data: dict[str, Any] = {"line": found.line, "path": render(found.path)}
        if found.service:
            data["service"] = render(found.service)
        data["entries"] = [entry(item) for item in found.entries]
        results.as_json(data)
        return
    lines = [render(found.path)]
    for item in found.entries:
        lines.append(f"  {item.position}  {render(item.path)}  [{', '.join(item.codes)}]")
    if not found.entries:
        to = f" to what it makes of {render(found.service)}" if found.service else ""
        lines.append(f"  no line of the project: the conversion adds it{to}")
    results.line("\n".join(map(plain, lines)))
