"""A leaf is what a user wrote in one place, with all places of the model that came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from compose2oam.model.path import render
from compose2oam.rules.leaves import Leaf, leaves_at, leaves_in
from compose2oam.rules.patterns import Patterns
from compose2oam.source.position import Position
from compose2oam.source.tree import mark_of

if TYPE_CHECKING:
    from conftest import Load

WEB = ("services", "web")
HERE = Position("compose.yaml", 1, 1)


@pytest.mark.parametrize(
    ("line", "path", "places"),
    [
        ("ports: ['80:81/udp']", "ports[0]", {"protocol", "published", "target"}),
        ("command: run this", "command", {0, 1}),
        ("command: [run, this]", "command[0]", None),
        ("build: .", "build", {"context"}),
        ("x-none: {}", "x-none", None),
        ("x-none: []", "x-none", None),
        ("x-none: {a: {}}", "x-none.a", None),
        ("x-none: {a: {b: }}", "x-none.a.b", None),
    ],
)
def test_the_places_that_came_of_what_was_written(
    line: str, path: str, places: set[str | int] | None, load: Load
) -> None:
    """The parts of a short form, and not what is around them; else the place itself."""
    project = load(f"services: {{web: {{image: a, {line}}}}}")
    leaf = leaves_in(WEB, project.section("services")["web"])[1]
    assert render(leaf.path) == f"services.web.{path}"
    if places is None:
        assert leaf.paths == [leaf.path]
    else:
        assert set(leaf.paths) == {(*leaf.path, key) for key in places}
    assert len(leaf.paths) == len(leaf.reached) == len(set(leaf.paths))


def test_several_of_one_text_are_one_leaf(load: Load) -> None:
    """A range of ports; each port is there with its parts, and with nothing else."""
    project = load("services: {web: {image: a, ports: ['80-81:90-91']}}")
    _, leaf = leaves_in(WEB, project.section("services")["web"])
    assert leaf.path == (*WEB, "ports")
    assert {path[:-1] for path in leaf.paths} == {(*WEB, "ports", 0), (*WEB, "ports", 1)}
    assert len(set(leaf.paths)) == len(leaf.paths)


def test_what_a_line_implies_elsewhere_does_not_move_it() -> None:
    """A link is where it stands, though a dependency came of it; a common beginning is where both come from."""
    start = Patterns().start
    leaf = Leaf((*WEB, "links", 0, "name"), HERE, start, "db")
    leaf.add((*WEB, "waits", 0, "name"), start)
    assert leaf.path == (*WEB, "links", 0, "name")
    leaf.add((*WEB, "links", 1, "name"), start)
    assert leaf.path == (*WEB, "links")
    assert len(leaf.paths) == len(leaf.reached) == 3


@pytest.mark.parametrize(
    ("line", "paths"),
    [
        ("x-a: {b: 1, c: [2, 3]}", ["x-a.b", "x-a.c[0]", "x-a.c[1]"]),
        ("x-a: {}", ["x-a"]),
        ("x-a: text", ["x-a"]),
        ("x-a: ", ["x-a"]),
    ],
)
def test_the_leaves_of_one_entry(line: str, paths: list[str], load: Load) -> None:
    """Its parts; itself where it has none."""
    tree = load(f"services: {{web: {{image: a, {line}}}}}").section("services")["web"]
    mark = mark_of(tree, "x-a")
    assert mark is not None
    assert [render(leaf.path) for leaf in leaves_at(("x-a",), tree["x-a"], mark)] == paths


def test_sections_of_a_project_are_left_out(load: Load) -> None:
    """Each of their parts has leaves of its own."""
    project = load("name: demo\nservices: {web: {image: a}}\nx-a: {b: c}\n")
    found = leaves_in((), project.tree, skip=("services", "volumes", "configs", "secrets", "networks", "models"))
    assert [(render(leaf.path), leaf.position.line) for leaf in found] == [("name", 1), ("x-a.b", 3)]
