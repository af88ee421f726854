"""The check finds every fault, at its place, and leaves what is right alone."""

from __future__ import annotations

import pathlib
import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from compose2oam.diagnostics import Diagnostic, Severity
from compose2oam.emitter.yaml import dump_with_lines
from compose2oam.model.path import render
from compose2oam.oam.catalogue import Catalogue, builtin
from compose2oam.oam.check import check_application
from compose2oam.oam.codes import CODES
from compose2oam.source.position import Position
from compose2oam.source.tree import Map, Seq

if TYPE_CHECKING:
    from conftest import CommandLine


def cases(file: str) -> list[dict[str, Any]]:
    table: list[dict[str, Any]] = yaml.safe_load(pathlib.Path(__file__).with_name(file).read_text(encoding="utf-8"))
    return table


def application(case: dict[str, Any]) -> dict[str, Any]:
    """Fill in what a case does not say."""
    if "document" in case:
        document: dict[str, Any] = case["document"]
        return document
    sound = [{"name": "web", "type": "webservice", "properties": {"image": "web"}}]
    spec = {"components": case.get("components", sound)}
    spec |= {key: case[key] for key in ("policies", "workflow") if key in case}
    metadata = case.get("metadata", {"name": "shop"})
    return {"apiVersion": "core.oam.dev/v1beta1", "kind": "Application", "metadata": metadata, "spec": spec}


FAULTY, SOUND = cases("faulty.yaml"), cases("sound.yaml")


def findings(case: dict[str, Any], *, notes: bool = False) -> list[Diagnostic]:
    """What the check says of a case; that many clusters have a controller is only a note."""
    found = check_application(application(case), strict=case.get("strict", False))
    return [one for one in found if notes or one.severity is not Severity.INFO]


@pytest.mark.parametrize("case", FAULTY, ids=lambda case: case["title"])
def test_a_fault_is_found_at_its_place_and_nothing_else_is(case: dict[str, Any]) -> None:
    found = findings(case, notes="OAM-134" in case["finds"].values())
    assert [(render(one.path), one.code) for one in found] == list(case["finds"].items())
    assert found[0].severity is CODES[found[0].code].severity
    assert found[0].message
    assert not found[0].message.endswith(".")


@pytest.mark.parametrize("case", SOUND, ids=lambda case: case["title"])
def test_what_is_right_is_left_alone(case: dict[str, Any]) -> None:
    assert list(map(str, findings(case))) == []


def test_every_kind_of_finding_has_a_case() -> None:
    assert {code for case in FAULTY + cases("old.yaml") for code in case["finds"].values()} == set(CODES)
    assert len(FAULTY) >= 60
    assert len({case["title"] for case in FAULTY + SOUND}) == len(FAULTY + SOUND)


@pytest.mark.parametrize(
    ("component", "hint"),
    [
        ({"type": "web-service"}, "did you mean webservice?"),
        ({"properties": {"imgae": "x", "image": "x"}}, "did you mean image?"),
        ({"properties": {"image": "x", "imagePullPolicy": "always"}}, "did you mean Always?"),
        ({"properties": {"image": "x", "exposeType": "Public"}}, "allowed: ClusterIP, NodePort, LoadBalancer"),
        ({"properties": {"image": 3}}, "write it in quotes"),
        ({"properties": {"image": "x", "ports": [{"port": "80"}]}}, "write it without quotes"),
        ({"traits": [{"type": "scaler", "properties": {"xyz": 1}}]}, "it has replicas"),
        ({"traits": [{"type": "scaler"}, {"type": "hpa"}]}, "both set the number of replicas"),
        ({"dependsOn": ["wbe"]}, "did you mean web?"),
    ],
)
def test_the_hint_says_what_to_do(component: dict[str, Any], hint: str) -> None:
    whole = {"name": "web", "type": "webservice", "properties": {"image": "x"}, **component}
    found = check_application(application({"components": [whole]}))
    assert hint in found[0].hint


def test_a_type_that_only_the_cluster_may_know_is_an_error_when_strict() -> None:
    manifest = application({"components": [{"name": "a", "type": "knative-service"}]})
    assert [one.severity for one in check_application(manifest)] == [Severity.WARNING]
    assert [one.severity for one in check_application(manifest, strict=True)] == [Severity.ERROR]


def test_the_parameters_of_an_addon_are_no_law_until_the_cluster_says_so() -> None:
    database = {"name": "db", "type": "alibaba-rds", "properties": {"password": "x", "sise": 3}}
    override = {"components": [{"name": "db", "properties": {"sise": 4}}]}
    policies = [{"name": "small", "type": "override", "properties": override}]
    manifest = application({"components": [database], "policies": policies})

    def severities(**options: Any) -> list[Severity]:
        found = check_application(manifest, **options)
        return [one.severity for one in found if one.code == "OAM-141"]

    assert severities() == [Severity.WARNING] * 2
    assert severities(strict=True) == [Severity.ERROR] * 2
    assert severities(catalogue=Catalogue(extra=builtin().all(), complete=True)) == [Severity.ERROR] * 2


