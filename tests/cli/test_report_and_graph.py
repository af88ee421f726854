"""``report`` and ``graph`` as a user calls them: where they write, in which format, and how they end."""

from __future__ import annotations

import json
import pathlib
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

if TYPE_CHECKING:
    from conftest import CommandLine

LOSSY = "services:\n  web:\n    image: nginx\n    depends_on: [db]\n    blkio_config: {weight: 300}\n  db: {image: b}\n"


@pytest.fixture
def project(tmp_path: pathlib.Path) -> pathlib.Path:
    """A project of which something is lost."""
    folder = tmp_path / "demo"
    folder.mkdir()
    (folder / "compose.yaml").write_text(LOSSY)
    return folder


def test_a_report_is_a_page_unless_somebody_says_otherwise(cli: CommandLine, project: pathlib.Path) -> None:
    """On standard output alone; the figures go to standard error."""
    done = cli("report", cwd=project)
    assert done.returncode == 0
    assert done.stdout.startswith("<!doctype html>")
    assert done.stdout.endswith("</html>\n")
    assert "1 dropped" in done.stderr


@pytest.mark.parametrize(
    ("name", "begins"),
    [("r.html", "<!doctype html>"), ("r.json", "{"), ("r.md", "#"), ("r.sarif", "{"), ("r.txt", "")],
)
def test_the_suffix_says_the_format(name: str, begins: str, cli: CommandLine, project: pathlib.Path) -> None:
    """And the file is whole when it is named."""
    done = cli("report", "-o", name, cwd=project)
    assert done.returncode == 0
    assert f"wrote {name}" in done.stderr
    assert not done.stdout
    text = (project / name).read_text(encoding="utf-8")
    assert text.startswith(begins)
    assert "C2O-" in text


def test_the_page_beside_the_application_is_that_of_report(cli: CommandLine, project: pathlib.Path) -> None:
    """``convert --report`` writes it too."""
    assert cli("convert", "-o", "app.yaml", "--report", "a.html", cwd=project).returncode == 0
    assert cli("report", "-o", "b.html", cwd=project).returncode == 0
    assert (project / "a.html").read_bytes() == (project / "b.html").read_bytes()


@pytest.mark.parametrize("flag", [["--strict"], ["--on-loss", "error"]], ids=" ".join)
def test_a_strict_report_is_written_and_fails(flag: list[str], cli: CommandLine, project: pathlib.Path) -> None:
    """A pipeline keeps the page, and stops."""
    done = cli("report", "-o", "r.html", *flag, cwd=project)
    assert done.returncode == 4
    assert "compose.yaml:5" in done.stderr
    assert (project / "r.html").read_text().startswith("<!doctype html>")


@pytest.mark.parametrize("command", ["report", "graph"])
def test_a_format_that_is_none_is_refused(command: str, cli: CommandLine, project: pathlib.Path) -> None:
    """With those that there are, before anything is written."""
    done = cli(command, "--format", "pdf", "-o", "x", cwd=project)
    assert done.returncode == 2
    assert "known are: " in done.stderr
    assert not (project / "x").exists()


def test_a_graph_is_mermaid_unless_somebody_says_otherwise(cli: CommandLine, project: pathlib.Path) -> None:
    """Ready for Markdown."""
    done = cli("graph", cwd=project)
    assert done.returncode == 0
    assert done.stdout.startswith("---\ntitle: ")
    assert "\nflowchart LR\n" in done.stdout
    assert not done.stderr


def test_a_graph_is_written_by_suffix(cli: CommandLine, project: pathlib.Path) -> None:
    """Each is what its readers take it for."""
    for name in ("g.svg", "g.dot", "g.json"):
        assert cli("graph", "-o", name, cwd=project).returncode == 0
    assert ElementTree.parse(project / "g.svg").getroot().tag.endswith("svg")
    assert (project / "g.dot").read_text().startswith("digraph")
    assert {"services.web", "services.db"} <= {
        node["id"] for node in json.loads((project / "g.json").read_text())["nodes"]
    }
