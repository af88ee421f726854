"""Carriers run in order, each by its first open way; what nobody carries is told, and two that meet are an error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from entries import entry_at

from compose2oam import api
from compose2oam.api import Conversion
from compose2oam.errors import RuleError
from compose2oam.model.outcome import Outcome
from compose2oam.model.path import render

if TYPE_CHECKING:
    from conftest import Load, Ours, Write


pytestmark = pytest.mark.usefixtures("shipped_once")

WEB = "services: {web: {image: a, deploy: {replicas: 3, labels: {a: b}}}}"
GUEST = "services: {vpn: {image: v}, app: {image: a, hostname: h, network_mode: 'service:vpn'}}"


def ends(made: Conversion, path: str) -> tuple[Outcome, str, str, list[str]]:
    """What became of a line: outcome, first code, why, and where it went."""
    entry = entry_at(made, path)
    return entry.outcome, entry.codes[0], entry.say, [render(target) for target in entry.targets]


def test_a_field_that_no_rule_carries_is_a_loss(write: Write, load: Load) -> None:
    """A target that forgets one cannot do so in silence, neither of a component nor of a container beside it."""
    folder = write({"overlay.yaml": "disable: [KV-310]\n"})
    made = api.convert(load("services: {web: {image: a, deploy: {replicas: 3}}}"), mappings=[folder])
    outcome, code, say, _ = ends(made, "services.web.deploy.replicas")
    assert (outcome, code, say) == (Outcome.DROPPED, "C2O-002", "the target has no carrier for `replicas`")


def test_a_field_of_a_guest_that_no_rule_carries_is_a_loss(ours: Ours) -> None:
    """The carriers of components do not see a container beside the first."""
    rule = "scope: guest\nreplaces: KV-240\ncarries: [podOf, image]\nways: [{patch: {operations: []}}]\n"
    made = ours(GUEST.replace("hostname: h", "working_dir: /x"), {"kubevela/network/240": rule})
    outcome, code, say, _ = ends(made, "services.app.working_dir")
    assert (outcome, code, say) == (Outcome.DROPPED, "C2O-002", "the target has no carrier for `workingDir`")


def test_a_carrier_of_a_guest_knows_its_facts_and_the_type_of_its_host(ours: Ours) -> None:
    """Its name, and for a way that is for one type alone, which component it is in."""
    rule = """\
scope: guest
replaces: KV-240
carries: [podOf, image, imagePullPolicy, env]
ways:
- for: [webservice]
  patch: {pod: {nodeName: never}}
- for: [worker]
  when: "facts.name == 'app' && settings.bind == 'auto'"
  patch: {pod: {nodeName: {from: facts.name}}}
"""
    made = ours(GUEST, {"kubevela/network/240": rule})
    component = next(item for item in made.application.components if item.name == "vpn")
    patch = next(trait.properties for trait in component.traits if trait.type == "json-merge-patch")
    assert component.type == "worker"
    assert patch["spec"]["template"]["spec"]["nodeName"] == "app"


@pytest.mark.parametrize(
    ("target", "expected"), [("kubevela", "components.web.type"), ("kubernetes", "objects.DaemonSet.web.kind")]
)
def test_the_type_of_a_component_is_where_the_mode_goes(target: str, expected: str, load: Load) -> None:
    """Which component type it is, or which kind of object, is what `mode: global` became."""
    made = api.convert(load("services: {web: {image: a, deploy: {mode: global}}}"), target=target)
    assert ends(made, "services.web.deploy.mode")[3][0] == expected


def test_each_line_leads_to_what_was_made_of_it(ours: Ours) -> None:
    """A carrier of two fields writes two things, and the line of one has no part in the other."""
    rule = """\
replaces: KV-310
carries: [replicas, minReadySeconds]
ways:
- traits:
  - {type: scaler, properties: {replicas: {from: replicas}}}
  - {type: labels, properties: {first: [{when: minReadySeconds, then: {wait: "yes"}}]}}
  - {type: annotations, properties: {first: [{when: replicas, then: {wait: {from: "to_string(minReadySeconds)"}}}]}}
