"""Where things were written: what a user wrote is marked with its place in the file, what the loader adds is not."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from compose2oam.model.path import Path
from compose2oam.source.tree import Map, Seq, locate, mark_of

if TYPE_CHECKING:
    from conftest import Loading

from compose2oam.loader import LoadOptions, load

COMPOSE = """\
services:
  web:
    image: a
    command: run --fast
    ports:
    - "8080:80/udp"
    - 81
    volumes:
    - data:/data:ro
    depends_on: [db]
    env_file: a.env
    environment:
      OWN: 1
    healthcheck: {test: curl x}
    links: [cache]
  db: {image: b}
  cache: {image: c}
volumes:
  data:
"""


def entries(node: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield the place and the mark of every entry of a tree."""
    steps = node.items() if isinstance(node, Map) else enumerate(node) if isinstance(node, Seq) else ()
    for step, child in steps:
        yield (*path, step), mark_of(node, step)
        yield from entries(child, (*path, step))


def test_what_is_written_is_marked_and_what_is_added_is_not(loading: Loading) -> None:
    """Short forms carry the mark of their text, defaults carry none."""
    tree = loading(COMPOSE, {"a.env": "# first\nFILE=x\n"}).tree
    marks = {path: str(mark) if mark else "" for path, mark in entries(tree)}
    web = ("services", "web")
    assert marks[(*web, "image")] == "compose.yaml:3:5"
    assert marks[(*web, "command", 1)] == "compose.yaml:4:5"
    assert marks[(*web, "ports", 0, "published")] == "compose.yaml:6:7"
    assert marks[(*web, "ports", 0, "protocol")] == "compose.yaml:6:7"
    assert marks[(*web, "ports", 0, "mode")] == ""
    assert marks[(*web, "ports", 1, "protocol")] == ""
    assert marks[(*web, "volumes", 0, "read_only")] == "compose.yaml:9:7"
    assert marks[(*web, "volumes", 0, "type")] == ""
    assert marks[(*web, "depends_on", "db")] == "compose.yaml:10:18"
    assert marks[(*web, "depends_on", "db", "condition")] == ""
    assert marks[(*web, "depends_on", "cache")] == "compose.yaml:15:13"
    assert marks[(*web, "environment", "OWN")] == "compose.yaml:13:7"
    assert marks[(*web, "environment", "FILE")] == "a.env:2:1"
    assert marks[(*web, "env_file", 0, "path")] == "compose.yaml:11:5"
    assert marks[(*web, "env_file", 0, "required")] == ""
    assert marks[(*web, "healthcheck", "test", 0)] == ""
    assert marks[(*web, "healthcheck", "test", 1)] == "compose.yaml:14:19"
    assert marks[(*web, "networks")] == ""
    assert marks[("networks",)] == ""
    assert marks[("volumes", "data")] == "compose.yaml:19:3"
    assert marks[("volumes", "data", "name")] == ""
    assert marks[("name",)] == ""


def test_marks_lead_to_the_file_that_was_written(loading: Loading) -> None:
    """After include, extends and merge each value knows its own file."""
    tree = loading(
        "include: [inc.yaml]\nservices:\n  web:\n    extends: {file: base.yaml, service: base}\n    hostname: h\n",
        {
            "inc.yaml": "services:\n  db: {image: i, labels: {a: b}}\n",
            "base.yaml": "services:\n  base:\n    image: a\n    environment: {A: 1}\n",
            "two.yaml": "services:\n  web:\n    environment: [B=2]\n  db:\n    labels: [a=c, d=e]\n",
        },
        files=("compose.yaml", "two.yaml"),
    ).tree
    places = {
        ("services", "web", "image"): "base.yaml:3:5",
        ("services", "web", "hostname"): "compose.yaml:5:5",
        ("services", "web", "environment", "A"): "base.yaml:4:19",
        ("services", "web", "environment", "B"): "two.yaml:3:19",
        ("services", "db", "image"): "inc.yaml:2:8",
        ("services", "db", "labels", "a"): "two.yaml:5:14",
        ("services", "db", "labels", "d"): "two.yaml:5:19",
    }
    assert {path: str(locate(tree, path)) for path in places} == places


def test_every_mark_of_the_samples_points_to_its_key(root: pathlib.Path, monkeypatch: Any) -> None:
    """In real projects a mark is the place of the key, or of the short form that the entry comes from."""
    checked = 0
    for file in sorted((root / "samples").glob("*/compose.yaml")):
        monkeypatch.chdir(file.parent)
        tree = load(LoadOptions(profiles=("*",), environment={})).tree
        for path, mark in entries(tree):
            if mark is None or not isinstance(path[-1], str):
                continue
            line = pathlib.Path(mark.file).read_text(encoding="utf-8").split("\n")[mark.line - 1]
            text = line[mark.column - 1 :].lstrip("'\"")
            outer = locate(tree, path[:-1])
            assert text.startswith(path[-1]) or mark == outer or f"{path[-1]}:" not in line, (path, str(mark))
            checked += 1
    assert checked > 300


def test_lists_have_as_many_marks_as_items(loading: Loading) -> None:
    """No phase loses step between the items of a list and their marks."""
    tree = loading(COMPOSE, {"a.env": ""}).tree

    def check(node: Any) -> None:
        if isinstance(node, Seq):
            assert len(node) == len(node.marks)
        for child in node.values() if isinstance(node, Map) else node if isinstance(node, Seq) else ():
            check(child)

    check(tree)
