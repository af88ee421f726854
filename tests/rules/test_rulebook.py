"""Rules of a user are laid over those that ship: added, put in the place of one, or taking one away."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING, Any

import pytest

from compose2oam import api
from compose2oam.errors import RuleError, UsageError
from compose2oam.rules.rulebook import Rulebook, load_rulebook

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
    "two rules that write one place beside a list": (
        {"meanings/metadata/a.yaml": TEAM.replace("podLabels.team", "env: []\n      podLabels: {}\n      replicas")},
        "RULE-124",
        "C2O-901 and C2O-080 both write `replicas`",
        "the other is mappings/meanings/hints/replicas.yaml",
    ),
    "two carriers of one field": (
        {"kubevela/deploy/a.yaml": ROLLOUT.replace("replaces: KV-310\n    ", "")},
        "RULE-124",
        "KV-901 and KV-310 both carry `replicas`",
        "the other is mappings/kubevela/deploy/replicas.yaml; let one replace the other",
    ),
    "a rule in a folder that is none of rules": (
        {"meaning/metadata/a.yaml": TEAM},
        "RULE-131",
        "there is no target `meaning`",
        "did you mean `meanings`?",
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


def test_the_second_of_two_writers_is_named_at_its_place(write: Write) -> None:
    """The line of the key below `means`, though its name has a dot."""
    folder = write({"meanings/metadata/a.yaml": TEAM, "meanings/metadata/b.yaml": TEAM.replace("C2O-901", "C2O-902")})
    with pytest.raises(RuleError, match=r"C2O-902 and C2O-901 both write `podLabels\.team`") as caught:
        load_rulebook(overlays=[folder])
    position = caught.value.diagnostics[0].position
    assert position is not None
    assert (pathlib.Path(position.file).name, position.line, position.column) == ("b.yaml", 6, 3)


def test_the_second_of_two_carriers_is_named_at_its_place(write: Write) -> None:
    """The item of `carries`; a carrier of guests meets none of components."""
    beside = ROLLOUT.replace("replaces: KV-310\n    ", "scope: guest\n    ")
    assert load_rulebook(overlays=[write({"kubevela/deploy/a.yaml": beside})])
    text = ROLLOUT.replace("replaces: KV-310\n    ", "").replace("[replicas]", "[extra, replicas]")
    files = {"kubevela/deploy/a.yaml": beside.replace("KV-901", "KV-900"), "kubevela/deploy/b.yaml": text}
    with pytest.raises(RuleError, match="both carry `replicas`") as caught:
        load_rulebook(overlays=[write(files)])
    position = caught.value.diagnostics[0].position
    assert position is not None
    assert (pathlib.Path(position.file).name, position.line, position.column) == ("b.yaml", 4, 18)


def test_two_scopes_may_write_one_place(write: Write) -> None:
    """What a rule writes of a volume is no field of a service."""
    text = "code: C2O-906\ntitle: a\nwhy: b\nscope: volume\nreads: [x-a]\nmeans: {hostname: a}\n"
    assert load_rulebook(overlays=[write({"meanings/metadata/a.yaml": text})])


STARTS = [
    ("reads: [x-a]", "x-a: 1", True),
    ("reads: [x-a]", "x-b: 1", False),
    ("reads: ['x-*']", "x-a: 1", True),
    ("reads: [x-b, 'x-*']", "x-a: 1", True),
    ("reads: ['**']", "hostname: h", True),
    ("reads: [x-b]\n    always: true", "x-a: 1", True),
    ("reads: [x-a]\n    when: '\"x-a\".b'", "x-a: {b: 1}", True),
    ("reads: [x-a]\n    when: '\"x-a\".b'", "x-a: {c: 1}", False),
    ('reads: [x-a]\n    when: \'"x-b".c || "x-a".b\'', "x-a: {b: 1}", True),
    ("reads: [x-a]\n    when: facts.hints.x", "x-a: {b: 1}", False),
]


@pytest.mark.parametrize(("starts", "line", "runs"), STARTS)
def test_when_a_rule_runs(starts: str, line: str, runs: bool, write: Write, load: Load) -> None:
    """Where a key is that it reads, or any key; and where that is, which its condition needs."""
    text = TEAM.replace("reads: [x-team]", starts).replace("{from: '\"x-team\"'}", "red")
    made = api.convert(
        load(f"services: {{web: {{image: a, {line}}}}}"), mappings=[write({"meanings/metadata/a.yaml": text})]
    )
    assert ("'team': 'red'" in repr([item.to_dict() for item in made.application.components])) is runs


def test_what_was_checked_once_is_not_checked_again(
    write: Write, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes from the cache; but not past a file that is in no place for rules, nor after one was changed."""
    monkeypatch.setenv("COMPOSE2OAM_CACHE", str(tmp_path / "cache"))
    folder = write({"meanings/metadata/a.yaml": TEAM})
    first = load_rulebook(overlays=[folder])
    with monkeypatch.context() as patch:
        patch.setattr("compose2oam.rules.rulebook.compile_rule", None)
        assert [rule.code for rule in load_rulebook(overlays=[folder]).rules()] == [rule.code for rule in first.rules()]
    (folder / "meanings" / "metadata" / "a.yml").write_text("a: b")
    with pytest.raises(RuleError, match="not where rules are read"):
        load_rulebook(overlays=[folder])
    (folder / "meanings" / "metadata" / "a.yml").unlink()
    write({"meanings/metadata/a.yaml": TEAM.replace("C2O-901", "C2O-907")})
    assert "C2O-907" in {rule.code for rule in load_rulebook(overlays=[folder]).rules()}


def test_a_rulebook_cannot_be_changed(rulebook: Rulebook) -> None:
    """Conversions in several threads share it."""
    with pytest.raises(AttributeError):
        rulebook.carriers = ()  # type: ignore[misc]
