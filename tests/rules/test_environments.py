"""Where an application goes, and what is otherwise there: policies and steps of its workflow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from compose2oam.errors import CheckError, ComposeError, UsageError
from compose2oam.model.outcome import Outcome
from compose2oam.model.path import render
from compose2oam.rules.settings import Settings

if TYPE_CHECKING:
    from conftest import Convert

SERVICES = """
services:
  web: {image: "shop/web:1", ports: ["80:80"], deploy: {replicas: 2}}
  job: {image: "shop/job:1", restart: "no"}
"""
ENVIRONMENTS = """
x-oam:
  environments:
    test: {services: {web: {replicas: 1}}}
    staging: {namespace: staging}
    prod:
      clusters: [eu-1, us-1]
      approve: true
      services:
        web: {replicas: 5, properties: {image: "shop/web:2"}}
        job: {replicas: 3}
"""


def spec(made: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The topology and override policies by name, and the steps."""
    found = made.application.to_dict()["spec"]
    policies = {
        item["name"]: item["properties"]
        for item in found.get("policies", [])
        if item["type"] in ("topology", "override")
    }
    return policies, found.get("workflow", {}).get("steps", [])


def steps_of(steps: list[dict[str, Any]]) -> list[tuple[str, Any]]:
    """Each step by its name, with the policies that it deploys by."""
    return [(step["name"], step.get("properties", {}).get("policies", step["type"])) for step in steps]


def test_all_environments_are_one_application(convert: Convert) -> None:
    """In the order of the file, each with what is otherwise there, and a gate where one is asked for."""
    policies, steps = spec(convert(ENVIRONMENTS + SERVICES))
    assert steps_of(steps) == [
        ("deploy-test", ["test-changes"]),
        ("deploy-staging", ["staging"]),
        ("approve-prod", "suspend"),
        ("deploy-prod", ["prod-changes", "prod"]),
    ]
    assert policies["staging"] == {"namespace": "staging"}
    assert policies["prod"] == {"clusters": ["eu-1", "us-1"]}
    assert policies["prod-changes"]["components"] == [
        {
            "name": "^web$",
            "properties": {"image": "shop/web:2"},
            "traits": [{"type": "scaler", "properties": {"replicas": 5}}],
        },
        {"name": "^job$", "properties": {"count": 3}},
    ]


def test_one_environment_is_chosen(convert: Convert) -> None:
    """``--env prod``: nothing of the others is there, and their lines say why."""
    made = convert(ENVIRONMENTS + SERVICES, settings=Settings(environments=("prod",)))
    policies, steps = spec(made)
    assert set(policies) == {"prod", "prod-changes"}
    assert [step["name"] for step in steps] == ["approve-prod", "deploy-prod"]
    outcomes = {render(entry.path): entry.outcome for entry in made.entries if "environments" in entry.path}
    assert outcomes["x-oam.environments.staging.namespace"] is Outcome.NOT_NEEDED
    assert outcomes["x-oam.environments.prod.clusters[0]"] is Outcome.TRANSLATED


def test_a_workflow_of_ones_own_takes_the_place_of_ours(convert: Convert) -> None:
    """It names the policies, which are there."""
    workflow = "  workflow: {steps: [{name: all, type: deploy, properties: {policies: [small, to-edge]}}]}\n"
    overrides = "  overrides: [{name: small, service: web, replicas: 1}]\n"
    policies, steps = spec(convert(f"x-oam:\n  clusters: [local, edge]\n{overrides}{workflow}{SERVICES}"))
    assert set(policies) == {"to-local", "to-edge", "small"}
    assert steps_of(steps) == [("all", ["small", "to-edge"])]


SHORTHANDS = {
    "clusters": ("clusters: [local, edge]", {"to-local": {"clusters": ["local"]}, "to-edge": {"clusters": ["edge"]}}),
    "labels of clusters": (
        "topology: {clusterLabelSelector: {region: eu}, namespace: shop, allowEmpty: true}",
        {"topology": {"clusterLabelSelector": {"region": "eu"}, "namespace": "shop", "allowEmpty": True}},
    ),
    "two overrides of one service": (
        "overrides: [{service: web, replicas: 1}, {service: web, traits: [{type: labels, properties: {a: b}}]}]",
        {
            "override-web": {
                "components": [{"name": "^web$", "traits": [{"type": "scaler", "properties": {"replicas": 1}}]}]
            },
            "override-web-2": {
                "components": [{"name": "^web$", "traits": [{"type": "labels", "properties": {"a": "b"}}]}]
            },
        },
    ),
}


@pytest.mark.parametrize("title", SHORTHANDS)
def test_a_shorthand_is_policies_and_a_step(title: str, convert: Convert) -> None:
    """Without a workflow of one's own, one step deploys by all of them."""
    text, expected = SHORTHANDS[title]
    policies, steps = spec(convert(f"x-oam: {{{text}}}\n{SERVICES}"))
    assert policies == expected
    assert steps_of(steps) == [("deploy", list(expected))]


