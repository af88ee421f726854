"""The commands for the targets that write no application."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING

import pytest
import yaml

if TYPE_CHECKING:
    from conftest import CommandLine

PROJECT = """\
name: shop
services:
  web:
    image: web:1
    ports: ["8080:80"]
    depends_on: [db]
    deploy: {replicas: 2}
  db:
    image: db:1
"""


@pytest.fixture
def folder(tmp_path: pathlib.Path) -> pathlib.Path:
    """A folder with a project."""
    (tmp_path / "compose.yaml").write_text(PROJECT, encoding="utf-8")
    return tmp_path


def line_of(path: pathlib.Path, text: str) -> int:
    """The number of the first line with a text."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if text in line)


def test_a_folder_has_the_definitions_apart(cli: CommandLine, folder: pathlib.Path) -> None:
    """They are for the platform team; a file, or standard output, has all, definitions first."""
    done = cli("convert", "--target", "oam-v1alpha2", "-o", "out/", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in (folder / "out").iterdir()) == ["application.yaml", "definitions.yaml"]
    whole = cli("convert", "--target", "oam-v1alpha2", "-q", cwd=folder).stdout
    parts = [(folder / "out" / name).read_text(encoding="utf-8") for name in ("definitions.yaml", "application.yaml")]
    assert list(yaml.safe_load_all(whole)) == [item for part in parts for item in yaml.safe_load_all(part)]


def test_plain_objects_go_to_a_file_called_so(cli: CommandLine, folder: pathlib.Path) -> None:
    """There is no application in it."""
    assert cli("convert", "--target", "kubernetes", "-o", "out/", cwd=folder).returncode == 0
    assert [path.name for path in (folder / "out").iterdir()] == ["objects.yaml"]


@pytest.mark.parametrize(
    ("target", "file", "text", "says"),
    [
        ("kubernetes", "objects.yaml", "replicas: 2", "services.web.deploy.replicas"),
        ("kubernetes", "objects.yaml", "image: web:1", "services.web.image"),
        ("kubernetes", "objects.yaml", "clusterIP: None", "what it makes of services.db"),
        ("oam-v1alpha2", "application.yaml", "replicaCount: 2", "services.web.deploy.replicas"),
        ("oam-v1alpha2", "application.yaml", "dataOutputName: db-ready", "services.web.depends_on.db"),
        ("oam-v1alpha2", "application.yaml", "containerPort: 80", "services.web.ports[0]"),
        ("oam-v1alpha2", "definitions.yaml", "deployments.apps", "the conversion adds it"),
    ],
)
def test_a_line_knows_where_it_comes_from(
    target: str, file: str, text: str, says: str, cli: CommandLine, folder: pathlib.Path
) -> None:
    """In whichever of the files it stands."""
    assert cli("convert", "--target", target, "-o", "out/", cwd=folder).returncode == 0
    number = line_of(folder / "out" / file, text)
    done = cli("why", f"out/{file}:{number}", "--target", target, cwd=folder)
    assert done.returncode == 0, done.stderr
    assert says in done.stdout


def test_a_key_is_explained_by_the_rules_of_the_target(cli: CommandLine, folder: pathlib.Path) -> None:
    """And what is lost has its reason."""
    done = cli("explain", "services.web.depends_on", "--target", "kubernetes", cwd=folder)
    assert "dropped by K8S-520" in done.stdout
    assert "plain objects start all at once" in done.stdout


def test_what_is_written_passes_the_check(cli: CommandLine, folder: pathlib.Path) -> None:
    """By project and by file."""
    assert cli("check", "--target", "oam-v1alpha2", cwd=folder).returncode == 0
    assert cli("convert", "--target", "oam-v1alpha2", "-o", "app.yaml", cwd=folder).returncode == 0
    done = cli("check", "app.yaml", cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_target_that_is_not_there_is_told_with_those_that_are(cli: CommandLine, folder: pathlib.Path) -> None:
    """All that ship are named."""
    done = cli("convert", "--target", "kubernets", cwd=folder)
    assert done.returncode == 2
    assert "known are: kubernetes, kubevela, oam-v1alpha2" in done.stderr
