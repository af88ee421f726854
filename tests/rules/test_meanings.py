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
    assert "the rules for services.web" in str(found.position)


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
