"""A target of a user extends another: what it does not say is as there, and its carriers are laid over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from compose2oam import api
from compose2oam.errors import RuleError
from compose2oam.rules.rule import Meaning
from compose2oam.rules.rulebook import load_rulebook

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Load, Write

pytestmark = pytest.mark.usefixtures("shipped_once")

MINE = "target: mine\nextends: kubevela\n"
DATABASE = MINE + "components: [{type: database, when: \"starts_with(image, 'postgres')\", closed: true}]\n"
SCALER = """\
    code: MY-310
    title: Our own scaler
    why: The platform team has a trait for it.
    replaces: KV-310
    carries: [replicas]
    ways:
    - traits: [{type: our-scaler, properties: {size: {from: replicas}}}]
    """
DATABASE_IMAGE = """\
    code: MY-110
    title: The version of a database
    why: It is all that the operator wants to know.
    carries: [image]
    ways:
    - for: [database]
      properties: {version: {from: image, by: image_tag}}
    """


def test_what_it_does_not_say_is_as_in_the_other(write: Write) -> None:
    """Groups, types, traits, helpers and documents."""
    ours = load_rulebook("mine", [write({"mine/target.yaml": MINE})]).target
    theirs = load_rulebook().target
    assert (ours.name, theirs.name) == ("mine", "kubevela")
    assert ours.title == theirs.title
    for part in ("meanings", "carriers", "traits", "documents", "helpers"):
        assert getattr(ours, part) == getattr(theirs, part)
    assert [item.type for item in ours.components] == [item.type for item in theirs.components]


def test_its_lists_stand_in_the_place_of_the_others_and_its_helpers_beside(write: Write) -> None:
    """An order is given in full or not at all."""
    text = MINE + "title: ours\ntraits: [labels, scaler]\nhelpers: {routes: {type: k8s-objects, suffix: routes}}\n"
    target = load_rulebook("mine", [write({"mine/target.yaml": text})]).target
    assert (target.title, target.traits) == ("ours", ("labels", "scaler"))
    assert {"volumes", "configs", "network", "routes"} <= set(target.helpers)


def test_its_component_types_come_first(write: Write, load: Load, component: Callable[..., Any]) -> None:
    """So that one with a condition takes some workloads, and one without takes all."""
    folder = write({"mine/target.yaml": DATABASE, "mine/image/version.yaml": DATABASE_IMAGE})
    project = load("services: {db: {image: 'postgres:16'}, web: {image: 'a:1', ports: ['80']}}")
    made = api.convert(project, target="mine", mappings=[folder])
    assert component(made, "db") == {"name": "db", "type": "database", "properties": {"version": "16"}}
    assert component(made, "web")["type"] == "webservice"
    assert component(made, "web")["properties"]["image"] == "a:1"


def test_a_closed_type_takes_only_what_names_it(write: Write, load: Load) -> None:
    """All else is reported as lost, line by line; that it waits for others it can say like any component."""
    folder = write({"mine/target.yaml": DATABASE, "mine/image/version.yaml": DATABASE_IMAGE})
    project = load("""\
        services:
          db:
            image: postgres:16
            hostname: h
            command: [postgres, -c, a=b]
            environment: {A: b}
            deploy: {replicas: 2}
            depends_on: {web: {condition: service_healthy}}
          web: {image: a}
        """)
    made = api.convert(project, target="mine", mappings=[folder])
    (db,) = (item.to_dict() for item in made.application.components if item.name == "db")
    assert db == {"name": "db", "type": "database", "dependsOn": ["web"], "properties": {"version": "16"}}
    lost = {entry.path[2:]: entry.say for entry in made.entries if entry.outcome.value == "dropped"}
    assert lost == {
        ("hostname",): "`database` has no place for `hostname`",
        ("command", 0): "`database` has no place for `args`",
        ("command", 1): "`database` has no place for `args`",
        ("command", 2): "`database` has no place for `args`",
        ("environment", "A"): "`database` has no place for `env`",
        ("deploy", "replicas"): "`database` has no place for `replicas`",
    }


def test_carriers_of_the_other_are_replaced_and_taken_away(write: Write, load: Load, trait: Callable[..., Any]) -> None:
    """For this target alone: the other is as it was."""
    folder = write(
        {
            "mine/target.yaml": MINE + "disable: [KV-222]\n",
            "mine/deploy/scaler.yaml": SCALER,
            "overlay.yaml": "title: a\n",
        }
    )
    project = load("services: {web: {image: a, ports: ['80'], deploy: {replicas: 3}}, worker: {image: a}}")
    ours = api.convert(project, target="mine", mappings=[folder])
    theirs = api.convert(project, mappings=[folder])
    assert (trait(ours, "web", "our-scaler"), trait(ours, "web", "scaler")) == ({"size": 3}, None)
    assert (trait(theirs, "web", "our-scaler"), trait(theirs, "web", "scaler")) == (None, {"replicas": 3})
    assert "KV-222" not in {rule.code for rule in load_rulebook("mine", [folder]).rules()}


def test_a_chain_is_laid_over_from_its_end(write: Write, load: Load, trait: Callable[..., Any]) -> None:
    """The rules of the farthest first; the nearest has the last word."""
    last = SCALER.replace("MY-310", "LAST-310").replace("KV-310", "MY-310").replace("our-scaler", "last-scaler")
    folder = write(
        {
            "mine/target.yaml": MINE + "traits: [scaler]\n",
            "mine/deploy/scaler.yaml": SCALER,
            "last/target.yaml": "target: last\nextends: mine\n",
            "last/deploy/scaler.yaml": last,
        }
    )
    project = load("services: {web: {image: a, ports: ['80'], deploy: {replicas: 3}}}")
    assert trait(api.convert(project, target="last", mappings=[folder]), "web", "last-scaler") == {"size": 3}
    assert trait(api.convert(project, target="mine", mappings=[folder]), "web", "our-scaler") == {"size": 3}
    assert load_rulebook("last", [folder]).target.traits == ("scaler",)


def test_a_target_may_extend_the_one_of_its_name_below(write: Write, load: Load, component: Callable[..., Any]) -> None:
    """Then it is what everybody gets who does not name a target."""
    text = "target: kubevela\nextends: kubevela\ncomponents: [{type: statefulset, when: \"image == 'redis'\"}]\n"
    made = api.convert(load("services: {cache: {image: redis}}"), mappings=[write({"kubevela/target.yaml": text})])
    assert component(made, "cache")["type"] == "statefulset"


def test_two_carriers_may_share_a_field_between_component_types(
    write: Write, load: Load, trait: Callable[..., Any]
) -> None:
    """Each for its own; that one has no way is no loss where the other has."""
    text = SCALER.replace("replaces: KV-310\n    ", "").replace("- traits", "- for: [daemon]\n      traits")
    folder = write({"kubevela/deploy/scaler.yaml": text})
    project = load("services: {web: {image: a, ports: ['80'], deploy: {replicas: 3}}}")
    made = api.convert(project, mappings=[folder])
    assert trait(made, "web", "scaler") == {"replicas": 3}
    (entry,) = (entry for entry in made.entries if entry.path[-1] == "replicas")
    assert entry.outcome.value == "translated"
    with pytest.raises(RuleError, match="MY-310 and KV-310 both carry `replicas`"):
        load_rulebook(overlays=[write({"kubevela/deploy/scaler.yaml": text.replace("daemon", "worker")})])


def test_a_rule_yields_where_the_one_that_it_replaces_did(write: Write) -> None:
    """So a replacement need not know of hints that come before it."""
    text = "code: C2O-901\ntitle: a\nwhy: b\nreplaces: {}\nreads: [deploy.replicas, scale]\nmeans: {{replicas: 2}}\n"
    rules = {rule.code: rule for rule in load_rulebook().rules()}
    replaced = {
        rule.code: rule
        for rule in load_rulebook(overlays=[write({"meanings/deploy/a.yaml": text.format("C2O-310")})]).rules()
    }
    ours, theirs = replaced["C2O-901"], rules["C2O-310"]
    assert isinstance(ours, Meaning)
    assert isinstance(theirs, Meaning)
    assert ours.yields == theirs.yields
