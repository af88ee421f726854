"""``compose2oam.yaml`` says what ``x-oam`` says, and the Compose file stays as it is."""

from __future__ import annotations

import pathlib
from collections.abc import Callable
from typing import Any

import pytest

import compose2oam
from compose2oam.errors import ComposeError
from compose2oam.model.outcome import Outcome
from compose2oam.model.path import render

COMPOSE = """\
services:
  web: {image: "a:1", ports: ["80:80"], volumes: ["data:/d"], x-oam: {traits: [{type: labels, properties: {a: b}}]}}
  off: {image: b, profiles: [x]}
volumes: {data: {}, unused: {}}
"""
SIDE = """\
namespace: prod
labels: {team: "${TEAM:-web}"}
services:
  web:
    hpa: {min: 2, max: "${MAX:-5}", cpu: 60}
    traits:
    - {type: annotations, properties: {c: d}}
  off: {liveness: true}
volumes:
  data: {size: 20Gi}
  unused: {size: 1Gi}
"""
Project = Callable[..., Any]


@pytest.fixture
def project(tmp_path: pathlib.Path) -> Project:
    """Load a project with a side file of some name."""

    def load(side: str, name: str = "compose2oam.yaml", **options: Any) -> Any:
        (tmp_path / "compose.yaml").write_text(COMPOSE, encoding="utf-8")
        (tmp_path / name).write_text(side, encoding="utf-8")
        options = {"environment": {}, **options}
        return compose2oam.load(tmp_path / "compose.yaml", **options)

    return load


def web(made: Any) -> dict[str, Any]:
    """The traits of the service, by type."""
    component = made.application.component("web")
    return {trait.type: trait.properties for trait in component.traits}


def test_it_is_found_beside_the_compose_file(project: Project) -> None:
    """Mappings are merged, lists appended, variables replaced, as with a further Compose file."""
    made = compose2oam.convert(project(SIDE, environment={"MAX": "7"}))
    assert (made.application.namespace, made.application.labels) == ("prod", {"team": "web"})
    assert web(made)["labels"] == {"a": "b"}
    assert web(made)["annotations"] == {"c": "d"}
    assert web(made)["hpa"]["max"] == 7


def test_its_lines_are_in_the_ledger(project: Project) -> None:
    """Each with its own place; those for what is left out say so."""
    made = compose2oam.convert(project(SIDE))
    found = {
        render(entry.path): (entry.position.line, entry.outcome)
        for entry in made.entries
        if entry.position and entry.position.file.endswith("compose2oam.yaml")
    }
    assert found["x-oam.namespace"] == (1, Outcome.TRANSLATED)
    assert found["services.web.x-oam.hpa.max"][0] == 5
    assert found["volumes.data.x-oam.size"] == (10, Outcome.TRANSLATED)
    assert found["services.off.x-oam.liveness"] == (8, Outcome.NOT_NEEDED)
    assert found["volumes.unused.x-oam.size"] == (11, Outcome.NOT_NEEDED)


def test_another_file_is_named_and_none_is_asked_for(project: Project, tmp_path: pathlib.Path) -> None:
    """``oam`` names one; an empty name is for none."""
    named = compose2oam.convert(project("namespace: other\n", "ours.yaml", oam=tmp_path / "ours.yaml"))
    assert named.application.namespace == "other"
    assert compose2oam.convert(project(SIDE, oam="")).application.namespace == tmp_path.name.replace("_", "-")


def test_an_empty_one_says_nothing(project: Project) -> None:
    """And neither does one of comments, or a section without any part."""
    for text in ("", "# later\n", "services:\n  web:\n"):
        assert "hpa" not in web(compose2oam.convert(project(text)))


FAULTS = {
    "a key that is none": ("servics: {}\n", "1:1", "the side file has no key `servics`", "`services`"),
    "a service that is none": ("services:\n  wep: {}\n", "2:3", "there is no service `wep`", "`web`"),
    "a volume that is none": ("volumes:\n  date: {}\n", "2:3", "there is no volume `date`", "`data`"),
    "a section that is none": ("services: [web]\n", "1:1", "`services` must be a mapping", ""),
    "a key of a service": ("services:\n  web: {schedul: a}\n", "2:9", "has no key `schedul`", "`schedule`"),
    "a part that is none": ("services:\n  web: often\n", "2:3", "must be a mapping, not a text", ""),
    "a manifest": ("apiVersion: core.oam.dev/v1beta1\n", "1:1", "no key `apiVersion`", "this is a manifest"),
    "two documents": ("namespace: a\n---\nnamespace: b\n", "3:1", "holds several documents", ""),
    "a variable that must be set": ("namespace: ${NOWHERE:?set it}\n", "1:1", "set it", ""),
}


@pytest.mark.parametrize("title", FAULTS)
def test_a_fault_has_its_place_in_the_side_file(title: str, project: Project) -> None:
    """File, line and column, with the nearest right name."""
    text, place, message, hint = FAULTS[title]
    with pytest.raises(ComposeError) as caught:
        compose2oam.convert(project(text))
    (found,) = caught.value.diagnostics
    assert str(found.position).rpartition("compose2oam.yaml:")[2] == place
    assert message in found.message
    assert hint in found.hint


def test_a_file_that_is_named_must_be_there(project: Project, tmp_path: pathlib.Path) -> None:
    """Nobody names one for nothing."""
    with pytest.raises(ComposeError, match="does not exist"):
        project(SIDE, oam=tmp_path / "none.yaml")
