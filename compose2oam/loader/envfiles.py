"""``env_file`` and ``label_file``: variables and labels of a service that are written in files of their own.

A variable that comes from such a file carries the position of its line there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from compose2oam.diagnostics import Diagnostic
from compose2oam.errors import ComposeError
from compose2oam.loader.codes import error
from compose2oam.loader.scope import shown
from compose2oam.loader.trees import section
from compose2oam.model.dataclass import replace
from compose2oam.model.path import Path
from compose2oam.source.files import exists
from compose2oam.source.position import Position
from compose2oam.source.tree import Map, Seq, locate


def merge_env_files(tree: Map, environment: Mapping[str, str]) -> list[Diagnostic]:
    """Add the variables of the env files to ``environment`` of each service that names some, in place.

    Args:
        tree: the project.
        environment: the variables of the project, which the files may refer to.
    """
    findings: list[Diagnostic] = []
    for name, service in section(tree, "services").items():
        own = section(service, "environment")
        for key, value in own.items():
            if value is None and key in environment:
                own[key] = environment[key]
        files = service.get("env_file")
        if not isinstance(files, Seq) or not files:
            continue
        made = Map({key: value for key, value in own.items() if value is not None}, own.mark)
        known: dict[str, str] = {**made, **environment}
        for index, file in enumerate(files):
            path: Path = ("services", name, "env_file", index)
            mark = locate(tree, path)
            if file.get("required") is False and not exists(file["path"]):
                continue
            if file.get("format", "") not in ("", "raw", ".env"):
                path = (*path, "format")
                message = f"the env file format `{file['format']}` is not known"
                findings.append(error("CF-204", message, path, locate(tree, path), "use `raw`, or leave it out"))
                continue
            findings += _read(file["path"], made, known, mark, raw=file.get("format") == "raw")
        for key, value in own.items():
            made.put(key, value, own.marks.get(key))
        service.put("environment", made, service.marks.get("environment"))
    return findings


def merge_label_files(tree: Map) -> list[Diagnostic]:
    """Add the labels of the label files to ``labels`` of each service that names some, in place."""
    findings: list[Diagnostic] = []
    for name, service in section(tree, "services").items():
        files = service.get("label_file")
        if not isinstance(files, Seq) or not files:
            continue
        own = section(service, "labels")
        made = Map(mark=own.mark)
        for index, file in enumerate(files):
            path: Path = ("services", name, "label_file", index)
            findings += _read(file, made, made, locate(tree, path))
        for key, value in own.items():
            made.put(key, value, own.marks.get(key))
        if made:
            service.put("labels", made, service.marks.get("labels"))
    return findings


def _read(
    file: str, into: Map, known: Mapping[str, str], mark: Position | None, *, raw: bool = False
) -> list[Diagnostic]:
    """Read one file into a mapping and return what is wrong with it."""
    from compose2oam.loader.dotenv import read_env_file

    try:
        variables, findings = read_env_file(file, known, name=shown(file), at=mark, raw=raw, earlier=into)
    except ComposeError as problem:
        return _with_sample(problem.diagnostics, file)
    for key, value in variables.items():
        into.put(key, value, variables.marks.get(key))
    return findings


def _with_sample(findings: Sequence[Diagnostic], file: str) -> list[Diagnostic]:
    """Let the findings of an env file that is absent name its sample, if there is one."""
    from compose2oam.loader.samples import sample_of

    sample = "" if exists(file) else sample_of(file)
    hint = f"copy {shown(sample)} to {shown(file)}, and fill it in"
    return [replace(finding, hint=hint) for finding in findings] if sample else list(findings)


def read_variables(
    files: Sequence[str], environment: Mapping[str, str], mark: Position | None
) -> tuple[dict[str, str], list[Diagnostic]]:
    """Read the env files that a model names for its own variables; a later file takes precedence.

    Args:
        files: absolute paths.
        environment: the variables that the files may refer to.
        mark: where a user named the files.

    Returns:
        The variables, and the warnings.

    Raises:
        ComposeError: a file cannot be read or is malformed.
    """
    found: dict[str, str] = {}
    warnings: list[Diagnostic] = []
    for file in files:
        from compose2oam.loader.dotenv import read_env_file

        variables, more = read_env_file(file, environment, name=shown(file), at=mark, earlier=found)
        found.update(variables)
        warnings += more
    return found, warnings