FAULTS = {
    "an override of nobody": ("overrides: [{service: wep}]", "there is no service `wep`", "`web`"),
    "an environment for nobody": ("environments: {a: {services: {wep: {}}}}", "there is no service `wep`", "`web`"),
    "health of nobody": ("health: {services: [wep]}", "there is no service `wep`", "`web`"),
    "two at one place": ("environments: {a: {}, b: {clusters: [local]}}", "go to the same clusters", "--env"),
    "copies of what has none": ("overrides: [{service: each, replicas: 2}]", "has no number of copies", ""),
    "a guest": ("overrides: [{service: guest, replicas: 2}]", "in the pod of `web`", "say it of web"),
    "a name that is taken": ("environments: {rerun-jobs: {namespace: a}}", "another policy of the name", "another"),
    "two of one name": (
        "overrides: [{name: a, service: web, replicas: 1}, {name: a, service: job, replicas: 1}]",
        "another policy of the name `a`",
        "another",
    ),
    "approval without a step": (
        "{environments: {a: {approve: true}}, workflow: {steps: [{name: b, type: suspend}]}}",
        "would do nothing beside a workflow of your own",
        "suspend",
    ),
}


@pytest.mark.parametrize("title", FAULTS)
def test_a_fault_is_told_before_anything_is_written(title: str, convert: Convert) -> None:
    """With what to do about it."""
    text, message, hint = FAULTS[title]
    more = "  each: {image: a, deploy: {mode: global}}\n  guest: {image: a, network_mode: 'service:web'}\n"
    given = text if text.startswith("{") else f"{{{text}}}"
    with pytest.raises(ComposeError) as caught:
        convert(f"x-oam: {given}\n{SERVICES}{more}")
    (found,) = caught.value.diagnostics
    assert found.code == "C2O-003"
    assert message in found.message
    assert hint in found.hint


def test_an_environment_that_is_not_there(convert: Convert) -> None:
    """The command line is at fault, and the nearest name is told."""
    with pytest.raises(UsageError, match=r"no environment `prd`.*`prod`"):
        convert(ENVIRONMENTS + SERVICES, settings=Settings(environments=("prd",)))


def test_a_number_of_copies_beside_an_autoscaler(convert: Convert) -> None:
    """Both would set it, so an environment cannot say it; the line is told."""
    text = """
        x-oam: {environments: {prod: {services: {web: {replicas: 5}}}}}
        services: {web: {image: a, x-oam: {hpa: {max: 4, cpu: 50}}}}
        """
    with pytest.raises(CheckError) as caught:
        convert(text)
    (found,) = caught.value.diagnostics
    assert found.code == "OAM-153"
    assert found.position is not None
    assert found.position.line == 2


def test_health_is_for_another_target(convert: Convert) -> None:
    """KubeVela looks after it by itself."""
    made = convert(f"x-oam: {{health: {{interval: 30, services: [web]}}}}\n{SERVICES}")
    outcomes = {entry.outcome for entry in made.entries if "health" in entry.path}
    assert outcomes == {Outcome.NOT_NEEDED}


@pytest.mark.parametrize(("where", "leaves"), [("namespace: other", True), ("clusters: [edge]", True), ("", False)])
def test_secrets_go_where_the_application_goes(where: str, leaves: bool, convert: Convert) -> None:
    """They are no part of it, so it refers to them, may meet them at home, and never deletes them."""
    text = f"""
        x-oam: {{environments: {{prod: {{{where}}}}}}}
        services: {{web: {{image: a, secrets: [s], volumes: ["data:/d"]}}}}
        secrets: {{s: {{environment: HOME}}}}
        volumes: {{data: {{}}}}
        """
    spec = convert(text).application.to_dict()["spec"]
    referred = [item["properties"] for item in spec["components"] if item["type"] == "ref-objects"]
    assert referred == ([{"objects": [{"resource": "secret", "name": "demo-s"}]}] if leaves else [])
    rules = {item["type"]: [rule["selector"]["resourceTypes"] for rule in item["properties"]["rules"]]
             for item in spec["policies"] if item["type"] in ("take-over", "garbage-collect")}  # fmt: skip
    kinds = [["PersistentVolumeClaim"], ["Secret"]] if leaves else [["PersistentVolumeClaim"]]
    assert rules == {"garbage-collect": kinds, "take-over": kinds}


def test_what_is_said_of_a_service_that_is_left_out(convert: Convert) -> None:
    """It is right, and of no use now."""
    text = "x-oam: {overrides: [{service: off, replicas: 2}]}\n" + SERVICES + "  off: {image: a, profiles: [x]}\n"
    made = convert(text)
    assert spec(made) == ({}, [])
    assert {entry.outcome for entry in made.entries if "overrides" in entry.path} == {Outcome.NOT_NEEDED}


def test_what_terraform_makes_is_delivered_too(convert: Convert) -> None:
    """A step of the type deploy passes over it unless it is told not to."""
    cache = "  cache: {image: a, x-oam: {component: {type: alibaba-redis, properties: {instance_name: a}}}}\n"
    _, steps = spec(convert("x-oam: {clusters: [local]}\n" + SERVICES + cache))
    assert steps[0]["properties"] == {"policies": ["to-local"], "ignoreTerraformComponent": False}
