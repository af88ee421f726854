"""A conversion laid out: every line of both sides once, what belongs together, and no secret."""

from __future__ import annotations

import pathlib
from collections import Counter

import pytest

from compose2oam import api
from compose2oam.errors import Compose2OamError
from compose2oam.model.review import Part, Review
from compose2oam.review import review

ROOT = pathlib.Path(__file__).resolve().parents[2]
SAMPLES = sorted(ROOT.glob("samples/*/compose.yaml"))

COMPOSE = """\
name: demo

x-logging: &logging
  logging:
    driver: json-file
# What people see.
services:
  # The door.
  web:
    <<: *logging
    image: nginx
    command: >-
      run
      fast
    depends_on: [db]
    ulimits: {nofile: 5}
  db:
    image: postgres
    environment:
      POSTGRES_PASSWORD: correct-horse
    volumes: ["data:/d"]
volumes:
  data: {}
"""


def laid_out(folder: pathlib.Path, text: str = COMPOSE, **files: str) -> Review:
    """The review of a project in a folder."""
    for name, content in files.items():
        (folder / name.replace("_", ".")).write_text(content)
    (folder / "compose.yaml").write_text(text)
    project = api.load(folder / "compose.yaml")
    return review(project, api.convert(project), "KubeVela")


def part(found: Review, name: str) -> Part:
    """The part of a name."""
    return next(item for item in found.parts if item.name == name)


def source(found: Review, name: str) -> list[str]:
    """The lines of the project of a part."""
    return [line for excerpt in part(found, name).source for line in excerpt.lines]


def output(found: Review, name: str) -> list[str]:
    """The lines of the output of a part."""
    return [line for first, last in part(found, name).output for line in found.output[first - 1 : last]]


def test_a_part_has_its_lines_with_the_comment_above_and_the_anchor_that_it_merges(tmp_path: pathlib.Path) -> None:
    """What is merged stands elsewhere in the file, and is shown with what merges it."""
    lines = source(laid_out(tmp_path), "services.web")
    assert lines[:3] == ["x-logging: &logging", "  logging:", "    driver: json-file"]
    assert lines[3:5] == ["  # The door.", "  web:"]
    assert lines[-1] == "    ulimits: {nofile: 5}"


def test_a_part_has_its_component_first(tmp_path: pathlib.Path) -> None:
    """Objects that are there for it follow."""
    found = laid_out(tmp_path)
    assert output(found, "services.db")[0] == "  - name: db"
    assert "        kind: PersistentVolumeClaim" in output(found, "volumes.data")
    assert part(found, "services.db").type == "statefulset"


def test_an_entry_knows_its_lines_on_both_sides(tmp_path: pathlib.Path) -> None:
    """A text over several lines ends where it ends; what it became is told by lines of the output."""
    found = laid_out(tmp_path)
    (place,) = (item for item in found.places if item.entry.path == ("services", "web", "command"))
    assert (place.entry.position.line, place.last) == (12, 14)
    became = [line.strip() for first, last in place.became for line in found.output[first - 1 : last]]
    assert became[1:] == ["- run", "- fast"]


def test_what_is_in_no_part_comes_last(tmp_path: pathlib.Path) -> None:
    """The name, the headings of sections, and the head of the application."""
    found = laid_out(tmp_path)
    assert found.parts[-1].name == "project"
    lines = source(found, "project")
    assert [line for line in lines if line[:1] not in ("", " ")] == [
        "name: demo",
        "x-logging: &logging",
        "# What people see.",
        "services:",
        "volumes:",
    ]
    assert "kind: Application" in output(found, "project")


@pytest.mark.parametrize("file", SAMPLES, ids=lambda path: path.parent.name)
def test_no_line_is_left_out(file: pathlib.Path) -> None:
    """Every line that says something is shown, and every line of the output in exactly one part."""
    try:
        project = api.load(file)
        made = api.convert(project)
    except Compose2OamError:
        pytest.skip("the sample needs options of its own")
    found = review(project, made, "KubeVela")
    shown = Counter(line for item in found.parts for first, last in item.output for line in range(first, last + 1))
    assert shown == Counter(range(1, len(found.output) + 1))
    seen: dict[str, set[int]] = {}
    for item in found.parts:
        for excerpt in item.source:
            seen.setdefault(excerpt.file, set()).update(range(excerpt.first, excerpt.first + len(excerpt.lines)))
    assert all(place.entry.position.line in seen[place.entry.position.file] for place in found.places)
    (numbers,) = (found for name, found in seen.items() if pathlib.Path(name).resolve() == file)
    lines = file.read_text(encoding="utf-8").splitlines()
    assert not [line for number, line in enumerate(lines, 1) if line.strip() and number not in numbers]


def test_secrets_are_on_neither_side(tmp_path: pathlib.Path) -> None:
    """Not where they are set, not where they are used again, not in a comment, an escape or a folded text."""
    text = """\
services:
  db:
    image: postgres
    environment:
      POSTGRES_PASSWORD: correct-horse
      OTHER_TOKEN: "battery\\u002dstaple"
      LONG_SECRET: >-
        first half
        second half
      URL: 'amqp://me:pass-of-url@h'
    # MY_SECRET: in-a-comment
    command: sh -c "psql correct-horse battery-staple"
    env_file: app.env
    labels: [api-key=of-a-label]
"""
    found = laid_out(tmp_path, text, app_env="# no\nENV_TOKEN=in-a-file\nLEVEL=info\n")
    shown = "\n".join([*source(found, "services.db"), *found.output])
    hidden = ("correct-horse", "staple", "second half", "pass-of-url", "in-a-comment", "of-a-label", "in-a-file")
    assert not [word for word in hidden if word in shown]
    assert "POSTGRES_PASSWORD: ***" in shown
    assert "LEVEL=info" in shown
    assert "# no" not in shown


def test_a_file_that_is_gone_shows_no_line(tmp_path: pathlib.Path) -> None:
    """As standard input does, which can be read once; the entries are there all the same."""
    (tmp_path / "compose.yaml").write_text(COMPOSE)
    project = api.load(tmp_path / "compose.yaml")
    made = api.convert(project)
    (tmp_path / "compose.yaml").unlink()
    found = review(project, made, "KubeVela")
    assert not [excerpt for item in found.parts for excerpt in item.source]
    assert len(found.places) == len(made.entries)


def test_several_files_show_their_lines_of_a_service(tmp_path: pathlib.Path) -> None:
    """Of an override file too."""
    (tmp_path / "a.yaml").write_text("services:\n  web:\n    image: nginx\n")
    (tmp_path / "b.yaml").write_text("services:\n  web:\n    restart: always\n")
    project = api.load(tmp_path / "a.yaml", tmp_path / "b.yaml")
    found = review(project, api.convert(project), "KubeVela")
    assert [pathlib.Path(excerpt.file).name for excerpt in part(found, "services.web").source] == ["a.yaml", "b.yaml"]
    assert "    restart: always" in source(found, "services.web")


@pytest.mark.parametrize("target", ["kubernetes", "oam-v1alpha2"])
def test_other_targets_are_laid_out_too(target: str) -> None:
    """Their objects belong to the services that they run."""
    project = api.load(ROOT / "samples/shop/compose.yaml")
    found = review(project, api.convert(project, target=target), target)
    assert any("mariadb:11" in line for line in output(found, "services.db"))
    assert not any("mariadb:11" in line for line in output(found, "services.web"))
