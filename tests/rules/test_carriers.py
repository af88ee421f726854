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


def test_two_carriers_that_give_a_container_two_values_are_named(load: Load, write: Write) -> None:
    """Where the target writes manifests, the place is in the manifest itself."""
    files = {
        f"kubernetes/deploy/{number}.yaml": (
            f"code: MY-{number}\ntitle: a\nwhy: b\nreplaces: K8S-{number}\ncarries: [{name}]\n"
            f"ways: [{{patch: {{container: {{workingDir: /{name}}}}}}}]\n"
        )
        for number, name in (("310", "replicas"), ("322", "minReadySeconds"))
    }
    with pytest.raises(RuleError, match="MY-322 gives `workingDir` of `web` a second value") as caught:
        api.convert(load(DELAYED), target="kubernetes", mappings=[write(files)])
    (found,) = caught.value.diagnostics
    assert found.hint.startswith("MY-310 (")


def test_a_carrier_that_contradicts_what_an_object_begins_as_is_named_alone(load: Load, write: Write) -> None:
    """No other carrier wrote what it gives another value."""
    rule = (
        "code: MY-310\ntitle: a\nwhy: b\nreplaces: K8S-310\ncarries: [replicas]\nways: [{patch: {workload: {kind: A}}}]"
    )
    with pytest.raises(RuleError, match="MY-310 gives `kind` of `web` a second value") as caught:
        api.convert(load(WEB), target="kubernetes", mappings=[write({"kubernetes/deploy/310.yaml": rule})])
    (found,) = caught.value.diagnostics
    assert found.hint == ""


def test_a_carrier_that_cannot_use_a_value_is_at_fault(ours: Ours) -> None:
    """A function that gets another kind of thing than it expects: the message names the rule and its file."""
    rule = "replaces: KV-310\ncarries: [replicas]\nways: [{properties: {size: {from: '[replicas]', by: memory}}}]\n"
    with pytest.raises(RuleError, match="MY-310 cannot be applied") as caught:
        ours(WEB, {"kubevela/deploy/310": rule})
    (found,) = caught.value.diagnostics
    assert found.code == "RULE-126"
    assert found.position is not None
    assert found.position.file.endswith("310.yaml")


REPLICAS = "replaces: KV-310\ncarries: [replicas, minReadySeconds]\nways:\n- {}\n"
DELAYED = "services: {web: {image: a, deploy: {replicas: 3, update_config: {delay: 5s}}}, db: {image: d}}"
NOTED = "{apiVersion: v1, kind: ConfigMap, metadata: {name: noted}, data: {n: {from: to_string(replicas)}}}"
POD = "components.web.traits.json-merge-patch.spec.template"


@pytest.mark.parametrize(
    ("way", "replicas", "delay"),
    [
        ("{dependsOn: {from: \"replicas && ['db']\"}}", ["components.web.dependsOn"], []),
        ("{dependsOn: {from: nothing}}", [], []),
        ("{policies: [{name: p, type: a, properties: {}}]}", ["policies.p"], ["policies.p"]),
        ("{policies: [{name: p, type: a, properties: {from: nothing}}]}", ["policies.p"], ["policies.p"]),
        (f"{{objects: [{{group: configs, manifest: {NOTED}}}]}}", ["objects.ConfigMap.noted"], []),
        ("{objects: {from: nothing}, traits: [{type: t, properties: {from: nothing}}]}", [], []),
        (
            "{patch: {container: {a: {from: replicas}, b: {from: minReadySeconds}}}}",
            ["components.web.traits.json-patch.operations[0]"],
            ["components.web.traits.json-patch.operations[1]"],
        ),
        (
            "{patch: {operations: [{op: add, path: hostname, value: {from: to_string(replicas)}}]}}",
            ["components.web.traits.json-patch.operations[0]"],
            [],
        ),
        ("{patch: {template: {metadata: {a: {from: to_string(replicas)}}}}}", [f"{POD}.metadata.a"], []),
        ("{patch: {pod: {nodeName: {from: to_string(minReadySeconds)}}}}", [], [f"{POD}.spec.nodeName"]),
        (
            "{patch: {workload: {spec: {x: {from: replicas}, y: z}}}}",
            ["components.web.traits.json-merge-patch.spec.x"],
            [],
        ),
    ],
)
def test_each_thing_that_a_way_writes_is_where_a_line_went(
    way: str, replicas: list[str], delay: list[str], ours: Ours
) -> None:
    """The line of a field goes where the templates that ask for it write; policies belong to all fields of the rule."""
    made = ours(DELAYED, {"kubevela/deploy/310": REPLICAS.replace("{}", way)}, disable="KV-322")
    assert ends(made, "services.web.deploy.replicas")[3] == replicas
    assert ends(made, "services.web.deploy.update_config.delay")[3] == delay


