"""Documents of v1alpha2: every fault at its place, and shapes that are those of the runtime's own CRDs."""

from __future__ import annotations

import functools
import pathlib
from typing import TYPE_CHECKING, Any

import pytest
import yaml

import compose2oam
from compose2oam.emitter.yaml import dump
from compose2oam.model.path import render
from compose2oam.model.versions import V1ALPHA2
from compose2oam.oam.agreement import differences
from compose2oam.oam.catalogue import builtin
from compose2oam.oam.codes import CODES
from compose2oam.oam.crds import read_crd
from compose2oam.oam.old import check_old, is_old
from compose2oam.source.position import Position
from compose2oam.source.tree import locate

if TYPE_CHECKING:
    from conftest import CommandLine

CASES: list[dict[str, Any]] = yaml.safe_load(pathlib.Path(__file__).with_name("old.yaml").read_text(encoding="utf-8"))
KINDS = [
    "ApplicationConfiguration", "Component", "ContainerizedWorkload", "HealthScope", "ManualScalerTrait",
    "ScopeDefinition", "TraitDefinition", "WorkloadDefinition",
]  # fmt: skip
WEB = {
    "kind": "Component",
    "metadata": {"name": "web"},
    "spec": {
        "workload": {
            "apiVersion": V1ALPHA2,
            "kind": "ContainerizedWorkload",
            "spec": {"containers": [{"name": "web", "image": "nginx"}]},
        }
    },
}


def documents(case: dict[str, Any]) -> list[dict[str, Any]]:
    """The documents of a case, with the component that it does not show."""
    return [{"apiVersion": V1ALPHA2, **document} for document in [*case["documents"], WEB]]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["title"])
def test_a_fault_is_found_in_its_document(case: dict[str, Any]) -> None:
    """And nothing else is."""
    numbered = [(document, functools.partial(place_in, index)) for index, document in enumerate(documents(case))]
    found = {f"{one.position.file}: {render(one.path)}": one.code for one in check_old(numbered) if one.position}
    assert found == case["finds"]


def place_in(index: int, path: tuple[str | int, ...]) -> Position:
    """The number of a document in place of a file."""
    return Position(str(index), 1, 1)


@pytest.mark.parametrize("kind", KINDS)
def test_the_shapes_are_those_of_the_crds(kind: str, shared: pathlib.Path) -> None:
    """Both ways: each parameter, type, need, default and allowed value."""
    file = shared / "oam-v1alpha2" / "crds" / f"core.oam.dev_{kind.lower()}s.yaml"
    (crd,) = yaml.safe_load_all(file.read_text(encoding="utf-8"))
    crd["spec"]["versions"] = [one for one in crd["spec"]["versions"] if one["name"] == "v1alpha2"]
    ours = builtin().old_spec(kind)
    assert ours is not None
    assert list(differences(ours, read_crd([crd], str(file)).spec)) == []


def test_every_kind_of_the_older_runtime_is_known() -> None:
    """Applications and other kinds are not taken for one of them."""
    assert all(is_old({"apiVersion": V1ALPHA2, "kind": kind}) for kind in KINDS)
    for odd in (None, [], {}, {"apiVersion": V1ALPHA2, "kind": "Application"}, {"kind": "Component"}):
        assert not is_old(odd)


def test_a_document_by_itself_can_be_checked() -> None:
    """The check of a program takes both runtimes; what it names may be in the cluster."""
    configuration = {"apiVersion": V1ALPHA2, "kind": "ApplicationConfiguration", "metadata": {"name": "shop"}}
    assert compose2oam.check({**configuration, "spec": {"components": [{"componentName": "web"}]}}) == []
    assert [one.code for one in compose2oam.check(configuration)] == ["OAM-104"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["title"])
def test_a_file_of_documents_is_checked_with_lines(case: dict[str, Any], cli: CommandLine, tmp_path: Any) -> None:
    """``check shop.yaml`` takes several documents, and names the line of each fault."""
    (tmp_path / "shop.yaml").write_text(dump(documents(case)))
    done = cli("check", "shop.yaml", cwd=tmp_path)
    codes = list(case["finds"].values())
    assert done.returncode == (3 if any(CODES[code].severity.value == "error" for code in codes) else 0), done.stderr
    told = [line for line in done.stderr.splitlines() if line.startswith("shop.yaml:")]
    assert sorted(line[line.rindex("[") + 1 : -1] for line in told) == sorted(codes)


@pytest.mark.parametrize("broken", [None, 3, "x", [], {}, [None], [3], [[]], [{}], {"a": None}])
def test_nothing_that_is_broken_breaks_the_check_of_the_older_runtime(broken: Any) -> None:
    """Whatever stands where something else should."""
    for kind in KINDS:
        for spec in (
            broken, {"components": broken}, {"workload": broken}, {"workload": {"spec": broken}},
            {"components": [{"componentName": "web", "traits": broken, "scopes": broken, "dataInputs": broken}]},
            {"components": [{"componentName": broken, "parameterValues": broken, "dataOutputs": broken}]},
            {"components": [{"traits": [{"trait": broken, "dataInputs": broken}], "scopes": [{"scopeRef": broken}]}]},
        ):  # fmt: skip
            document = {"apiVersion": V1ALPHA2, "kind": kind, "metadata": broken, "spec": spec}
            found = check_old([(document, functools.partial(locate, document)), ({**WEB}, lambda path: None)])
            assert all(one.code in CODES for one in found)
