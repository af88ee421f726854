"""The help of every command: complete, in groups, and within 80 columns."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import jsonshapes
import pytest
import typer

from compose2oam.cli import _SETTINGS, COMMANDS, app, grouping

if TYPE_CHECKING:
    from conftest import CommandLine

FOUND: dict[str, Any] = dict(jsonshapes.commands(typer.main.get_command(app())))


def test_every_command_stands_in_one_section() -> None:
    """Whoever adds a command says where it belongs."""
    shown = [name for name in COMMANDS if not _SETTINGS.get(name, {}).get("hidden")]
    assert Counter(name for names in grouping.SECTIONS.values() for name in names) == Counter(shown)


def test_the_list_of_commands_is_told_in_full(cli: CommandLine) -> None:
    """No sentence is cut off with dots, and each section has its title."""
    text = cli("--help", environment={"COLUMNS": "80"}).stdout
    assert "..." not in text.partition("Convert a project:")[2]
    assert [line[:-1] for line in text.splitlines() if line.endswith(":") and line[0] != " "] == [
        "Options",
        *grouping.SECTIONS,
    ]


@pytest.mark.parametrize("name", FOUND)
def test_a_command_explains_itself(name: str, cli: CommandLine) -> None:
    """An example that is a call of it, a word on each option and argument, and no line too long for a terminal."""
    text = cli(*name.split(), "--help", environment={"COLUMNS": "80"}).stdout
    assert f"  Example: compose2oam {name}" in text
    assert max(map(len, text.splitlines())) <= 80
    command = FOUND[name]
    for item in command.params:
        assert item.help or item.hidden, item.name
    context = typer.Context(command)
    shown = [item.name for items in grouping.in_groups(command, context).values() for item in items]
    wanted = [item.name for item in command.get_params(context) if not getattr(item, "hidden", False)]
    assert sorted(shown) == sorted(wanted)


def test_options_stand_in_groups(cli: CommandLine) -> None:
    """What a command alone has comes first, then what names a project and a cluster, then what decides a conversion."""
    text = cli("up", "--help").stdout
    parts = [text.index(f"\n{title}:\n") for title in (
        grouping.ARGUMENTS, grouping.OPTIONS, grouping.PROJECT, grouping.CLUSTER, grouping.CONVERSION,
    )]  # fmt: skip
    assert parts == sorted(parts)
    where = {option: text.index(f"\n  {option}") for option in ("--adopt", "-f, --file", "-n, --namespace", "--expose")}
    assert parts[1] < where["--adopt"] < parts[2] < where["-f, --file"] < parts[3]
    assert parts[3] < where["-n, --namespace"] < parts[4] < where["--expose"]
