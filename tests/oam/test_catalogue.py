"""The catalogue by itself: complete, strict, and read only where it is asked."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys
from typing import Any

import pytest

from compose2oam.errors import InputError, UsageError
from compose2oam.oam.addons import read_addon
from compose2oam.oam.catalogue import VERSION, Catalogue, builtin, catalogue_of, runtime
from compose2oam.oam.definition import Definition, Kind, Parameter, read_definition
from compose2oam.oam.written import tree_of

ALL = [(kind, name) for kind in Kind for name in builtin().names(kind)]


def test_all_definitions_of_the_chart_are_there() -> None:
    counts = {kind.value: len(runtime().names(kind)) for kind in Kind}
    assert counts == {"component": 10, "trait": 35, "policy": 10, "workflowstep": 36, "scope": 0}


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
        assert thing in builtin().addons if sort == "addon" else thing


def test_no_two_definitions_share_a_summary() -> None:
    summaries = [definition.summary for kind, name in ALL if (definition := builtin().find(kind, name))]
    assert len(set(summaries)) == len(ALL)


def test_a_conflict_is_said_on_both_sides() -> None:
    told = {
        (name, other)
        for name in builtin().names(Kind.TRAIT)
        if (definition := builtin().find(Kind.TRAIT, name))
        for other in definition.conflicts_with
    }
    assert ("scaler", "keda-auto-scaler") in told
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
    other = Definition(Kind.TRAIT, "warm-up", "Ours too.")
    catalogue = Catalogue(extra=[own, other])
    assert catalogue.find(Kind.TRAIT, "scaler") is own
    assert "warm-up" in catalogue.names(Kind.TRAIT)
    assert builtin().find(Kind.TRAIT, "warm-up") is None


def own_folder(tmp_path: pathlib.Path, *, of_a_cluster: bool = False) -> pathlib.Path:
    """A folder with one trait of its own, and one that takes the place of a shipped one."""
    (tmp_path / "trait").mkdir()
    (tmp_path / "trait" / "warm-up.yaml").write_text("kind: trait\nname: warm-up\n")
    (tmp_path / "trait" / "scaler.yaml").write_text("kind: trait\nname: scaler\nsummary: Ours.\n")
    if of_a_cluster:
        (tmp_path / "cluster.yaml").write_text("runtime: v1.11\n")
    return tmp_path


def test_a_folder_of_a_user_lies_over_what_ships(tmp_path: pathlib.Path) -> None:
    catalogue = catalogue_of([own_folder(tmp_path)])
    scaler = catalogue.find(Kind.TRAIT, "scaler")
    assert scaler is not None
    assert scaler.summary == "Ours."
    assert {"warm-up", "hpa", "keda-auto-scaler"} <= set(catalogue.names(Kind.TRAIT))
    assert not catalogue.complete


def test_a_folder_out_of_a_cluster_stands_in_the_place_of_what_ships(tmp_path: pathlib.Path) -> None:
    catalogue = catalogue_of([own_folder(tmp_path, of_a_cluster=True)])
    assert catalogue.names(Kind.TRAIT) == ["scaler", "warm-up"]
    assert catalogue.find(Kind.COMPONENT, "webservice") is None
    assert catalogue.complete


def test_a_folder_without_definitions_is_a_mistake(tmp_path: pathlib.Path) -> None:
    with pytest.raises(UsageError, match="holds no definitions"):
        catalogue_of([tmp_path])
    with pytest.raises(UsageError, match="holds no definitions"):
        catalogue_of([tmp_path / "nowhere"])


def test_every_addon_says_how_to_get_it() -> None:
    addons = builtin().addons
    assert {"keda", "kruise-rollout", "knative", "openfaas", "tekton", "argo-rollouts", "flagger"} <= set(addons)
    assert all(addon.install and addon.summary.endswith(".") for addon in addons.values())
    assert all(" " in kind and "/" in kind for addon in addons.values() for kind in addon.kinds)


def test_an_addon_with_a_mistake_is_refused_by_name() -> None:
    with pytest.raises(InputError, match=r"x/addon\.yaml: not an addon: .*instal"):
        read_addon({"instal": "x"}, "x", "x/addon.yaml")


@pytest.mark.parametrize(("kind", "name"), ALL, ids=lambda part: getattr(part, "value", part))
def test_a_definition_is_written_as_it_is_read(kind: Kind, name: str) -> None:
    definition = builtin().find(kind, name)
    assert definition is not None
    assert read_definition(tree_of(definition), "again.yaml") == definition


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
    environment = {**os.environ, "COMPOSE2OAM_CACHE": "off"}
    done = subprocess.run([sys.executable, "-c", program], env=environment, check=True, capture_output=True, text=True)
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
