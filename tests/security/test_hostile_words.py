"""What a file calls its things is shown, and never acted upon by what shows it."""

from __future__ import annotations

import json
import pathlib
import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import CommandLine

BAD = "\x1b[31m\x1b]0;t\x07\x9b2J\u202e\u2028\r\n"
BAD += "::error::forged%0A::warning::two<script>alert(1)</script>|`[x](javascript:1)`"
ACTED_UPON = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2028\u2029\u2066-\u2069]")

TAKEN = {
    "services": {
        "web": {
            "image": "a",
            "labels": {BAD: BAD},
            f"x-{BAD}": 1,
            "logging": {"driver": BAD, "options": {BAD: "1"}},
            "dns_search": [BAD],
            "sysctls": {BAD: "1"},
            "networks": {"n": {"driver_opts": {BAD: "1"}}},
        }
    },
    "networks": {"n": {"driver": BAD, "driver_opts": {BAD: "1"}}},
}
REFUSED = {
    "the name of a service": {"services": {BAD: {"image": "a"}}},
    "a key": {"services": {"web": {"image": "a", BAD: 1}}},
    "a key of x-oam": {"services": {"web": {"image": "a", "x-oam": {BAD: 1}}}},
    "a service that is waited for": {"services": {"web": {"image": "a", "depends_on": [BAD]}}},
    "a file": {"services": {"web": {"image": "a", "env_file": BAD.replace("\0", "")}}},
    "a file that is included": {"include": [BAD]},
    "a volume": {"services": {"web": {"image": "a", "volumes": [{"type": "volume", "source": BAD, "target": "/a"}]}}},
    "a circle": {"services": {BAD: {"image": "a", "extends": BAD}}},
}


def commands_in(text: str) -> list[str]:
    """The lines that a runner of GitHub's workflows would take for commands; it passes over leading blanks."""
    return [line for line in re.split(r"[\r\n]", text) if line.lstrip().startswith(("::", "##["))]


@pytest.fixture
def project(tmp_path: pathlib.Path) -> pathlib.Path:
    """A project full of hostile names that is converted all the same."""
    (tmp_path / "compose.yaml").write_text(json.dumps(TAKEN), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "words", ["convert", "config", "config --format json", "check", "graph", "convert --format json"]
)
def test_names_do_not_reach_the_terminal(words: str, project: pathlib.Path, cli: CommandLine) -> None:
    """No byte of them moves a cursor, sets a colour, turns the direction, or begins a line of its own."""
    done = cli(*words.split(), "-p", "x", cwd=project)
    assert done.returncode == 0, done.stderr
    assert not ACTED_UPON.findall(done.stderr)
    assert not commands_in(done.stderr + done.stdout)
    if "json" not in words:
        assert not ACTED_UPON.findall(done.stdout)
    assert "\x1b" not in done.stdout


@pytest.mark.parametrize("name", REFUSED)
def test_an_error_about_a_hostile_name_forges_nothing(name: str, tmp_path: pathlib.Path, cli: CommandLine) -> None:
    """An error quotes the name on its own line, so that it can neither forge another nor command a workflow."""
    (tmp_path / "compose.yaml").write_text(json.dumps(REFUSED[name]), encoding="utf-8")
    done = cli("convert", "-p", "x", cwd=tmp_path)
    assert done.returncode == 3, done.stderr
    assert not ACTED_UPON.findall(done.stderr)
    assert not commands_in(done.stderr)
    assert "forged" in done.stderr


@pytest.mark.parametrize("form", ["text", "github", "markdown", "sarif", "json", "html"])
def test_a_report_of_hostile_names_is_inert(form: str, project: pathlib.Path, cli: CommandLine) -> None:
    """In every form of a report the names are text: no markup, no command, no control characters."""
    done = cli("report", "-p", "x", "--format", form, cwd=project)
    assert done.returncode == 0, done.stderr
    made = done.stdout
    assert "forged" in made
    assert "\x1b" not in made
    assert "\x07" not in made
    if form in ("text", "github", "markdown", "html"):
        assert not {"\x9b", "\u202e"} & set(made)
    if form in ("markdown", "html"):
        assert "<script>alert" not in made
        assert "](javascript:" not in re.sub(r"\\.", "", made) or form == "html"
    if form in ("json", "sarif"):
        assert json.loads(made)
    for line in commands_in(made):
        assert form == "github"
        assert re.match(r"::(error|warning|notice) (file=compose\.yaml,|title=)", line)
        assert "%0A::warning::two" not in line
