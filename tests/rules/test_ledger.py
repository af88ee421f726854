"""The ledger: each line that a user wrote, once, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from compose2oam import api
from compose2oam.model.outcome import Outcome
from compose2oam.rules.ledger import SCOPES, entities, leaves
from compose2oam.rules.shapes import SCOPE_NAMES

if TYPE_CHECKING:
    from conftest import Convert, Load, Write


def ended(made: Any) -> dict[str, str]:
    """How each leaf ended, by its path as people write it."""
    from compose2oam.model.path import render

    return {render(entry.path): entry.outcome.value for entry in made.entries}


def test_each_leaf_has_one_entry_in_the_order_of_the_model(convert: Convert) -> None:
    """Scalars, and what is empty; nothing twice."""
    made = convert("""
        name: demo
        services:
          web:
            image: a
            environment: {A: "1", B: "2"}
            deploy: {}
            command: [x, y]
        """)
    assert list(ended(made)) == [
        "name",
        "services.web.image",
        "services.web.environment.A",
        "services.web.environment.B",
        "services.web.deploy",
        "services.web.command[0]",
        "services.web.command[1]",
    ]


SHORT_FORMS = {
    "ports: ['8080:80']": ["services.web.ports[0]"],
    "ports: ['8080-8082:80-82']": ["services.web.ports"],
    "volumes: ['data:/data:ro']": ["services.web.volumes[0]"],
    "command: run this": ["services.web.command"],
    "healthcheck: {test: run this}": ["services.web.healthcheck.test"],
    "depends_on: [db]": ["services.web.depends_on.db"],
    "environment: ['A=1']": ["services.web.environment.A"],
    "env_file: a.env": ["services.web.env_file"],
    "configs: [site]": ["services.web.configs[0]"],
    "tmpfs: /run": ["services.web.tmpfs"],
}


@pytest.mark.parametrize("line", SHORT_FORMS)
def test_a_short_form_is_one_leaf(line: str, convert: Convert) -> None:
    """What a user wrote in one place is one line of the ledger, however much the long form says."""
    web = f"{{image: a, {line}}}"
    text = f"services: {{db: {{image: a}}, web: {web}}}\nvolumes: {{data: {{}}}}\nconfigs: {{site: {{content: a}}}}"
    made = convert(text, {"a.env": ""})
    found = [path for path in ended(made) if path.startswith("services.web.") and not path.endswith(".image")]
    assert found == SHORT_FORMS[line]


EMPTY = {
    "volumes:\n  data:\n": ("volumes.data", "translated"),
    "volumes: {data: {}}": ("volumes.data", "translated"),
    "networks:\n  n:\n": ("networks.n", "not needed"),
}


@pytest.mark.parametrize("text", EMPTY)
def test_a_bare_name_is_a_leaf(text: str, convert: Convert) -> None:
    """``volumes: {data:}`` says that there is a volume."""
    service = "{image: a, volumes: ['data:/d']}" if "data" in text else "{image: a, networks: [n]}"
    path, outcome = EMPTY[text]
    assert ended(convert(f"services: {{web: {service}}}\n{text}\n"))[path] == outcome


@pytest.mark.parametrize("line", ["ulimits: {}", "logging: {}", "labels: []", "x-any: {}", "x-any: null", "dns: []"])
def test_what_is_empty_is_no_loss(line: str, convert: Convert) -> None:
    """A key without a value says nothing that could get lost."""
    made = convert(f"services: {{web: {{image: a, {line}}}}}")
    assert not any(entry.outcome.is_loss for entry in made.entries)


def test_the_gravest_outcome_wins(convert: Convert) -> None:
    """Where several rules read a line, its entry is the one that matters most, and names all of them."""
    made = convert("services: {web: {image: a, restart: 'on-failure', ports: ['80']}}")
    (entry,) = (entry for entry in made.entries if entry.path[-1] == "restart")
    assert entry.outcome is Outcome.APPROXIMATED
    assert entry.codes[0] == "C2O-331"


def test_what_a_rule_notes_beats_what_it_says(convert: Convert) -> None:
    """A rule that translates a list says of one item that it could not."""
    made = convert("services: {web: {image: a, group_add: [docker, '5']}}")
    found = ended(made)
    assert found["services.web.group_add[0]"] == "dropped"
    assert found["services.web.group_add[1]"] == "translated"


def test_a_note_is_about_its_place_and_what_is_below(convert: Convert) -> None:
    """A whole port ends as its note says; the port beside it does not."""
    made = convert("""
        services:
          web: {image: a, ports: [{target: 80, published: "80", mode: host}, {target: 81}]}
        """)
    found = ended(made)
    assert {found[f"services.web.ports[0].{key}"] for key in ("target", "published", "mode")} == {"approximated"}
    assert found["services.web.ports[1].target"] == "translated"


def test_a_field_that_the_target_lost_is_lost(convert: Convert) -> None:
    """A meaning may write what no component of this kind can say."""
    made = convert("services: {web: {image: a, ports: ['80'], deploy: {mode: replicated-job}}}")
    (entry,) = (entry for entry in made.entries if "ports" in entry.path)
    assert entry.outcome is Outcome.APPROXIMATED
    assert entry.codes[0] == "KV-220"
    assert "makes no Service for its ports" in entry.say


def test_what_the_target_lost_is_not_merely_approximated(load: Load) -> None:
    """That a line would wait for health is no comfort where nothing waits at all."""
    healthy = "db: {image: b, healthcheck: {test: [CMD, up]}}"
    made = api.convert(load(f"services: {{web: {{image: a, depends_on: [db]}}, {healthy}}}"), target="kubernetes")
    (entry,) = (entry for entry in made.entries if "depends_on" in entry.path)
    assert (entry.outcome, entry.codes[0], entry.targets) == (Outcome.DROPPED, "K8S-520", ())
    assert "K8S-520" in {loss.code for loss in made.losses}


def test_what_a_carrier_notes_counts_as_well(convert: Convert) -> None:
    """A target that cannot give a port of the node its number says so, and the line is not simply translated."""
    made = convert("services: {web: {image: a, ports: ['8080:80', '30080:81'], x-oam: {expose: nodeport}}}")
    found = {entry.path[-1]: (entry.outcome, entry.codes[0]) for entry in made.entries if "ports" in entry.path}
    assert found == {0: (Outcome.APPROXIMATED, "KV-224"), 1: (Outcome.TRANSLATED, "C2O-220")}


def test_what_no_rule_reads_is_dropped_and_said(load: Load, write: Write) -> None:
    """The default of the ledger is a loss: a forgotten key cannot pass in silence."""
    folder = write({"overlay.yaml": "disable: [C2O-230]\n"})
    made = api.convert(load("services: {web: {image: a, hostname: h}}"), mappings=[folder])
    (entry,) = (entry for entry in made.entries if entry.path[-1] == "hostname")
    assert (entry.outcome, entry.codes) == (Outcome.DROPPED, ("C2O-000",))
    (found,) = (item for item in made.diagnostics if item.code == "C2O-000")
    assert found.path == ("services", "web", "hostname")
    assert "--mappings" in found.hint


def test_an_anchor_that_two_services_share_is_a_leaf_of_each(convert: Convert) -> None:
    """The text stands once, and says something about both; each gets its entry."""
    made = convert("""
        x-common: &common
          user: app
        services:
          one: {<<: *common, image: a}
          two: {<<: *common, image: a}
        """)
    entries = [entry for entry in made.entries if entry.path[-1] == "user"]
    assert [entry.path[1] for entry in entries if entry.path[0] == "services"] == ["one", "two"]
    assert len({entry.position for entry in entries}) == 1


def test_every_entry_points_to_its_line(convert: Convert) -> None:
    """Line and column of the key, or of the item."""
    made = convert("services:\n  web:\n    image: a\n    ports:\n    - '80'\n    - '81'\n")
    places = {entry.path[2:]: (entry.position.line, entry.position.column) for entry in made.entries}
    assert places[("image",)] == (3, 5)
    assert [places[key] for key in places if key[0] == "ports"] == [(5, 7), (6, 7)]


def test_a_loss_has_no_target_and_a_translation_says_where_it_went(convert: Convert) -> None:
    """``explain`` rests on it."""
    made = convert("services: {web: {image: a, ulimits: {nofile: 5}, hostname: h}}")
    found = {entry.path[2]: entry.targets for entry in made.entries}
    assert found["ulimits"] == ()
    assert found["image"] == (("components", "web", "properties", "image"),)
    patch = ("components", "web", "traits", "json-merge-patch")
    assert found["hostname"] == ((*patch, "spec", "template", "spec", "hostname"),)


def test_what_is_said_is_said_once(convert: Convert) -> None:
    """One reason for several lines is one message."""
    made = convert("services: {web: {image: a, ulimits: {nofile: {soft: 1, hard: 2}, nproc: 3}}}")
    assert len([item for item in made.diagnostics if item.code == "C2O-631"]) == 1


def test_a_component_in_the_place_of_the_translation(convert: Convert) -> None:
    """What ``x-oam.component`` stands for is not needed any more, and not lost."""
    made = convert("services: {web: {image: a, hostname: h, x-oam: {component: {type: ref-objects, properties: {}}}}}")
    found = ended(made)
    assert (found["services.web.image"], found["services.web.hostname"]) == ("not needed", "not needed")


def test_every_marked_place_of_the_tree_is_in_a_leaf(load: Load) -> None:
    """No scalar that carries a position of its own is outside of all leaves."""
    project = load("""
        name: demo
        x-any: {a: [1, {b: 2}]}
        services:
          web:
            image: a
            build: {context: ., args: {A: 1}}
            ports: ["80:80", {target: 1}]
            deploy: {resources: {limits: {cpus: "1"}}, placement: {constraints: [a == b]}}
        networks: {default: {ipam: {config: [{subnet: 10.0.0.0/8}]}}}
        """)
    covered = {leaf.position for place, _, entity in entities(project) for leaf in leaves(place, entity)}
    assert marks(project.tree) <= covered | {None}


def marks(node: Any) -> set[Any]:
    """The positions of all scalars of a tree that a user wrote."""
    found: set[Any] = set()
    if isinstance(node, dict):
        pairs = [(value, node.marks.get(key)) for key, value in node.items()]
    elif isinstance(node, list):
        pairs = list(zip(node, node.marks, strict=True))
    else:
        return found
    for value, mark in pairs:
        if isinstance(value, (dict, list)):
            found |= marks(value)
        else:
            found.add(mark)
    return found


def test_every_section_has_its_scope() -> None:
    """A section of the model without rules to run over it would be forgotten."""
    assert set(SCOPES) == {"services", "volumes", "configs", "secrets", "networks", "models"}
    assert {*SCOPES.values(), "project"} == set(SCOPE_NAMES)


ORDER = ["not needed", "translated", "inferred", "approximated", "dropped", "refused"]


def test_outcomes_are_ordered_from_harmless_to_grave() -> None:
    """And only what is gone counts as a loss."""
    assert [outcome.value for outcome in sorted(Outcome, key=lambda outcome: outcome.rank)] == ORDER
    assert [outcome.value for outcome in Outcome if outcome.is_loss] == ["dropped", "refused"]


def test_a_service_that_no_profile_enables_is_accounted_for(convert: Convert) -> None:
    """Leaving it out is the user's choice: each of its lines says so, and none is a loss."""
    made = convert("services: {web: {image: a}, debug: {image: b, profiles: [debug], ulimits: {nofile: 1}}}")
    entries = [entry for entry in made.entries if entry.path[:2] == ("services", "debug")]
    assert [entry.path[2] for entry in entries] == ["image", "profiles", "ulimits"]
    assert {(entry.outcome, entry.codes, entry.say) for entry in entries} == {
        (Outcome.NOT_NEEDED, ("C2O-723",), "no active profile enables this service")
    }
