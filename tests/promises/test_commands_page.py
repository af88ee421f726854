"""docs/commands.md is what the command line says of itself."""

from __future__ import annotations

import inspect
import pathlib
from collections.abc import Iterator
from typing import Any

import pytest
import typer.main
from pages import cell

from compose2oam.cli import app
from compose2oam.cli.grouping import SECTIONS, in_groups
from compose2oam.rules.settings import CHOICES

HEAD = """\
# Commands

Every command with its options. `compose2oam COMMAND --help` prints the same; options that are not told apart here mean
the same in every command. What a command ends with is on the page of [exit codes](exit-codes.md).

Data goes to standard output, everything else to standard error. There are no colours where standard error is no
terminal, and where `NO_COLOR` is set.

This page is written from the commands by `pytest tests/promises --update-golden`.
"""
#: What every command that converts takes, and another page explains.
CHOOSING = "Also every choice of [settings.md](settings.md): `--expose`, `--bind`, `--volume-size`..."


def code(text: str) -> str:
    """Code for a cell of a table."""
    return "`" + text.replace("|", "\\|") + "`"


def tables(command: Any) -> Iterator[str]:
    """The arguments and options of a command, in the groups of its help."""
    context = command.make_context(command.name, [], resilient_parsing=True)
    for title, items in in_groups(command, context).items():
        shown = [item.get_help_record(context) for item in items if item.name not in {*CHOICES, "help"}]
        if shown:
            yield f"\n| {title} | |\n|---|---|"
            yield from (f"| {code(name)} | {cell(meaning)} |" for name, meaning in shown)


def section(name: str, command: Any) -> Iterator[str]:
    """What there is to say of one command."""
    said, _, example = inspect.cleandoc(command.help).partition("Example: ")
    yield f"\n### compose2oam {name}\n"
    yield "\n\n".join(map(cell, said.strip().split("\n\n")))
    if example:
        yield f"\n```sh project\n{example.strip()}\n```"
    yield from tables(command)
    if set(CHOICES) <= {item.name for item in command.params}:
        yield f"\n{CHOOSING}"


def lines() -> Iterator[str]:
    """The page, line by line."""
    yield HEAD.rstrip()
    root: Any = typer.main.get_command(app())
    for title, names in SECTIONS.items():
        yield f"\n## {title}"
        for name in names:
            command = root.commands[name]
            if hasattr(command, "commands"):
                for below, inner in command.commands.items():
                    yield from section(f"{name} {below}", inner)
            else:
                yield from section(name, command)


def test_the_page_of_commands_is_up_to_date(root: pathlib.Path, request: pytest.FixtureRequest) -> None:
    """``pytest --update-golden`` writes it anew."""
    page = "\n".join(lines()) + "\n"
    file = root / "docs" / "commands.md"
    if request.config.getoption("--update-golden"):
        file.write_text(page, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == page
