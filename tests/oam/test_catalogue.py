"""The catalogue by itself: complete, strict, and read only where it is asked."""

from __future__ import annotations

import pathlib
import subprocess
import sys
from typing import Any

import pytest

from compose2oam.errors import InputError
from compose2oam.oam.catalogue import VERSION, Catalogue, builtin
from compose2oam.oam.definition import Definition, Kind, Parameter, read_definition

ALL = [(kind, name) for kind in Kind for name in builtin().names(kind)]


def test_all_definitions_of_the_chart_are_there() -> None:
    counts = {kind.value: len(builtin().names(kind)) for kind in Kind}
    assert counts == {"component": 10, "trait": 35, "policy": 10, "workflowstep": 36}


@pytest.mark.parametrize(("kind", "name"), ALL, ids=lambda part: getattr(part, "value", part))
def test_a_definition_is_called_what_its_file_is_called_and_says_what_it_does(kind: Kind, name: str) -> None:
    definition = builtin().find(kind, name)
    assert definition is not None
    assert (definition.kind, definition.name) == (kind, name)
    assert definition.summary.endswith(".")
    assert len(definition.summary) > 20
    assert (kind is Kind.COMPONENT) == bool(definition.workload)
    for sort, thing in definition.needs:
        assert sort in ("addon", "controller", "crd")
        assert thing


def test_no_two_definitions_share_a_summary() -> None:
    summaries = [definition.summary for kind, name in ALL if (definition := builtin().find(kind, name))]
    assert len(set(summaries)) == len(ALL)


def test_a_conflict_is_said_on_both_sides() -> None:
    told = {
        (name, other)
        for name in builtin().names(Kind.TRAIT)
        if (definition := builtin().find(Kind.TRAIT, name))
        for other in definition.conflicts_with
        if other in builtin().names(Kind.TRAIT)
    }
    assert told
    assert told == {(other, name) for name, other in told}


@pytest.mark.parametrize(("kind", "name"), ALL, ids=lambda part: getattr(part, "value", part))
def test_sets_to_choose_from_name_parameters_that_exist(kind: Kind, name: str) -> None:
    definition = builtin().find(kind, name)
    assert definition is not None
    todo = [definition.properties]
    while todo:
        parameter = todo.pop()
        assert {key for group in parameter.choose for key in group} <= set(parameter.fields)
        todo += [*parameter.fields.values(), *filter(None, [parameter.items, parameter.values])]


def test_a_name_from_outside_never_becomes_a_path() -> None:
    assert builtin().find(Kind.COMPONENT, "../trait/scaler") is None
    assert builtin().find(Kind.TRAIT, "") is None


def test_a_revision_does_not_matter() -> None:
    assert builtin().find(Kind.COMPONENT, "webservice@v3") is builtin().find(Kind.COMPONENT, "webservice")


def test_definitions_of_a_cluster_come_first() -> None:
    own = Definition(Kind.TRAIT, "scaler", "Ours.")
    other = Definition(Kind.TRAIT, "http-route", "Ours too.")
    catalogue = Catalogue(extra=[own, other])
    assert catalogue.find(Kind.TRAIT, "scaler") is own
    assert "http-route" in catalogue.names(Kind.TRAIT)
    assert builtin().find(Kind.TRAIT, "http-route") is None


def test_only_the_definition_that_is_asked_for_is_read() -> None:
    program = (
        "import pathlib\n"
        "read = []\n"
        "real = pathlib.Path.read_text\n"
        "pathlib.Path.read_text = lambda self, *a, **k: (read.append(self.name), real(self, *a, **k))[1]\n"
        "from compose2oam.oam.catalogue import builtin\n"
        "from compose2oam.oam.definition import Kind\n"
        "builtin().find(Kind.TRAIT, 'scaler')\n"
        "builtin().find(Kind.TRAIT, 'scaler')\n"
        "print(read)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "['scaler.yaml']"


@pytest.mark.parametrize(
    ("tree", "message"),
    [
        ({"kind": "trait", "name": "a", "paramters": {}}, "a definition has no key 'paramters'"),
        ({"kind": "trait", "name": "a", "parameters": {"x": {"typ": "string"}}}, "a parameter has no key 'typ'"),
        ({"kind": "trait", "name": "a", "parameters": {"x": "text"}}, "cannot be of type 'text'"),
        ({"kind": "gadget", "name": "a"}, "not a definition"),
        ({"kind": "trait"}, "not a definition"),
        (["trait"], "not a definition"),
    ],
)
def test_a_file_with_a_mistake_is_refused_by_name(tree: Any, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        read_definition(tree, "own/a.yaml")
    assert caught.value.message.startswith("own/a.yaml: ")


def test_a_file_that_is_no_yaml_is_refused_by_name(tmp_path: pathlib.Path) -> None:
    (tmp_path / "trait").mkdir()
    (tmp_path / "trait" / "broken.yaml").write_text("a: [")
    with pytest.raises(InputError, match=r"broken\.yaml: cannot be read"):
        Catalogue(tmp_path).find(Kind.TRAIT, "broken")


def test_the_shape_of_an_application_is_read_too() -> None:
    shape = builtin().application
    assert isinstance(shape, Parameter)
    assert set(shape.fields) == {"apiVersion", "kind", "metadata", "spec", "status"}


def test_the_version_is_that_of_the_folder() -> None:
    assert VERSION == "v1.11"
