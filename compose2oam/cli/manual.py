"""The manual pages, written from the command line itself, as ``man`` reads them (groff_man(7)).

There is a page for each command, named as those of git are: ``compose2oam-convert(1)``. The build of a wheel puts them
into it; nothing imports this module when a command runs.
"""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

import typer

from compose2oam import errors
from compose2oam.cli import app, grouping

_NAME: Final = "compose2oam"
_MORE: Final = "compose2oam explain CODE says what the code of a message stands for."
_STATUS: Final = {
    0: "All went well.",
    1: "Something differs or is stale, or compose2oam itself has a defect, and says so.",
    130: "It was interrupted.",
}
_VARIABLES: Final = {
    "COMPOSE_FILE, COMPOSE_PATH_SEPARATOR, COMPOSE_PROJECT_NAME, COMPOSE_PROFILES, COMPOSE_ENV_FILES": (
        "As in Docker Compose: the files of the project, its name, its profiles and its files of variables."
    ),
    "KUBECONFIG": "The kubeconfig to read where --kubeconfig names none.",
    "NO_COLOR": "If it has any value, there are no colours.",
    "COMPOSE2OAM_CACHE": "The folder in which compiled rules are kept.",
    "COMPOSE2OAM_DEBUG": "If it has any value, a defect is shown with where in the program it happened.",
}
_FILES: Final = {
    "compose.yaml, compose.yml, docker-compose.yaml, docker-compose.yml": (
        "The Compose file, in the current folder or one above it, with its override file beside it."
    ),
    "compose2oam.yaml": "What x-oam says, in a file beside the Compose file.",
}


def pages(version: str) -> dict[str, str]:
    """Return the text of each page, by the name of its file, such as ``compose2oam-convert.1``.

    Args:
        version: of the program.
    """
    made: dict[str, str] = {}

    def add(command: Any, words: tuple[str, ...], parent: Any) -> None:
        name = "-".join(words)
        context = command.make_context(words[-1], [], parent=parent, resilient_parsing=True)
        made[f"{name}.1"] = "\n".join([_head(name, version), *_page(command, words, context)]) + "\n"
        for below, one in getattr(command, "commands", {}).items():
            if not one.hidden:
                add(one, (*words, below), context)

    add(typer.main.get_command(app()), (_NAME,), None)
    return made


def _head(name: str, version: str) -> str:
    # Names of options and files stay whole, and lines are not stretched.
    return f'.TH {_text(name.upper())} 1 "" "{_NAME} {version}" "{_NAME} manual"\n.nh\n.ad l'


def _page(command: Any, words: tuple[str, ...], context: Any) -> Iterator[str]:
    about, _, example = inspect.cleandoc(command.help).partition("Example: ")
    short = grouping.summary(command)
    yield ".SH NAME"
    yield f"{_text('-'.join(words))} \\- {_text(short[0].lower() + short[1:])}"
    yield ".SH SYNOPSIS"
    usage = " ".join(command.collect_usage_pieces(context))
    yield f"{_bold(' '.join(words))} {_text(usage)}"
    yield ".SH DESCRIPTION"
    for index, paragraph in enumerate(about.strip().split("\n\n")):
        yield from ([".PP"] if index else [])
        yield from _lines(paragraph)
    for title, items in grouping.in_groups(command, context).items():
        yield f".SH {_text(title.upper())}"
        yield from _entries((item.get_help_record(context) for item in items), _term)
    if hasattr(command, "commands"):
        yield from _commands(command, words, context)
    if example:
        yield from (".SH EXAMPLE", ".nf", _text(" ".join(example.split())), ".fi")
    if len(words) == 1:
        yield ".SH EXIT STATUS"
        yield from _entries(((str(code), text) for code, text in sorted(_exit_codes().items())), _bold)
        for title, table in (("ENVIRONMENT", _VARIABLES), ("FILES", _FILES)):
            yield f".SH {title}"
            yield from _entries(table.items(), _bold)
    yield ".SH SEE ALSO"
    yield from _see_also(words)


def _commands(command: Any, words: tuple[str, ...], context: Any) -> Iterator[str]:
    yield ".SH COMMANDS"
    for title, names in command.sections(context):
        if len(words) == 1:
            yield f".SS {_text(title)}"
        for name in names:
            yield ".TP"
            yield f"{_bold('-'.join((*words, name)))}(1)"
            yield from _lines(f"{grouping.summary(command.commands[name])}.")


def _entries(rows: Iterable[tuple[str, str]], written: Callable[[str], str]) -> Iterator[str]:
    """Go through a list of terms, each with what it means."""
    for term, meaning in rows:
        yield ".TP"
        yield written(term)
        yield from _lines(meaning)


def _term(text: str) -> str:
    """Set an option in bold, and what stands for something else in italics."""
    return re.sub(
        r"(?P<option>(?<![\w-])--?[a-zA-Z][\w-]*)|(?P<value>\b[A-Z][A-Z_]+\b)|-",
        lambda found: _bold(found[0]) if found["option"] else f"\\fI{found[0]}\\fR" if found["value"] else "\\-",
        text,
    )


def _exit_codes() -> dict[int, str]:
    """Return what each exit code means; the first class that has one says it."""
    found = dict(_STATUS)
    todo = [errors.Compose2OamError]
    for one in todo:
        todo += [below for below in one.__subclasses__() if below.__module__ == errors.__name__]
        found.setdefault(one.exit_code, (one.__doc__ or "").split("\n")[0])
    return found


def _see_also(words: tuple[str, ...]) -> Iterator[str]:
    if len(words) > 1:
        yield f"{_bold('-'.join(words[:-1]))}(1)"
        return
    yield from _lines(_MORE)
    yield ".PP"
    yield ",\n".join(f"{_bold(name)}(1)" for name in ("docker-compose", "kubectl", "vela"))


def _lines(text: str) -> Iterator[str]:
    """Break a paragraph into the lines of a source, as roff wants them; it fills them anew."""
    return map(_text, textwrap.wrap(" ".join(text.split()), 72, break_long_words=False, break_on_hyphens=False))


def _bold(text: str) -> str:
    return f"\\fB{_text(text)}\\fR"


def _text(text: str) -> str:
    """Write a text so that roff takes no sign of it for its own."""
    made = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{made}" if made.startswith((".", "'")) else made