def test_a_gateway_to_the_exposed_port_is_only_a_warning() -> None:
    web = {
        "name": "web",
        "type": "webservice",
        "properties": {"image": "web", "ports": [{"port": 80, "expose": True}]},
        "traits": [{"type": "gateway", "properties": {"http": {"/": 80}}}],
    }
    found = findings({"components": [web]})
    assert [(one.code, one.severity) for one in found] == [("OAM-155", Severity.WARNING)]


def test_all_faults_are_told_at_once() -> None:
    manifest = application(
        {"components": [{"name": "A", "type": "webservice", "properties": {"imgae": 1}, "trait": 1}]}
    )
    assert {one.code for one in check_application(manifest)} == {"OAM-102", "OAM-111", "OAM-141", "OAM-143"}


def test_a_value_never_stands_in_the_message_about_its_type() -> None:
    web = {"name": "web", "type": "webservice", "properties": {"image": "x", "env": [{"name": "P", "value": 12345}]}}
    (found,) = check_application(application({"components": [web]}))
    assert "12345" not in f"{found}{found.hint}"


def test_a_finding_carries_the_line_of_the_file_it_was_read_from() -> None:
    here = Position("app.yaml", 7, 5)
    properties = Map({"imgae": "x", "image": "x"}, marks={"imgae": here})
    component = Map({"name": "web", "type": "webservice", "properties": properties})
    manifest = application({"components": Seq([component])})
    (found,) = check_application(Map(manifest | {"spec": Map(manifest["spec"])}))
    assert found.position == here


def test_a_finding_carries_the_line_that_the_caller_knows() -> None:
    def origin(path: tuple[str | int, ...]) -> Position | None:
        return Position("compose.yaml", 3, 1) if "imgae" in path else None

    web = {"name": "web", "type": "webservice", "properties": {"imgae": "x", "image": "x"}}
    (found,) = check_application(application({"components": [web]}), origin=origin)
    assert str(found).startswith("compose.yaml:3:1: error: ")


def test_a_very_long_chain_of_dependencies_is_no_trouble() -> None:
    chain = [
        {
            "name": f"s{n}",
            "type": "worker",
            "properties": {"image": "x"},
            "dependsOn": [f"s{n + 1}"] if n < 2999 else [],
        }
        for n in range(3000)
    ]
    assert check_application(application({"components": chain})) == []
    chain[-1]["dependsOn"] = ["s0"]
    assert [one.code for one in check_application(application({"components": chain}))] == ["OAM-123"]


@pytest.mark.parametrize("broken", [None, 3, "x", [], {}, [None], [3], [[]], [{}], {"a": None}, [{"type": 3}]])
@pytest.mark.parametrize(
    "place", ["metadata", "spec", "components", "policies", "workflow", "steps", "traits", "rules"]
)
def test_nothing_that_is_broken_breaks_the_check(place: str, broken: Any) -> None:
    manifest = application({})
    spec: dict[str, Any] = manifest["spec"]
    if place in manifest:
        manifest[place] = broken
    elif place == "steps":
        spec["workflow"] = {"steps": broken}
    elif place == "traits":
        spec["components"][0]["traits"] = broken
    elif place == "rules":
        every = {"rules": broken, "components": broken, "selector": broken}
        spec["policies"] = [{"name": kind, "type": kind, "properties": every} for kind in ("override", "read-only")]
        storage = {"secret": broken, "configMap": broken, "env": broken, "http": broken, "strategy": broken}
        for kind in ("storage", "env", "gateway", "hpa", "securitycontext", "k8s-update-strategy", "labels"):
            trait = {"type": kind, "properties": {**storage, "containers": broken, "addCapabilities": broken}}
            spec["components"].append({"name": kind, "type": "webservice", "properties": storage, "traits": [trait]})
        spec["components"][0]["properties"] |= {"ports": broken, "env": broken, "labels": broken}
    else:
        spec[place] = broken
    assert all(one.code in CODES for one in check_application(manifest))


@pytest.mark.parametrize("case", FAULTY, ids=lambda case: case["title"])
def test_a_fault_is_told_with_its_line(case: dict[str, Any], cli: CommandLine, tmp_path: pathlib.Path) -> None:
    """``check app.yaml`` names file and line: those of the place, or of what holds it where the place is empty."""
    text, lines = dump_with_lines([application(case)])
    (tmp_path / "app.yaml").write_text(text)
    done = cli("check", "app.yaml", "--verbose", *["--strict"] * case.get("strict", False), cwd=tmp_path)
    errors = [code for code in case["finds"].values() if CODES[code].severity is Severity.ERROR]
    assert done.returncode == (3 if errors else 0), done.stderr
    places = {render(path[1:]): line for path, line in lines.items()}
    told = [line for line in done.stderr.splitlines() if line.startswith("app.yaml:")]
    for place, code in case["finds"].items():
        while place not in places:
            place = re.sub(r"(^|[.\[])[^.\[]+$", "", place)
        assert [line for line in told if line.startswith(f"app.yaml:{places[place]}:") and f"[{code}]" in line], told
