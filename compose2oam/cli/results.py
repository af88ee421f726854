"""Where the data of a command goes: standard output, a file or a folder."""

from __future__ import annotations

import pathlib
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from compose2oam.cli.options import Format

if TYPE_CHECKING:
    from compose2oam.api import Conversion
    from compose2oam.emitter.files import OutputFile
    from compose2oam.model.compose import Project


def text_of(documents: Iterable[Mapping[str, Any]], format: Format) -> str:
    """Return documents as text."""
    if format is Format.JSON:
        from compose2oam.emitter import json

        return json.dump(documents)
    from compose2oam.emitter import yaml

    return yaml.dump(documents)


def text_to(output: str, text: str) -> None:
    """Write text to a file, or to standard output where none is named, as UTF-8 whatever the locale says.

    Raises:
        UsageError: it cannot be written.
        BrokenPipeError: whoever read standard output has left.
    """
    if output and output != "-":
        from compose2oam.emitter import files

        files.write(output, text)
        return
    data = text.encode()
    stream = getattr(sys.stdout, "buffer", None)
    if stream is None:
        sys.stdout.write(data.decode())
        return
    try:
        stream.write(data)
        stream.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        from compose2oam.errors import UsageError

        raise UsageError(f"cannot write to standard output: {error.strerror or error}") from None


def line(text: str) -> None:
    """Print a line, at once, for whoever reads along."""
    text_to("", f"{text}\n")


def as_json(data: Any) -> None:
    """Print data as one JSON document."""
    from compose2oam.emitter import json

    text_to("", json.dump([data]))


def as_json_line(data: Mapping[str, Any]) -> None:
    """Print an object of JSON on a line of its own, at once, for whoever reads along."""
    import json

    line(json.dumps(data, ensure_ascii=True))


def names(found: Iterable[str], as_data: bool) -> None:
    """Print names, each once: a line each, or as a list of JSON."""
    from compose2oam.emitter.report.plain import plain

    once = list(dict.fromkeys(found))
    if as_data:
        as_json(once)
    else:
        text_to("", "".join(f"{plain(name)}\n" for name in once))


def report_to(output: str, format: str, project: Project, made: Conversion, target: str) -> None:
    """Write the report of a conversion to a file, or to standard output where none is named.

    Args:
        output: the file.
        format: one of :data:`compose2oam.emitter.report.FORMATS`, or its ``PAGE``.
        project: what was converted.
        made: what it became.
        target: the title of the target.
    """
    from compose2oam.emitter import report as reports

    if format != reports.PAGE:
        text_to(output, reports.render(made.report, format))
        return
    from compose2oam.emitter import html
    from compose2oam.review import review

    text_to(output, html.render(review(project, made, target)))


def place_of(output: str | None) -> str | None:
    """Return what ``-o`` names, ``None`` for standard output, which has the name ``-`` too."""
    return None if output == "-" else output


def is_folder(output: str) -> bool:
    """Whether ``-o`` names a folder: it ends in a slash, or there is one of that name."""
    from compose2oam.source import files

    return output.endswith(("/", "\\")) or files.is_folder(output)


def target_of(output: str, name: str) -> pathlib.Path:
    """Return the file that ``-o`` asks for."""
    path = pathlib.Path(output)
    return path / name if is_folder(output) else path


def file_for(
    path: pathlib.Path,
    documents: Iterable[Mapping[str, Any]],
    format: Format,
    private: bool = False,
) -> OutputFile:
    """Return a file to write; a private one can be read by its owner alone."""
    from compose2oam.emitter.files import PRIVATE, OutputFile

    return OutputFile(path, text_of(documents, format), PRIVATE if private else None)


def kustomize_files(
    output: str,
    documents: Sequence[Mapping[str, Any]],
    secrets: Sequence[Mapping[str, Any]],
    overlays: Mapping[str, Mapping[str, Any]],
) -> list[OutputFile]:
    """Return the files of a Kustomize folder, with what a user wrote in those that are there.

    Raises:
        UsageError: the folder is a file, or holds one that cannot be added to.
    """
    from compose2oam.emitter import kustomize
    from compose2oam.emitter.files import PRIVATE, OutputFile
    from compose2oam.source.files import exists, read_text

    root = pathlib.Path(output)

    def present(path: str) -> str | None:
        return read_text(root / path) if exists(root / path) else None

    made = kustomize.folder(documents, present, secrets=secrets, overlays=overlays)
    private = f"base/{kustomize.SECRETS}"
    return [OutputFile(root / path, text, PRIVATE if path == private else None) for path, text in made.items()]


def write(written: Iterable[OutputFile], in_folder: bool) -> None:
    """Write files, all of them or none; a folder that was asked for is made."""
    from compose2oam.emitter import files

    files.write_all(written, make_folders=in_folder)


def compare(files: Iterable[OutputFile]) -> None:
    """Print how files differ from what stands in their places, without what is private.

    Raises:
        Stale: if any of them does.
    """
    from compose2oam.errors import Stale

    stale = []
    for file in files:
        present = _present(file.path)
        if present != file.text:
            stale.append(str(file.path))
            if file.mode is None:
                sys.stdout.writelines(_difference(present, file))
    if stale:
        raise Stale(f"stale: {', '.join(stale)}; convert again without --check")


def _present(path: pathlib.Path) -> str:
    """Return what stands in a file; what cannot be read is stale like what is not there."""
    try:
        return path.read_bytes().decode("utf-8", "replace")
    except OSError:
        return ""


def _difference(present: str, file: OutputFile) -> Iterable[str]:
    import difflib

    # As `diff` shows a last line without its end.
    return (
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
        for line in difflib.unified_diff(
            present.splitlines(keepends=True), file.text.splitlines(keepends=True), str(file.path), "now"
        )
    )
