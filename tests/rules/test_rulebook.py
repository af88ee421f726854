"""Rules of a user are laid over those that ship: added, put in the place of one, or taking one away."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING, Any

import pytest

from compose2oam import api
from compose2oam.errors import RuleError, UsageError
from compose2oam.rules.rulebook import load_rulebook

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Load, Write

pytestmark = pytest.mark.usefixtures("shipped_once")

TEAM = """\
    code: C2O-901
    title: The team of a service
    why: Dashboards sort by it.
    reads: [x-team]
    means:
      podLabels.team: {from: '"x-team"'}
    """
REPLICAS = """\
    code: C2O-902
    title: Never fewer than two
    why: One node may be down.
    replaces: C2O-310
    reads: [deploy.replicas, scale]
    means:
      replicas: 2
    """
ROLLOUT = """\
    code: KV-901
    title: Our own scaler
    why: The platform team has a trait for it.
    replaces: KV-310
    carries: [replicas]
    ways:
    - traits: [{type: our-scaler, properties: {size: {from: replicas}}}]
    """


def test_a_rule_of_a_user_is_added(write: Write, load: Load, component: Callable[..., Any]) -> None:
    """A folder laid out like mappings/ adds its rules to those that ship."""
    folder = write({"meanings/metadata/team.yaml": TEAM})
    project = load("services: {web: {image: a, ports: ['80'], x-team: green}}")
    made = api.convert(project, mappings=[folder])
    assert component(made, "web")["properties"]["labels"] == {"team": "green"}
    assert next(entry for entry in made.entries if "x-team" in entry.path).codes[0] in ("C2O-901", "C2O-800")


def test_replaces_puts_a_rule_in_the_place_of_another(write: Write) -> None:
    """The rule that is replaced no longer runs, and the other stands."""
    codes = {rule.code for rule in load_rulebook(overlays=[write({"meanings/deploy/two.yaml": REPLICAS})]).rules()}
    assert "C2O-902" in codes
    assert "C2O-310" not in codes


def test_a_rule_may_replace_its_own_code(write: Write) -> None:
    """A changed copy of a rule keeps its code, where it says that it replaces it."""
    text = REPLICAS.replace("C2O-902", "C2O-310")
    rules = {rule.code: rule for rule in load_rulebook(overlays=[write({"meanings/deploy/a.yaml": text})]).rules()}
    assert rules["C2O-310"].title == "Never fewer than two"


def test_a_carrier_is_replaced_alike(write: Write, load: Load, trait: Callable[..., Any]) -> None:
    """A platform team with a trait of its own replaces one carrier, and no Python."""
    folder = write({"kubevela/deploy/rollout.yaml": ROLLOUT})
    made = api.convert(load("services: {web: {image: a, deploy: {replicas: 3}}}"), mappings=[folder])
    assert trait(made, "web", "our-scaler") == {"size": 3}
    assert trait(made, "web", "scaler") is None


def test_disable_takes_rules_away(write: Write, load: Load, trait: Callable[..., Any]) -> None:
    """``overlay.yaml`` disables by code; what the rule read is then reported as lost, not forgotten."""
    folder = write({"overlay.yaml": "title: ours\ndisable: [C2O-310]\n"})
    made = api.convert(load("services: {web: {image: a, deploy: {replicas: 3}}}"), mappings=[folder])
    assert trait(made, "web", "scaler") is None
    (entry,) = (entry for entry in made.entries if entry.path[-1] == "replicas")
    assert (entry.outcome.value, entry.codes) == ("dropped", ("C2O-000",))


def test_a_later_overlay_sees_an_earlier_one(tmp_path: pathlib.Path) -> None:
    """Folders are laid over one another in the order in which they are named."""
    for name, text in {"one": TEAM, "two": TEAM.replace("C2O-901", "C2O-903\n    replaces: C2O-901")}.items():
        path = tmp_path / name / "meanings" / "metadata" / "team.yaml"
        path.parent.mkdir(parents=True)
        path.write_text("\n".join(line[4:] for line in text.splitlines()))
    codes = {rule.code for rule in load_rulebook(overlays=[tmp_path / "one", tmp_path / "two"]).rules()}
    assert "C2O-903" in codes
    assert "C2O-901" not in codes
    with pytest.raises(RuleError, match="there is no rule C2O-901 to replace"):
        load_rulebook(overlays=[tmp_path / "two"])


FAULTS = {
    "a code that is taken": (
        {"meanings/metadata/a.yaml": TEAM.replace("C2O-901", "C2O-310")},
        "RULE-122",
        "the code C2O-310 is taken by mappings/meanings/deploy/replicas.yaml",
        "replaces: C2O-310",
    ),
    "nothing to replace": (
        {"meanings/deploy/a.yaml": REPLICAS.replace("C2O-310", "C2O-3100")},
        "RULE-121",
        "there is no rule C2O-3100 to replace",
        "",
    ),
    "nothing to disable": (
        {"overlay.yaml": "disable: [C2O-31O]\n"},
        "RULE-121",
        "there is no rule C2O-31O to disable",
        "did you mean `C2O-",
    ),
    "a misspelt key of an overlay": (
        {"overlay.yaml": "disabled: [C2O-310]\n"},
        "RULE-102",
        "an overlay has no key `disabled`",
        "did you mean `disable`?",
    ),
    "something else than a code": ({"overlay.yaml": "disable: [{code: C2O-310}]\n"}, "RULE-103", "list of texts", ""),
    "a group that the target does not name": (
        {"meanings/metdata/a.yaml": TEAM},
        "RULE-123",
        "the target has no group `metdata`",
        "did you mean `metadata`?",
    ),
    "two rules that write one place": (
        {"meanings/metadata/a.yaml": TEAM.replace("podLabels.team", "replicas")},
        "RULE-124",
        "both write `replicas`",
        "let one of them replace",
    ),
    "no YAML": ({"meanings/metadata/a.yaml": "code: ["}, "CF-101", "", ""),
    "a key twice": ({"meanings/metadata/a.yaml": "code: a\ncode: b\n"}, "CF-103", "", ""),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_overlay_does_not_load(fault: str, write: Write) -> None:
    """What does not fit the rules below it is an error that names the file."""
    files, code, message, hint = FAULTS[fault]
    folder = write(files)
    with pytest.raises(RuleError) as caught:
        load_rulebook(overlays=[folder])
    (found,) = caught.value.diagnostics
    assert found.code == code
    assert message in found.message
    assert hint in found.hint
    assert found.position is not None
    assert str(folder) in found.position.file


def test_two_rules_may_append_to_one_list_and_fill_one_map(write: Write) -> None:
    """Only a place with one value can have one writer: lists grow, and maps take different keys."""
    other = TEAM.replace("C2O-901", "C2O-904").replace("podLabels.team", "podLabels.squad")
    listed = TEAM.replace("C2O-901", "C2O-905").replace("podLabels.team: {from: '\"x-team\"'}", "imagePullSecrets: [a]")
    listed = listed.replace("imagePullSecrets: [a]", "env: [{name: TEAM, value: a}]")
    folder = write(
        {"meanings/metadata/a.yaml": TEAM, "meanings/metadata/b.yaml": other, "meanings/metadata/c.yaml": listed}
    )
    assert {"C2O-901", "C2O-904", "C2O-905"} <= {rule.code for rule in load_rulebook(overlays=[folder]).rules()}


def test_whole_maps_that_differ_meet_when_the_rules_run(write: Write, load: Load) -> None:
    """Two rules that give one key of a map two values are an error that names both, at the project that shows it."""
    text = "code: {}\ntitle: a\nwhy: b\nreads: [x-team]\nmeans: {{podLabels: {{team: {}}}}}\n"
    folder = write(
        {
            "meanings/metadata/a.yaml": text.format("C2O-901", "a"),
            "meanings/metadata/b.yaml": text.format("C2O-902", "b"),
        }
    )
    assert api.convert(load("services: {web: {image: a}}"), mappings=[folder])
    with pytest.raises(RuleError, match=r"C2O-902 gives `podLabels.team` another value than.*C2O-901"):
        api.convert(load("services: {web: {image: a, x-team: green}}"), mappings=[folder])


def test_an_overlay_that_is_no_folder_is_a_mistake_of_the_call(tmp_path: pathlib.Path) -> None:
    """A mistyped --mappings is said as such."""
    with pytest.raises(UsageError, match="nowhere is not a folder of mapping rules"):
        load_rulebook(overlays=[tmp_path / "nowhere"])


def test_an_unknown_target_names_the_known_ones() -> None:
    """So that one need not look for them."""
    with pytest.raises(UsageError, match=r"there is no target `kubevella`; known are: .*kubevela"):
        load_rulebook("kubevella")


def test_a_target_of_a_user(write: Write, load: Load) -> None:
    """A folder may bring a whole target: what it has no carrier for is lost, and said so."""
    groups = load_rulebook().target.meanings
    folder = write(
        {
            "plain/target.yaml": f"""\
                target: plain
                title: Nothing but images
                meanings: [{", ".join(groups)}]
                carriers: [image]
                components: [{{type: worker}}]
                """,
            "plain/image/image.yaml": """\
                code: PL-110
                title: Image
                why: There must be one.
                carries: [image]
                ways: [{properties: {image: {from: image}}}]
                """,
        }
    )
    made = api.convert(load("services: {web: {image: a, hostname: h}}"), target="plain", mappings=[folder])
    assert [part.to_dict() for part in made.application.components] == [
        {"name": "web", "type": "worker", "properties": {"image": "a"}}
    ]
    (entry,) = (entry for entry in made.entries if entry.path[-1] == "hostname")
    assert (entry.outcome.value, entry.say) == ("dropped", "the target has no carrier for `hostname`")


TARGETS = {
    "a misspelt key": ("component: []", "a target has no key `component`", "did you mean `components`?"),
    "a component without a type": ("components: [{when: a}]", "a component type needs a key `type`", ""),
    "a condition that is none": ("components: [{type: a, when: 'b =='}]", "not a JMESPath expression", ""),
    "a helper without a suffix": ("components: [{type: a}]\nhelpers: {volumes: {type: a}}", "a key `suffix`", ""),
    "no component type": ("components: []", "a target needs a component type at least", ""),
    "no components": ("", "a target needs a key `components`", ""),
}


@pytest.mark.parametrize("fault", TARGETS)
def test_a_faulty_target_does_not_load(fault: str, write: Write) -> None:
    """A target is read as strictly as a rule."""
    addition, message, hint = TARGETS[fault]
    folder = write({"mine/target.yaml": f"target: mine\ntitle: a\nmeanings: []\ncarriers: []\n{addition}\n"})
    with pytest.raises(RuleError) as caught:
        load_rulebook("mine", [folder])
    assert message in caught.value.message
    assert hint in caught.value.diagnostics[0].hint


def test_rules_run_by_group_and_then_by_code(rulebook: Any) -> None:
    """The order of the target's groups is the order of the rules; the file names have no say."""
    meanings = rulebook.meanings["service"]
    places = [(rulebook.target.meanings.index(rule.group), rule.code) for rule in meanings]
    assert places == sorted(places)
    carriers = [(rulebook.target.carriers.index(rule.group), rule.code) for rule in rulebook.carriers]
    assert carriers == sorted(carriers)
