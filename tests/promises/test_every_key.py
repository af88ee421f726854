"""A project that sets every key of Compose: each line of it is accounted for, once."""

from __future__ import annotations

import os
import pathlib
import subprocess
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

import compose2oam
from compose2oam.api import Conversion
from compose2oam.model.compose import Project
from compose2oam.model.outcome import Outcome
from compose2oam.model.path import render
from compose2oam.source.position import Position
from compose2oam.source.tree import Map, mark_of

FOLDER = pathlib.Path(__file__).resolve().parent
FILE = FOLDER / "every-key" / "compose.yaml"
ENVIRONMENT = {"EVERY_KEY_TOKEN": "not-a-secret"}


def steps(key: str) -> tuple[str, ...]:
    """Split ``services.*.ports[].target`` into its steps."""
    return tuple(step for part in key.split(".") for step in part.replace("[]", ".[]").split("."))


def leaves(node: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The paths of a raw document's scalars and empty collections, with ``[]`` for an item."""
    if isinstance(node, dict) and node:
        for key, value in node.items():
            yield from leaves(value, (*path, str(key)))
    elif isinstance(node, list) and node:
        for value in node:
            yield from leaves(value, (*path, "[]"))
    else:
        yield path


def fits(key: tuple[str, ...], path: tuple[str, ...]) -> bool:
    """Whether ``path`` is one that ``key`` stands for."""
    pairs = zip(key, path, strict=False)
    return len(key) == len(path) and all(one == other or (one == "*" and other != "[]") for one, other in pairs)


def written(node: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str, Position]]:
    """The places of a loaded tree that a user wrote and that hold no others, with where they were written."""
    for key, value in node.items() if isinstance(node, dict) else enumerate(node):
        below = list(written(value, (*path, key))) if isinstance(value, (dict, list)) else []
        mark = mark_of(node, key)
        if below:
            yield from below
        elif mark:
            yield render((*path, key)), mark


@pytest.fixture(scope="module")
def project() -> Project:
    """The project, with all profiles and with what no service uses."""
    return compose2oam.load(FILE, profiles=("*",), environment=ENVIRONMENT, all_resources=True)


@pytest.fixture(scope="module")
def conversion(project: Project) -> Conversion:
    """What it becomes."""
    return compose2oam.convert(project)


def test_the_project_sets_every_key() -> None:
    """Every line of compose-keys.txt, and nothing that is not there."""
    keys = [steps(line) for line in (FOLDER / "compose-keys.txt").read_text(encoding="utf-8").split()]
    paths = list(leaves(yaml.safe_load(FILE.read_text(encoding="utf-8"))))
    assert [".".join(key) for key in keys if not any(fits(key, path) for path in paths)] == []
    assert [".".join(path) for path in paths if not any(fits(key, path) for key in keys)] == []


def test_docker_compose_takes_the_project(docker_compose: pathlib.Path) -> None:
    """It is a project of Docker Compose, not of ours."""
    call = [str(docker_compose), "-f", str(FILE), "--profile", "*", "config", "-q"]
    done = subprocess.run(call, capture_output=True, text=True, env={**os.environ, **ENVIRONMENT}, check=False)
    assert done.returncode == 0, done.stderr


def test_every_line_is_accounted_for(project: Project, conversion: Conversion) -> None:
    """Each place that a user wrote has its entry in the ledger, and the ledger has no other."""
    known = {entry.position for entry in conversion.entries}
    gone = Map({render(item.path): item.value for item in project.resolved})
    gone.marks.update((render(item.path), item.position) for item in project.resolved)
    places = [*written(project.tree), *written(gone)]
    assert [path for path, mark in places if mark not in known] == []
    marks = {mark for _, mark in places}
    assert [render(entry.path) for entry in conversion.entries if entry.position not in marks] == []


def test_no_line_is_accounted_for_twice(conversion: Conversion) -> None:
    """One entry for a place, but for a line that several services take in (an env file, a base that is extended)."""
    assert [path for path, number in Counter(entry.path for entry in conversion.entries).items() if number > 1] == []
    lines = Counter((entry.position, entry.path[:2]) for entry in conversion.entries)
    assert [line for line, number in lines.items() if number > 1] == []


def test_a_rule_decides_on_every_line(conversion: Conversion) -> None:
    """No key ends as one that no rule reads."""
    unread = [entry for entry in conversion.entries if "C2O-000" in entry.codes]
    assert [render(entry.path) for entry in unread if entry.outcome is not Outcome.NOT_NEEDED] == []


def test_every_loss_says_why(conversion: Conversion) -> None:
    """Whatever is not translated in full has a reason, a rule and a place."""
    partial = [entry for entry in conversion.entries if entry.outcome.rank > Outcome.TRANSLATED.rank]
    assert len(partial) > 100
    assert [render(entry.path) for entry in partial if not entry.say or not entry.codes] == []
