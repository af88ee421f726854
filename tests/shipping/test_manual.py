"""The manual pages: one for each command, complete, and read by ``man`` without a complaint."""

from __future__ import annotations

import pathlib
import re
import shutil
import subprocess
from typing import Any

import jsonshapes
import pytest
import typer

from compose2oam import errors
from compose2oam.cli import app, manual

COMMANDS: dict[str, Any] = dict(jsonshapes.commands(typer.main.get_command(app())))
PAGES = manual.pages("1.2.3")
# The macros of groff_man(7) that are used, and two requests of roff.
MACROS = {"TH", "SH", "SS", "PP", "TP", "nf", "fi", "nh", "ad"}


def test_there_is_a_page_for_every_command() -> None:
    """And for the program and its groups of commands; none for what the help hides."""
    groups = {"compose2oam.1", *(f"compose2oam-{name.split()[0]}.1" for name in COMMANDS if " " in name)}
    assert set(PAGES) == groups | {f"compose2oam-{name.replace(' ', '-')}.1" for name in COMMANDS}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_page_has_all_that_the_help_has(name: str) -> None:
    """What it does, each option, and the example, with hyphens that can be copied."""
    page = PAGES[f"compose2oam-{name.replace(' ', '-')}.1"]
    plain = page.replace("\\-", "-").replace("\\fB", "").replace("\\fR", "").replace("\\fI", "")
    command = COMMANDS[name]
    for item in command.params:
        for option in item.opts if item.param_type_name == "option" and not item.hidden else ():
            assert re.search(rf"^(.*, )?{re.escape(option)}\b", plain, re.MULTILINE), option
    assert ".SH EXAMPLE\n.nf\ncompose2oam " in page
    assert "1.2.3" in page


@pytest.mark.parametrize("name", PAGES)
def test_no_text_is_taken_for_roff(name: str) -> None:
    """Lines that begin with a dot are ours, and so is each backslash."""
    for line in PAGES[name].splitlines():
        if line.startswith((".", "'")):
            assert line[1:].split()[0] in MACROS, line
        assert re.fullmatch(r"(?:[^\\]|\\(?:-|e|&|fB|fI|fR))*", line), line


def test_the_page_of_the_program_says_what_commands_end_with() -> None:
    """Each code, as docs/exit-codes.md does."""
    page = PAGES["compose2oam.1"]
    section = page.partition(".SH EXIT STATUS\n")[2].partition(".SH ")[0]
    codes = {one.exit_code for one in vars(errors).values() if isinstance(one, type) and hasattr(one, "exit_code")}
    assert {int(code) for code in re.findall(r"^\\fB(\d+)\\fR$", section, re.MULTILINE)} == codes | {0, 130}


def test_pages_name_pages_that_are_there() -> None:
    """Those of other programs are not ours to ship."""
    others = {"docker\\-compose", "kubectl", "vela"}
    for page in PAGES.values():
        for name in re.findall(r"^\\fB(\S+)\\fR\(1\)", page, re.MULTILINE):
            assert name in others or f"{name.replace(chr(92), '')}.1" in PAGES, name


@pytest.mark.parametrize("program", ["groff", "mandoc"])
def test_a_reader_of_pages_has_nothing_against_them(program: str, tmp_path: pathlib.Path) -> None:
    """All warnings of groff, and those of mandoc but for the date, which a page of ours has not."""
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"needs {program}: apt install {program}")
    for name, text in PAGES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    options = ["-man", "-Tutf8", "-z", "-ww"] if program == "groff" else ["-T", "lint", "-W", "warning"]
    for name in PAGES:
        done = subprocess.run([found, *options, name], cwd=tmp_path, capture_output=True, text=True, check=False)
        said = [line for line in (done.stdout + done.stderr).splitlines() if "missing date" not in line]
        assert said == [], name
