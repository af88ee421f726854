"""The first run: what is asked, what is written, and what is left alone."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import yaml

if TYPE_CHECKING:
    from conftest import CommandLine

COMPOSE = """\
# The shop.
services:
  web:
    build: .
    ports: ["8080:80"]
    volumes: ["data:/data"]
volumes: {data: {}}
"""
INGRESS = ("--expose", "ingress", "--domain", "shop.example.com")


@pytest.fixture
def project(tmp_path: pathlib.Path) -> pathlib.Path:
    """A folder with a project that publishes, stores and builds."""
    (tmp_path / "compose.yaml").write_text(COMPOSE)
    return tmp_path


def defaults(folder: pathlib.Path) -> object:
    """What the side file of a folder says."""
    return yaml.safe_load((folder / "compose2oam.yaml").read_text())["defaults"]


def test_defaults_are_written_down(cli: CommandLine, project: pathlib.Path) -> None:
    """With what was found, and what to do next; and the Compose file stays."""
    done = cli("init", "--yes", cwd=project)
    assert done.returncode == 0
    assert done.stdout == ""
    assert defaults(project) == {"volumeSize": "1Gi", "expose": "internal"}
    for text in ("1 service (web)", "1 published port", "1 image to build", "  compose2oam up --dry-run client\n"):
        assert text in done.stderr
    assert (project / "compose.yaml").read_text() == COMPOSE


@pytest.mark.parametrize("more", [[], ["--in-compose"]], ids=["beside", "in-compose"])
def test_what_is_written_has_effect(more: list[str], cli: CommandLine, project: pathlib.Path) -> None:
    """The conversion is the one that the same flags give."""
    wanted = cli("convert", *INGRESS, cwd=project).stdout
    assert cli("init", "--yes", *INGRESS, *more, cwd=project).returncode == 0
    made = cli("convert", cwd=project)
    assert made.returncode == 0
    assert "shop.example.com" in made.stdout
    assert yaml.safe_load(made.stdout)["spec"] == yaml.safe_load(wanted)["spec"]
    assert (project / "compose2oam.yaml").exists() != bool(more)


def test_nothing_is_overwritten(cli: CommandLine, project: pathlib.Path) -> None:
    """Unless it is said."""
    (project / "compose2oam.yml").write_text("defaults: {expose: nodeport}\n")
    refused = cli("init", "--yes", cwd=project)
    assert refused.returncode == 2
    assert "compose2oam.yml is there already" in refused.stderr
    assert cli("init", "--yes", "--force", cwd=project).returncode == 0
    assert "expose: internal" in (project / "compose2oam.yml").read_text()
    assert not (project / "compose2oam.yaml").exists()


def test_a_second_block_is_refused(cli: CommandLine, project: pathlib.Path) -> None:
    """And the file stays as it is."""
    assert cli("init", "--yes", "--in-compose", cwd=project).returncode == 0
    text = (project / "compose.yaml").read_text()
    refused = cli("init", "--yes", "--in-compose", "--tag", "1", cwd=project)
    assert refused.returncode == 2
    assert "compose.yaml:9:1: there is an `x-oam` already" in refused.stderr
    assert (project / "compose.yaml").read_text() == text


def test_a_link_and_a_mode_stay(cli: CommandLine, project: pathlib.Path) -> None:
    """The file behind the link is what changes."""
    (project / "compose.yaml").rename(project / "real.yaml")
    (project / "real.yaml").chmod(0o640)
    (project / "compose.yaml").symlink_to("real.yaml")
    assert cli("init", "--yes", "--in-compose", cwd=project).returncode == 0
    assert (project / "compose.yaml").is_symlink()
    assert (project / "real.yaml").stat().st_mode & 0o777 == 0o640
    assert (project / "real.yaml").read_text().startswith(COMPOSE)


def test_a_dry_run_writes_nothing(cli: CommandLine, project: pathlib.Path) -> None:
    """It shows the difference."""
    done = cli("init", "--yes", "--in-compose", "--dry-run", cwd=project)
    assert done.returncode == 0
    assert "\n+x-oam:\n" in done.stdout
    assert (project / "compose.yaml").read_text() == COMPOSE


def test_what_the_project_says_is_not_said_again(cli: CommandLine, project: pathlib.Path) -> None:
    """What stands in `x-oam` would be covered by the side file otherwise."""
    (project / "compose.yaml").write_text(f"{COMPOSE}x-oam: {{defaults: {{expose: nodeport}}}}\n")
    assert cli("init", "--yes", cwd=project).returncode == 0
    assert defaults(project) == {"volumeSize": "1Gi"}


def test_there_may_be_nothing_to_choose(cli: CommandLine, tmp_path: pathlib.Path) -> None:
    """Then no file is written."""
    (tmp_path / "compose.yaml").write_text("services: {a: {image: a}}\n")
    done = cli("init", "--yes", cwd=tmp_path)
    assert done.returncode == 0
    assert "nothing to choose" in done.stderr
    assert [item.name for item in tmp_path.iterdir()] == ["compose.yaml"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "take the defaults with --yes"),
        (["--yes", "--expose", "ingres"], "did you mean `ingress`?"),
        (["--yes", "--in-compose", "-f", "-"], "standard input cannot be written to"),
    ],
    ids=["no terminal", "no such word", "standard input"],
)
def test_wrong_calls(arguments: list[str], says: str, cli: CommandLine, project: pathlib.Path) -> None:
    """They end with 2, and nothing is written."""
    done = cli("init", *arguments, cwd=project, stdin=COMPOSE)
    assert done.returncode == 2
    assert says in done.stderr
    assert [item.name for item in project.iterdir()] == ["compose.yaml"]


def test_a_person_is_asked(project: pathlib.Path) -> None:
    """What matters for this project, again where an answer is none, and not what a flag has said."""
    pty = pytest.importorskip("pty", reason="needs a system with pseudo-terminals")
    person, terminal = pty.openpty()
    # All that is typed, ahead: a word that is none, the right one, a domain, a registry.
    os.write(person, b"ingres\ningress\nshop.example.com\nr.example/team\n\n")
    call = [sys.executable, "-m", "compose2oam", "init", "--volume-size", "5Gi"]
    done = subprocess.run(call, cwd=project, stdin=terminal, capture_output=True, text=True, timeout=60, check=False)
    os.close(terminal)
    os.close(person)
    assert done.returncode == 0, done.stderr
    assert "did you mean `ingress`?" in done.stderr
    assert "Size of a volume" not in done.stderr
    assert done.stdout == ""
    assert defaults(project) == {
        "volumeSize": "5Gi",
        "expose": "ingress",
        "domain": "shop.example.com",
        "registry": "r.example/team",
    }


def test_a_person_may_stop_to_answer(project: pathlib.Path) -> None:
    """With Ctrl-D nothing is written, and that is said."""
    pty = pytest.importorskip("pty", reason="needs a system with pseudo-terminals")
    person, terminal = pty.openpty()
    os.write(person, b"ingress\n\x04")
    call = [sys.executable, "-m", "compose2oam", "init"]
    done = subprocess.run(call, cwd=project, stdin=terminal, capture_output=True, text=True, timeout=60, check=False)
    os.close(terminal)
    os.close(person)
    assert done.returncode == 1
    assert done.stderr.endswith("\nthe answers ended, so nothing was written\n")
    assert [item.name for item in project.iterdir()] == ["compose.yaml"]