def test_what_a_way_writes_is_in_the_application(ours: Ours) -> None:
    """The container and the operations as one JSON patch, pod and template as one merge patch; traits in order."""
    way = """
  dependsOn: [db, {from: "'db'"}]
  traits: [{type: late, properties: {a: 1}}, {type: scaler, properties: {replicas: 1}}]
  policies: [{name: p, type: a, properties: {from: nothing}}]
  patch:
    template: {metadata: {a: b}}
    pod: {nodeName: n}
    workload: {spec: {x: y}}
    container: {stdin: true}
    operations: [{op: add, path: hostname, value: h}]
"""
    made = ours(DELAYED, {"kubevela/deploy/310": REPLICAS.replace("{}", way.strip())}, disable="KV-322")
    web = next(item for item in made.application.components if item.name == "web")
    assert web.depends_on == ("db",)
    assert [trait.type for trait in web.traits] == ["scaler", "json-merge-patch", "json-patch", "late"]
    traits = {trait.type: trait.properties for trait in web.traits}
    assert traits["json-merge-patch"]["spec"]["x"] == "y"
    assert traits["json-merge-patch"]["spec"]["template"]["metadata"] == {"a": "b"}
    assert traits["json-merge-patch"]["spec"]["template"]["spec"]["nodeName"] == "n"
    assert traits["json-patch"]["operations"] == [
        {"op": "add", "path": "/spec/template/spec/containers/0/stdin", "value": True},
        {"op": "add", "path": "/spec/template/spec/hostname", "value": "h"},
    ]
    assert ("p", "a", {}) in [(policy.name, policy.type, policy.properties) for policy in made.application.policies]


@pytest.mark.parametrize(
    ("ways", "outcome"),
    [
        ("[{for: [webservice], traits: [{type: t, properties: {a: 1}}]}]", Outcome.DROPPED),
        ("[{for: [worker], traits: [{type: t, properties: {a: {from: replicas}}}]}]", Outcome.TRANSLATED),
        ("[]", Outcome.DROPPED),
    ],
    ids=["for another type", "for this type", "for none"],
)
@pytest.mark.parametrize("beside", [False, True])
def test_a_carrier_of_another_type_loses_what_no_other_carries(
    ways: str, outcome: Outcome, beside: bool, ours: Ours
) -> None:
    """With a second carrier, for just this type, it is left to that one, and nothing is lost."""
    rules = {"kubevela/deploy/310": f"replaces: KV-310\ncarries: [replicas]\nways: {ways}\n"}
    if beside and "webservice" in ways:
        way = "{for: [worker], traits: [{type: other, properties: {b: {from: replicas}}}]}"
        rules["kubevela/deploy/311"] = f"carries: [replicas]\nways: [{way}]\n"
        outcome = Outcome.TRANSLATED
    assert ends(ours(WEB, rules), "services.web.deploy.replicas")[0] is outcome


@pytest.mark.parametrize(
    ("target", "asked", "expected", "place"),
    [
        ("kubevela", "", "worker", "components.web.type"),
        ("kubevela", "own", "own", "components.web.type"),
        ("kubevela", "webservice", "webservice", "components.web.type"),
        ("kubernetes", "", "Deployment", ""),
        ("kubernetes", "own", "Deployment", ""),
        ("kubernetes", "DaemonSet", "DaemonSet", "objects.DaemonSet.web.kind"),
    ],
)
def test_the_type_that_a_user_asks_for(target: str, asked: str, expected: str, place: str, load: Load) -> None:
    """A runtime may know a type that the rules do not; where plain objects are written, only those types are."""
    text = f"services: {{web: {{image: a, x-oam: {{type: {asked}}}}}}}" if asked else "services: {web: {image: a}}"
    made = api.convert(load(text), target=target)
    if target == "kubevela":
        assert {item.name: item.type for item in made.application.components}["web"] == expected
    else:
        assert expected in {item["kind"] for item in made.manifests}
    if asked:
        assert ends(made, "services.web.x-oam.type")[3] == ([place] if place else [])


CHART = "{provider: {type: cloud}, x-oam: {component: {type: helm, properties: {chart: redis}}}}"