"""
    text = "services: {web: {image: a, deploy: {replicas: 3, update_config: {delay: 5s}}}}"
    made = ours(text, {"kubevela/deploy/310": rule}, disable="KV-322")
    (component,) = (item for item in made.application.components if item.name == "web")
    assert {trait.type: trait.properties for trait in component.traits}["annotations"] == {"wait": "5"}
    assert ends(made, "services.web.deploy.replicas")[3] == ["components.web.traits.scaler.replicas"]
    assert ends(made, "services.web.deploy.update_config.delay")[3] == ["components.web.traits.annotations"]


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        ("{note: {outcome: approximated, say: three at most}}", (Outcome.APPROXIMATED, "MY-310", "three at most")),
        ("{when: replicas > `5`}", (Outcome.DROPPED, "MY-310", "")),
    ],
    ids=["a note", "no way"],
)
def test_what_a_carrier_says_of_a_field_is_said_of_its_line(
    way: str, expected: tuple[Outcome, str, str], ours: Ours
) -> None:
    """Its note where the way is open; a loss where none is, even if the rule gives no reason."""
    made = ours(WEB, {"kubevela/deploy/310": f"replaces: KV-310\ncarries: [replicas]\nways: [{way}]\n"})
    found = ends(made, "services.web.deploy.replicas")
    assert found[:2] == expected[:2]
    assert expected[2] in found[2]


def test_the_first_open_way_is_taken(ours: Ours) -> None:
    """And no other, though several are open."""
    rule = """\
replaces: KV-310
carries: [replicas]
ways:
- {for: [worker], traits: [{type: scaler, properties: {replicas: 1}}]}
- {traits: [{type: labels, properties: {n: x}}]}
"""
    made = ours(WEB, {"kubevela/deploy/310": rule})
    component = next(item for item in made.application.components if item.name == "web")
    assert {trait.type: trait.properties for trait in component.traits}["scaler"] == {"replicas": 1}
    assert not any(trait.properties == {"n": "x"} for trait in component.traits)


def test_every_open_way_of_a_rule_for_the_application_is_taken(ours: Ours) -> None:
    """It looks at the objects, at the types of components, at facts and at settings."""
    rule = """\
scope: application
carries: [objects]
ways:
- when: "objects[?kind == 'ConfigMap']"
  policies:
  - {name: one, type: read-only, properties: {rules: {each: objects, as: {selector: {resourceTypes: [{from: kind}]}}}}}
- when: "contains(components, 'webservice') && settings.bind == 'auto'"
  policies:
  - {name: two, type: take-over, properties: {rules: [{selector: {componentTypes: {from: components}}}]}}
- when: "!settings"
  policies: [{name: three, type: read-only, properties: {}}]
"""
    text = "services: {web: {image: a, configs: [c]}}\nconfigs: {c: {content: x}}\n"
    made = ours(text, {"kubevela/application/811": rule})
    policies = {policy.name: policy.properties for policy in made.application.policies}
    assert {"selector": {"resourceTypes": ["ConfigMap"]}} in policies["one"]["rules"]
    assert policies["two"] == {"rules": [{"selector": {"componentTypes": ["webservice"]}}]}
    assert "three" not in policies


SCALER = "traits: [{{type: scaler, properties: {{replicas: {}}}}}]"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (SCALER.format(1), SCALER.format(2)),
        ("properties: {cpu: '1'}", "properties: {cpu: '2'}"),
        ("patch: {pod: {nodeName: a}}", "patch: {pod: {nodeName: b}}"),
    ],
    ids=["a trait", "the component", "a patch"],
)
def test_two_carriers_that_give_one_place_two_values_are_named(first: str, second: str, ours: Ours) -> None:
    """The later one, the place, and the earlier one with its file; not one that wrote elsewhere, or came after."""
    rules = {
        "kubevela/deploy/310": f"replaces: KV-310\ncarries: [replicas]\nways: [{{{first}}}]\n",
        "kubevela/metadata/711": f"replaces: KV-711\ncarries: [podAnnotations]\nways: [{{{second}}}]\n",
        "kubevela/metadata/713": f"carries: [extra]\nways: [{{{second}}}]\n",
    }
    text = WEB.replace("labels: {a: b}}", "labels: {a: b}}, labels: {c: d}")
    with pytest.raises(RuleError, match=r"MY-\d+ gives `.+` of `web` a second value") as caught:
        ours(text, rules)
    (found,) = caught.value.diagnostics
    assert found.code == "RULE-125"
    assert found.hint.startswith("MY-310 (")
    assert "310.yaml) gives it one before" in found.hint
