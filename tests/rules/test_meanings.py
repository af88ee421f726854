"""Meanings run over each entity in order; what they write meets in the model, or is an error that names them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from entries import entry_at

from compose2oam.api import Conversion
from compose2oam.errors import RuleError
from compose2oam.model.outcome import Outcome
from compose2oam.model.path import render

if TYPE_CHECKING:
    from conftest import Convert, Ours

CONFIG = "{apiVersion: v1, kind: ConfigMap, metadata: {name: mine}, data: {%s}}"


def ends(made: Conversion, path: str) -> tuple[Outcome, str, str]:
    """What became of a line: outcome, first code and why."""
    entry = entry_at(made, path)
    return entry.outcome, entry.codes[0], entry.say


def test_what_is_no_service_knows_the_application(ours: Ours, objects: Callable[..., Any]) -> None:
    """Its name and namespace, for the objects that are made of volumes, configs and networks."""
    data = "app: {from: facts.application}, space: {from: facts.namespace}, alone: {from: to_string(facts.isolating)}"
    rule = f"scope: volume\nreads: [x-mine]\nmeans: {{objects: [{{group: configs, manifest: {CONFIG % data}}}]}}\n"
    text = "services: {web: {image: a, volumes: ['data:/d']}}\nvolumes: {data: {x-mine: yes}}\n"
    (found,) = objects(ours(text, {"meanings/storage/901": rule}), "ConfigMap").values()
    assert found["data"] == {"app": "demo", "space": "demo", "alone": "false"}


def test_a_later_group_sees_what_an_earlier_one_wrote(ours: Ours) -> None:
    """In its condition and in its templates."""
    rules = {
        "meanings/metadata/902": "reads: [x-b]\nalways: true\nwhen: model.hostname == 'h'\n"
        "means: {podLabels: {host: {from: model.hostname}}}\n",
    }
    made = ours("services: {web: {image: a, hostname: h}, db: {image: b, hostname: i}}", rules)
    labelled = {item.name for item in made.application.components if "'host': 'h'" in repr(item.to_dict())}
    assert labelled == {"web"}


def test_lists_grow_and_maps_fill(ours: Ours) -> None:
    """One value is one more item; the parts of a map come from several rules."""
    rules = {
        "meanings/environment/901": "reads: [x-a]\nmeans: {env: {name: ONE, value: {from: '\"x-a\"'}}}\n",
        "meanings/environment/902": "reads: [x-b]\nmeans: {env: [{name: TWO, value: b}, {name: THREE, value: c}]}\n",
        "meanings/metadata/903": "reads: [x-a]\nmeans: {podLabels.one: a, podLabels: {two: b}}\n",
    }
    made = ours("services: {web: {image: a, ports: [80], x-a: a, x-b: b, environment: {ZERO: z}}}", rules)
    (web,) = (item for item in made.application.components if item.name == "web")
    assert {item["name"] for item in web.properties["env"]} == {"ZERO", "ONE", "TWO", "THREE"}
    assert {"one": "a", "two": "b"}.items() <= web.properties["labels"].items()


def labels_of(made: Conversion, name: str) -> dict[str, str]:
    """The labels of the pods of a service, as far as rules of a test gave them."""
    (found,) = (item for item in made.application.components if item.name == name)
    given = found.properties.get("labels") or {}
    for trait in found.traits:
        patch = trait.properties.get("spec", {}).get("template", {}).get("metadata", {})
        given = {**given, **patch.get("labels", {}), **(trait.properties if trait.type == "labels" else {})}
    return {key: value for key, value in given.items() if key in ("one", "two")}


ALIKE = [
    ("when: contains(values(@), 'h')", "one: told", "x-a: h", "x-a: i"),
    ("when: contains(values(@), 'i')", "one: told", "x-a: i", "x-a: h"),
    ('when: \'"x-a" == `"h"`\'', "one: {from: '\"x-b\"'}", "x-a: h, x-b: b", "x-a: i, x-b: b"),
    ('when: \'"x-a" == `"h"`\'', "one: told", "x-a: h, x-b: b", "x-a: i, x-b: b"),
    ("always: true", "one: {from: \"join('', values(@)[?@ == 'h'])\", default: none}", "x-a: h", "x-a: i"),
    ("always: true", 'one: {first: [{when: \'"x-a" == `"h"`\', then: {from: \'"x-b"\'}}]}', "x-a: h, x-b: b", "x-b: b"),
]


@pytest.mark.parametrize(("condition", "label", "first", "second"), ALIKE)
@pytest.mark.parametrize("turned", [False, True])
def test_what_one_service_says_decides_nothing_for_another(
    condition: str, label: str, first: str, second: str, turned: bool, ours: Ours
) -> None:
    """Whatever a rule asks for, and in whichever order the services stand."""
    rule = f"reads: [x-a, x-b]\n{condition}\nmeans: {{podLabels: {{{label}}}}}\n"
    services = [f"web: {{image: a, {first}}}", f"db: {{image: a, {second}}}"]
    text = f"services: {{{', '.join(services[::-1] if turned else services)}, web2: {{image: a, {first}}}}}"
    made = ours(text, {"meanings/metadata/901": rule})
    assert labels_of(made, "web") == labels_of(made, "web2")
    assert bool(labels_of(made, "web").get("one", "")) is True
    assert labels_of(made, "db") in ({}, {"one": ""})


def test_a_field_is_asked_for_anew_once_another_rule_wrote_it(ours: Ours) -> None:
    """Though a rule before had asked for it, too, of services that were alike until then."""
    rules = {
        "meanings/hints/901": "reads: [x-a]\nwhen: model.hostname == 'other'\nmeans: {podLabels: {two: never}}\n",
        "meanings/names/902": "reads: [x-b]\nmeans: {hostname: {from: '\"x-b\"'}}\n",
        "meanings/metadata/903": "reads: [x-a]\nmeans: {podLabels: {one: {from: model.hostname}}}\n",
    }
    made = ours("services: {web: {image: a, x-a: a, x-b: h}, db: {image: a, x-a: a, x-b: i}}", rules, disable="C2O-230")
    assert (labels_of(made, "web"), labels_of(made, "db")) == ({"one": "h"}, {"one": "i"})


YIELDING = {
    "meanings/names/901": "reads: [x-first]\nmeans: {hostname: {from: '\"x-first\"'}}\n",
    "meanings/names/902": "reads: [x-second]\nyields: true\nmeans: {hostname: {from: '\"x-second\"'}}\n",
    "meanings/metadata/903": "reads: [x-third]\nmeans: {podLabels: {one: {from: model.hostname}}}\n",
}


@pytest.mark.parametrize("turned", [False, True])
def test_a_rule_yields_only_where_another_wrote(turned: bool, ours: Ours) -> None:
    """Not for a service that says the same to it, whichever of them comes first."""
    services = ["web: {image: a, x-first: h, x-second: i, x-third: t}", "db: {image: a, x-second: i, x-third: t}"]
    made = ours(f"services: {{{', '.join(services[::-1] if turned else services)}}}", YIELDING, disable="C2O-230")
    assert (labels_of(made, "web"), labels_of(made, "db")) == ({"one": "h"}, {"one": "i"})
    notes = {entry.path[1]: entry.outcome for entry in made.entries if entry.path[-1] == "x-second"}
    assert notes == {"web": Outcome.NOT_NEEDED, "db": Outcome.TRANSLATED}


def test_a_rule_yields_a_key_of_a_map_and_not_the_map(ours: Ours) -> None:
    """Nor a list: those grow. What it writes beside what it yields, it writes."""
    rules = {
        "meanings/metadata/901": "reads: [x-a]\nmeans: {podLabels.one: a, env: [{name: ONE, value: a}]}\n",
        "meanings/metadata/902": "reads: [x-b]\nyields: true\nmeans: "
        "{podLabels.one: b, podLabels.two: b, env: [{name: TWO, value: b}]}\n",
        "meanings/metadata/903": "reads: [x-c]\nyields: true\nmeans: {podLabels.one: c, podLabels.two: c}\n",
        "meanings/metadata/904": "reads: [x-d]\nyields: true\nmeans: {podLabels: {two: b}}\n",
    }
    made = ours("services: {web: {image: a, x-a: a, x-b: b, x-c: c, x-d: d}}", rules)
    assert labels_of(made, "web") == {"one": "a", "two": "b"}
    (web,) = (item for item in made.application.components if item.name == "web")
    assert {item["name"] for item in web.properties["env"]} == {"ONE", "TWO"}
    found = {entry.path[-1]: (entry.outcome, entry.say) for entry in made.entries}
    assert found["x-b"] == (Outcome.TRANSLATED, "")
    assert found["x-c"] == (Outcome.NOT_NEEDED, "MY-901, MY-902 decides it")
    assert found["x-d"][0] is Outcome.TRANSLATED


@pytest.mark.parametrize(
    ("item", "code", "say", "hint"),
    [
        ("{group: volums, manifest: {kind: A, metadata: {name: a}}}", "RULE-127", "no place for objects", "`volumes`"),
        ("{group: zzz, manifest: {kind: A, metadata: {name: a}}}", "RULE-127", "no place for objects", "known are: "),
        ("{group: configs, manifest: {metadata: {name: a}}}", "RULE-127", "needs a kind and a metadata.name", ""),
        ("{group: configs, manifest: {kind: A}}", "RULE-127", "needs a kind and a metadata.name", ""),
        ("{group: configs, manifest: {kind: A, metadata: a}}", "RULE-127", "needs a kind and a metadata.name", ""),
        ("{group: configs, manifest: {kind: A, metadata: {}}}", "RULE-127", "needs a kind and a metadata.name", ""),
        ("{manifest: {kind: A, metadata: {name: a}}}", "RULE-104", "an object needs a key `group`", ""),
        ("{group: configs, manifest: a}", "RULE-103", "must be a mapping", ""),
        ("{group: configs, manifest: {}, more: 1}", "RULE-102", "an object has no key `more`", ""),
        ("text", "RULE-101", "an object must be a mapping", ""),
    ],
)
def test_what_is_no_object_is_an_error(item: str, code: str, say: str, hint: str, ours: Ours) -> None:
    """It says for which part of the project the rules made it."""
    rule = f"reads: [x-mine]\nmeans: {{objects: [{item}]}}\n"
    with pytest.raises(RuleError) as caught:
        ours("services: {web: {image: a, x-mine: yes}}", {"meanings/storage/901": rule})
    (found,) = caught.value.diagnostics
    assert found.code == code
    assert say in found.message
    assert hint in found.hint
    assert str(found.position) == "the rules for services.web:1:1"


def test_two_rules_that_write_two_values_are_named(ours: Ours) -> None:
    """The later one at its own line, the place, and the earlier ones."""
    rules = {
        "meanings/metadata/901": "reads: [x-mine]\nmeans: {podLabels: {team: a}}\n",
        "meanings/metadata/902": "reads: [x-mine]\nmeans: {podLabels: {team: b}}\n",
    }
    with pytest.raises(RuleError, match=r"MY-902 gives `podLabels\.team` another value than .*MY-901") as caught:
        ours("services: {web: {image: a, x-mine: yes}}", rules)
    (found,) = caught.value.diagnostics
    assert (found.code, found.position is not None and found.position.line) == ("RULE-125", 5)


def test_a_function_that_cannot_use_what_it_gets_names_the_rule(ours: Ours) -> None:
    """A rule that hands it another kind of thing is at fault, and not the project."""
    rule = "reads: [x-mine]\nmeans: {podLabels: {size: {from: '\"x-mine\"', by: memory}}}\n"
    with pytest.raises(RuleError) as caught:
        ours("services: {web: {image: a, x-mine: [1, 2]}}", {"meanings/metadata/901": rule})
    (found,) = caught.value.diagnostics
    assert (found.code, "MY-901" in found.message) == ("RULE-126", True)
    assert found.position is not None
    assert found.position.file.endswith("901.yaml")


def test_what_runs_nothing_is_refused(convert: Convert) -> None:
    """Docker hands a provider's service to a program of the laptop; no component stands for it."""
    made = convert("services: {web: {image: a}, idle: {provider: {type: cloud}, labels: {a: b}}}")
    assert "idle" not in {item.name for item in made.application.components}
    assert ends(made, "services.idle.labels.a") == (
        Outcome.REFUSED,
        "C2O-006",
        "nothing says what this service runs",
    )