@pytest.mark.parametrize("target", ["kubevela", "kubernetes"])
def test_a_component_of_a_runtime_has_no_place_among_plain_objects(target: str, load: Load) -> None:
    """It is refused, with what to do; the services after it are converted all the same."""
    made = api.convert(load(f"services: {{cache: {CHART}, web: {{image: a}}}}"), target=target)
    outcome, code, say, _ = ends(made, "services.cache.x-oam.component.properties.chart")
    if target == "kubevela":
        (cache,) = (item for item in made.application.components if item.name == "cache")
        assert (cache.type, cache.properties) == ("helm", {"chart": "redis"})
        assert outcome is Outcome.TRANSLATED
    else:
        assert (outcome, code) == (Outcome.REFUSED, "C2O-002")
        assert "the target has no place for a component of a runtime" in say
        assert "web" in {item["metadata"]["name"] for item in made.manifests if item["kind"] == "Deployment"}


def test_a_carrier_asks_for_facts_and_settings(ours: Ours) -> None:
    """Of the project for the application as a whole, of its service for a component."""
    made = ours(
        WEB,
        {
            "kubevela/application/811": "scope: application\ncarries: [objects]\nways:\n"
            "- {when: facts.project, policies: [{name: one, type: a, properties: {}}]}\n"
            "- {when: '!facts', policies: [{name: two, type: a, properties: {}}]}\n",
            "kubevela/deploy/310": "replaces: KV-310\ncarries: [replicas]\nways:\n"
            "- {when: \"settings.bind == 'auto'\", patch: {pod: {nodeName: {from: facts.component}}}}\n",
        },
    )
    assert [policy.name for policy in made.application.policies if policy.name in ("one", "two")] == ["one"]
    (web,) = (item for item in made.application.components if item.name == "web")
    assert {trait.type: trait.properties for trait in web.traits}["json-merge-patch"]["spec"]["template"]["spec"] == {
        "nodeName": "worker"
    }


def test_a_carrier_of_a_guest_knows_the_type_of_its_component(ours: Ours) -> None:
    """As a fact, for what hangs on how the runtime renders it."""
    rule = """\
scope: guest
replaces: KV-240
carries: [podOf, image, imagePullPolicy, env, hostname]
ways: [{patch: {pod: {nodeName: {from: facts.component}}}}]
"""
    made = ours(GUEST, {"kubevela/network/240": rule})
    (vpn,) = (item for item in made.application.components if item.name == "vpn")
    patch = next(trait.properties for trait in vpn.traits if trait.type == "json-merge-patch")
    assert patch["spec"]["template"]["spec"]["nodeName"] == "worker"


def test_what_an_object_of_a_target_of_ones_own_is_called_is_where_a_line_went(load: Load, write: Write) -> None:
    """By the kind and the name in its manifest, whatever the type and the service are called."""
    target = """\
        target: mine
        extends: kubernetes
        components:
        - type: Ours
          manifest: {apiVersion: v1, kind: Theirs, metadata: {name: {from: "join('-', ['our', facts.name])"}}, spec: {}}
        """
    made = api.convert(load(WEB), target="mine", mappings=[write({"mine/target.yaml": target})])
    assert {target.partition(".spec")[0] for target in ends(made, "services.web.image")[3]} == {
        "objects.Theirs.our-web"
    }


def test_items_that_are_added_to_a_list_stand_after_those_that_are_there(load: Load, write: Write) -> None:
    """What an object begins as has an item already, so that the first variable is the second of the list."""
    files = {
        "mine/target.yaml": """\
            target: mine
            extends: kubernetes
            components:
            - type: Ours
              template: spec.of
              manifest: {apiVersion: v1, kind: Ours, metadata: {name: web}, spec: {of: {spec: {things: [{n: zero}]}}}}
            """,
        "mine/environment/env.yaml": """\
            code: MY-210
            title: a
            why: b
            replaces: K8S-210
            carries: [env]
            ways: [{patch: {pod: {things: {each: env, as: {n: {from: name}}}}}}]
            """,
    }
    text = "services: {web: {image: a, environment: {A: b, C: d}}}"
    made = api.convert(load(text), target="mine", mappings=[write(files)])
    (ours,) = (item for item in made.manifests if item["kind"] == "Ours")
    assert ours["spec"]["of"]["spec"]["things"] == [{"n": "zero"}, {"n": "A"}, {"n": "C"}]
    assert ends(made, "services.web.environment.A")[3] == ["objects.Ours.web.spec.of.spec.things[1]"]
    assert ends(made, "services.web.environment.C")[3] == ["objects.Ours.web.spec.of.spec.things[2]"]
