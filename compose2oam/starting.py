"""What ``init`` writes: the first choices of a project, in a side file or in its Compose file, which keeps every byte.

Nothing is printed from a tree: a block of lines is put into the text, and the result is read again and compared. So
comments, quotes, anchors and line ends stay, and what cannot be done safely is refused instead.
"""

from __future__ import annotations

import pathlib
import re
from collections.abc import Iterator, Mapping
from typing import Any

from compose2oam.emitter.scalar import scalar
from compose2oam.errors import ComposeError, UsageError
from compose2oam.loader.pipeline import TAGS
from compose2oam.model.compose import Project
from compose2oam.rules.settings import CHOICES, WORD, key_of
from compose2oam.sidefile import KEY, NAMES, find
from compose2oam.source.files import read_bytes, read_text
from compose2oam.source.reader import parse
from compose2oam.source.tree import Map, mark_of

Answers = Mapping[str, Any]
"""The choices that were made, by their names in :class:`compose2oam.rules.settings.Settings`."""

_TITLE = "# What compose2oam does where the Compose file leaves it open."
_BOM = "\ufeff"


def side_file(project: Project, *, force: bool = False) -> pathlib.Path:
    """Return where the side file of a project goes.

    Raises:
        UsageError: one is there already, and ``force`` is not given.
    """
    there = find(project)
    if there and not force:
        raise UsageError(f"{there} is there already; edit it, or write it anew with --force")
    first = next((file for file in project.files if file != "-"), "")
    return pathlib.Path(there) if there else (pathlib.Path(first).parent if first else project.directory) / NAMES[0]


def side_text(answers: Answers) -> str:
    """Return the side file that makes these choices."""
    return "\n".join([_TITLE, "defaults:", *_lines(answers, "  "), ""])


def compose_file(project: Project) -> pathlib.Path:
    """Return the Compose file that ``x-oam`` goes into: the first.

    Raises:
        UsageError: it is standard input.
    """
    first = project.files[0] if project.files else "-"
    if first == "-":
        raise UsageError("standard input cannot be written to; name the Compose file, or leave out --in-compose")
    return pathlib.Path(first)


def compose_text(path: pathlib.Path, answers: Answers) -> str:
    """Return the text of a Compose file with ``x-oam.defaults`` added, and all else as it is.

    Raises:
        ComposeError: the file cannot be read, or is no YAML.
        UsageError: it cannot be done without a risk for the rest; the message says why.
    """
    # Reads it as the loader does, and raises what that raises.
    documents = parse(read_text(path), str(path), tags=TAGS)
    reason = _reason_against(path, documents)
    try:
        text = read_bytes(path).decode()
    except UnicodeDecodeError:
        reason = reason or f"{path} is not written in UTF-8"
        text = ""
    if not reason:
        wanted = {"defaults": {key_of(name): _escaped(value) for name, value in answers.items()}}
        for made in _attempts(text, documents[0], answers):
            if _says(made, documents, wanted):
                return made
        reason = f"there is no place in {path} where a key can be added and all else stays as it is"
    raise UsageError(f"{reason}; leave out --in-compose, and the choices go to {NAMES[0]} beside it")


def _reason_against(path: pathlib.Path, documents: list[Any]) -> str:
    if len(documents) > 1:
        return f"{path} holds {len(documents)} documents, not one"
    if not documents or not isinstance(documents[0], Map):
        return f"{path} holds no mapping"
    root = documents[0]
    if KEY in root:
        mark = mark_of(root, KEY)
        return f"{mark or path}: there is an `{KEY}` already"
    line = "".join(_split(read_text(path))[root.mark.line - 1 : root.mark.line]) if root.mark else ""
    if root.mark and line[root.mark.column - 1 :].startswith("{"):
        return f"{root.mark}: the whole file is written in braces"
    return ""


def _split(text: str) -> list[str]:
    # Not `splitlines`, which also knows line ends that are none in YAML.
    return re.split(r"(?<=\n)", text)


def _attempts(text: str, root: Map, answers: Answers) -> Iterator[str]:
    """Yield the text with the block at its end, closer to the end, and before the first key."""
    first_break = text.find("\n")
    end_of_line = "\r\n" if text[max(first_break - 1, 0) : first_break + 1] == "\r\n" else "\n"
    lines = _split(text)
    first = min((mark.line for mark in root.marks.values()), default=1) - 1
    line = lines[first].removeprefix(_BOM)
    indent = line[: len(line) - len(line.lstrip(" "))]
    block = [f"{indent}{KEY}:", f"{indent}  defaults:", *_lines(answers, f"{indent}    ")]
    written = "".join(f"{item}{end_of_line}" for item in block)

    # Three dots in the first column end a document, whatever they stand in.
    over = re.search(r"^\.\.\.(?=\s|\Z)", text, re.MULTILINE)
    place = over.start() if over else len(text)
    before, after = text[:place], text[place:]
    if not before.endswith("\n"):
        before += end_of_line
    yield f"{before}{end_of_line}{written}{after}"
    # Blank lines are a part of some texts (`|+`).
    yield f"{before}{written}{after}"
    at = sum(map(len, lines[:first])) + (len(_BOM) if lines[first].startswith(_BOM) else 0)
    yield f"{text[:at]}{written}{end_of_line}{text[at:]}"


def _says(text: str, documents: list[Any], wanted: Any) -> bool:
    """Whether a text says what the documents say, and ``x-oam`` as wanted, and no more."""
    try:
        now = parse(text.removeprefix(_BOM), "", tags=TAGS)
    except ComposeError:
        return False
    if len(now) != 1 or not isinstance(now[0], Map) or now[0].get(KEY) != wanted:
        return False
    del now[0][KEY]
    # Types count: `1`, `1.0` and `true` are equal otherwise.
    return repr(now) == repr(documents)


def _lines(answers: Answers, indent: str) -> Iterator[str]:
    for name, value in answers.items():
        choice = CHOICES[name]
        words = f" ({', '.join(choice.words)})" if choice.kind == WORD else ""
        yield f"{indent}# {choice.decides[0].upper()}{choice.decides[1:]}{words}."
        yield f"{indent}{key_of(name)}: {scalar(_escaped(value))}"


def _escaped(value: Any) -> Any:
    """Write `$` so that it does not begin a variable."""
    return value.replace("$", "$$") if isinstance(value, str) else value
