"""What the loader acts on or leaves out is accounted for like any other line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from compose2oam import api
from compose2oam.model.outcome import Outcome
from compose2oam.model.path import render

if TYPE_CHECKING:
    import pathlib

    from conftest import Convert

FILES = {
    "more.yaml": "version: '2'\ninclude: [deep.yaml]\nservices: {db: {image: b}}\n",
    "deep.yaml": "services: {cache: {image: c}}\n",
    "more.env": "A=b\n",
    "base.yaml": "services: {base: {extends: root, init: true}, root: {image: a}, other: {image: o}}\n",
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("version: '3'", {"version": "C2O-721"}),
        ("include: [deep.yaml]", {"include[0]": "C2O-724"}),
        ("include:\n- {path: [deep.yaml], env_file: more.env}", {
            "include[0].path[0]": "C2O-724", "include[0].env_file": "C2O-724",
        }),
        ("include: [more.yaml]", {"include[0]": "C2O-724", "version": "C2O-721"}),
        ("volumes: {data: {labels: {a: b}}}", {"volumes.data.labels.a": "CF-507"}),
        ("volumes:\n  data:", {"volumes.data": "CF-507"}),
        ("networks: {front: {internal: true}}", {"networks.front.internal": "CF-507"}),
        ("secrets: {key: {environment: HOME}}", {"secrets.key.environment": "CF-507"}),
        ("configs: {site: {content: x}}", {"configs.site.content": "CF-507"}),
    ],
)  # fmt: skip
def test_each_such_line_has_an_entry_that_is_no_loss(text: str, expected: dict[str, str], convert: Convert) -> None:
    """With the rule of its key, or the code of the loader's note."""
    made = convert(f"services: {{web: {{image: a}}}}\n{text}\n", FILES)
    told = {render(entry.path): entry.codes[0] for entry in made.entries if entry.outcome is Outcome.NOT_NEEDED}
    assert told == expected
    assert all(entry.say for entry in made.entries if entry.outcome is Outcome.NOT_NEEDED)
    assert made.losses == ()


def test_a_line_that_includes_is_told_once_however_often_it_is_met(convert: Convert) -> None:
    """Two files that include the same third."""
    both = {"one.yaml": "include: [deep.yaml]\n", "two.yaml": "include: [deep.yaml]\n", **FILES}
    made = convert("include: [one.yaml, two.yaml]\nservices: {web: {image: a}}\n", both)
    lines = [str(entry.position).rpartition("/")[2] for entry in made.entries if "C2O-724" in entry.codes]
    assert sorted(lines) == ["compose.yaml:1:11", "compose.yaml:1:21", "one.yaml:1:11", "two.yaml:1:11"]


def test_extends_is_told_in_each_file_of_the_chain(convert: Convert) -> None:
    """The lines that it brings in are the service's own; what stands beside them in that file is nobody's."""
    made = convert("services:\n  web:\n    extends: {file: base.yaml, service: base}\n", FILES)
    told = {(render(entry.path), entry.codes[0]) for entry in made.entries}
    assert {
        ("services.web.extends.file", "C2O-725"),
        ("services.web.extends.service", "C2O-725"),
        ("services.base.extends", "C2O-725"),
        ("services.web.image", "C2O-110"),
    } <= told
    assert not [path for path, _ in told if path.startswith("services.other")]


def test_what_takes_earlier_lines_away_is_told(convert: Convert, tmp_path: pathlib.Path) -> None:
    """``!reset`` says so itself; what it takes away has no entry, and ``!override`` is a value like any other."""
    base, override = tmp_path / "base.yaml", tmp_path / "override.yaml"
    base.write_text("services: {web: {image: a, ports: ['80:80'], expose: ['1'], dns: [1.1.1.1]}}\n")
    override.write_text("services:\n  web:\n    ports: !reset []\n    expose: !override ['2']\n    dns: !reset null\n")
    made = api.convert(api.load(base, override, environment={}))
    told = {render(entry.path): (entry.codes[0], entry.position.line) for entry in made.entries}
    assert told["services.web.ports"] == ("CF-308", 3)
    assert told["services.web.dns"] == ("CF-308", 5)
    assert told["services.web.expose[0]"][1] == 4
    assert len(told) == 4
