"""``compose2oam mappings``: the rules, as a user finds and reads them."""

from __future__ import annotations

import pathlib
import textwrap
from typing import TYPE_CHECKING

import pytest
import yaml

from compose2oam.rules.rulebook import load_rulebook

if TYPE_CHECKING:
    from conftest import CommandLine

OURS = textwrap.dedent("""\
    # A comment stays.
    code: C2O-901
    title: The team of a service
    why: Dashboards sort by it.
    reads: [x-team]
    means: {podLabels.team: {from: '"x-team"'}}
    """)


@pytest.fixture
def folder(tmp_path: pathlib.Path) -> pathlib.Path:
    """A folder with one rule of a user."""
    path = tmp_path / "ours" / "meanings" / "metadata" / "team.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(OURS)
    return tmp_path / "ours"


def test_list_names_every_rule_once_in_order(cli: CommandLine) -> None:
    """One line a rule: its code, what it is about, its title."""
    done = cli("mappings", "list")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert [line.split()[0] for line in lines] == [rule.code for rule in load_rulebook().rules()]
    (line,) = (line for line in lines if line.startswith("C2O-310 "))
    assert line.split(maxsplit=1)[1].startswith("deploy.replicas, scale")
    assert line.endswith("Replica count")


def test_list_says_what_a_rule_of_another_section_is_about(cli: CommandLine) -> None:
    """A rule over volumes is no rule over a service's ``volumes``."""
    (line,) = (line for line in cli("mappings", "list").stdout.splitlines() if line.startswith("C2O-421"))
    assert "volume: driver" in line


def test_list_shows_the_rules_of_a_user(cli: CommandLine, folder: pathlib.Path) -> None:
    """In the place where they run."""
    lines = cli("mappings", "list", "--mappings", folder).stdout.splitlines()
    codes = [line.split()[0] for line in lines]
    assert codes[codes.index("C2O-901") - 1] == "C2O-710"


@pytest.mark.parametrize("code", ["C2O-310", "c2o-310", "KV-310"])
def test_show_prints_the_file_of_a_rule(code: str, cli: CommandLine) -> None:
    """As it stands, examples and all, with its place in the first line; what is printed is YAML."""
    done = cli("mappings", "show", code)
    assert (done.returncode, done.stderr) == (0, "")
    first, text = done.stdout.split("\n", 1)
    assert first.startswith("# mappings/")
    shown = yaml.safe_load(text)
    assert shown["code"] == code.upper()
    assert shown["examples"]


def test_show_prints_a_rule_of_a_user(cli: CommandLine, folder: pathlib.Path) -> None:
    """Comments included."""
    done = cli("mappings", "show", "C2O-901", "--mappings", folder)
    assert done.stdout == f"# {folder}/meanings/metadata/team.yaml\n{OURS}"


@pytest.mark.parametrize("name", ["ours", "mappings"])
def test_a_folder_is_named_as_one_likes(name: str, cli: CommandLine, folder: pathlib.Path) -> None:
    """Relative to where one is, and even like the folder that ships."""
    folder.rename(folder.parent / name)
    shown = cli("mappings", "show", "C2O-901", "--mappings", name, cwd=folder.parent)
    assert shown.stdout == f"# {name}/meanings/metadata/team.yaml\n{OURS}"
    copied = cli("mappings", "new", "copy", "--replaces", "C2O-901", "-o", name, cwd=folder.parent)
    assert copied.returncode == 0, copied.stderr
    (folder.parent / name / "meanings" / "metadata" / "copy.yaml").unlink()
    tested = cli("mappings", "test", ".", cwd=folder.parent / name)
    assert tested.stderr.startswith("meanings/metadata/team.yaml:1:1: error: C2O-901 has no example")
    assert "1 of 1 rules have none" in tested.stderr


def test_a_place_where_nothing_can_be_written(cli: CommandLine, tmp_path: pathlib.Path) -> None:
    """Is a mistake of the call."""
    (tmp_path / "rules").write_text("a file\n")
    done = cli("mappings", "new", "team", cwd=tmp_path)
    assert (done.returncode, "cannot be written" in done.stderr) == (2, True)


def test_an_unknown_code_is_a_mistake_of_the_call(cli: CommandLine) -> None:
    """With exit status 2 and one line."""
    done = cli("mappings", "show", "C2O-3100")
    assert (done.returncode, done.stdout) == (2, "")
    assert "there is no rule C2O-3100" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", [("list",), ("show", "C2O-310")])
def test_a_faulty_rule_stops_both(command: tuple[str, ...], cli: CommandLine, folder: pathlib.Path) -> None:
    """With its file, line and column, the word that was meant, and exit status 3."""
    (folder / "meanings" / "metadata" / "team.yaml").write_text(OURS.replace("means:", "mean:"))
    done = cli("mappings", *command, "--mappings", folder)
    assert (done.returncode, done.stdout) == (3, "")
    assert "team.yaml:6:1" in done.stderr
    assert "did you mean `means`?" in done.stderr


def test_a_folder_that_is_not_there(cli: CommandLine, tmp_path: pathlib.Path) -> None:
    """A mistyped --mappings."""
    done = cli("mappings", "list", "--mappings", tmp_path / "nowhere")
    assert done.returncode == 2
    assert "nowhere" in done.stderr


def test_without_a_command_it_shows_its_help(cli: CommandLine) -> None:
    """And each command of it has an example."""
    assert "list" in cli("mappings").stdout + cli("mappings").stderr
    for command in ("list", "show"):
        assert f"compose2oam mappings {command}" in cli("mappings", command, "--help").stdout


def test_examples_are_run_as_tests(cli: CommandLine, tmp_path: pathlib.Path) -> None:
    """``mappings test DIR`` runs the examples of that folder's rules, shows what differs and exits with 3."""
    folder = tmp_path / "rules" / "meanings" / "metadata"
    folder.mkdir(parents=True)
    rule = (
        "code: C2O-901\ntitle: Team\nwhy: We group by team.\nreads: [labels.team]\nwhen: labels.team\n"
        "means: {podLabels: {team: {from: labels.team}}}\n"
        "examples:\n- {title: a team, service: {image: a, labels: {team: web}}, means: {podLabels: {team: web}}}\n"
    )
    (folder / "team.yaml").write_text(rule)
    done = cli("mappings", "test", str(tmp_path / "rules"), cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "1 examples of 1 rules hold\n"), done.stderr
    (folder / "team.yaml").write_text(rule.replace("podLabels: {team: web}", "podLabels: {team: db}"))
    done = cli("mappings", "test", str(tmp_path / "rules"), cwd=tmp_path)
    assert done.returncode == 3
    assert "the example `a team` does not hold" in done.stderr
    assert "1 of 1 examples do not hold" in done.stderr


def test_the_rules_of_the_sample_hold(cli: CommandLine) -> None:
    """Those for its own target and those for any, without a word about which."""
    done = cli("mappings", "test", "samples/platform/rules")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "16 examples of 10 rules hold\n"