@pytest.mark.parametrize(
    ("reads", "service", "told"),
    [
        ("x-second", "x-second: two", True),
        ("x-second", "", False),
        ("x-second", "x-second: null", False),
        ("x-second.a", "x-second: {a: b}", True),
        ("x-second.a", "x-second: {c: d}", False),
        ("x-second[].a", "x-second: [{a: b}]", True),
        ("x-second.*", "x-second: {a: b}", True),
        ("x-second.**", "x-second: {a: {b: c}}", True),
        ("x-second.a.b", "x-second: {b: 1}", False),
    ],
)
def test_who_yields_says_so_of_lines_that_are_there(reads: str, service: str, told: bool, ours: Ours) -> None:
    """A rule that runs always has nothing to say of a project without its keys."""
    rules = {
        "meanings/network/901": "reads: [x-first]\nmeans: {hostname: {from: '\"x-first\"'}}\n",
        "meanings/network/902": f"reads: ['{reads}']\nalways: true\nyields: true\nmeans: {{hostname: second}}\n",
    }
    made = ours(f"services: {{web: {{image: a, x-first: one, {service}}}}}", rules, disable="C2O-230")
    notes = {(entry.outcome, entry.say) for entry in made.entries if render(entry.path).startswith("services.web.x-s")}
    assert ((Outcome.NOT_NEEDED, "MY-901 decides it") in notes) is told


def test_an_object_belongs_to_the_line_that_it_was_made_of(convert: Convert) -> None:
    """A mounted file becomes a ConfigMap, which the other lines of the service have no part in."""
    made = convert("services: {web: {image: a, volumes: ['./a.conf:/etc/a.conf']}}", {"a.conf": "x"})
    assert any(target[:2] == ("objects", "ConfigMap") for target in entry_at(made, "services.web.volumes[0]").targets)
    assert [render(target) for target in entry_at(made, "services.web.image").targets] == [
        "components.web.properties.image"
    ]
