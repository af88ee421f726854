"""The ledger and the verdicts by themselves: rules say this, carriers say that, and a line becomes one thing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from compose2oam.diagnostics import Diagnostic, Severity
from compose2oam.model.entry import Entry
from compose2oam.model.outcome import Outcome
from compose2oam.model.path import Path, render
from compose2oam.rules.ledger import Ledger
from compose2oam.rules.patterns import Patterns, parse_pattern

if TYPE_CHECKING:
    from conftest import Load

WEB: Path = ("services", "web")
IMAGE = (*WEB, "image")
LABEL = (*WEB, "labels", "a")
TEXT = "services: {web: {image: i, labels: {a: one, b: two}, ports: ['80:81'], x-none: , x-empty: []}, db: {image: d}}"


class Says(NamedTuple):
    """What a rule reads, and what it says of it."""

    reads: str
    outcome: Outcome = Outcome.TRANSLATED
    say: str = ""
    hint: str = ""
    severity: Severity | None = None
    fields: tuple[str, ...] = ()
    code: str = ""


class Judged(NamedTuple):
    """What became of the lines, by their paths, and what there is to say."""

    entries: dict[str, Entry]
    diagnostics: tuple[Diagnostic, ...]


Judge = Callable[..., Judged]


@pytest.fixture
def judge(load: Load) -> Judge:
    """Judge the lines of a project by rules over the service `web`, after something else was taken down."""

    def run(rules: dict[str, Says], then: Callable[[Ledger], Any] = bool, text: str = TEXT) -> Judged:
        ledger = Ledger(load(text))
        ledger.ran(WEB, [rule._replace(code=code) for code, rule in rules.items()])
        then(ledger)
        patterns = {"service": Patterns((code, parse_pattern(rule.reads, None)) for code, rule in rules.items())}
        entries = ledger.close(patterns)
        return Judged({render(entry.path): entry for entry in entries}, ledger.diagnostics(entries))

    return run


@pytest.mark.parametrize(
    ("rules", "code", "about"),
    [
        ({"A-1": Says("labels"), "B-1": Says("labels", Outcome.APPROXIMATED, "nearly")}, "B-1", (*WEB, "labels")),
        ({"A-1": Says("labels", Outcome.APPROXIMATED, "nearly"), "B-1": Says("labels")}, "A-1", (*WEB, "labels")),
        ({"A-1": Says("labels"), "B-1": Says("labels.a")}, "B-1", LABEL),
        ({"A-1": Says("labels.a"), "B-1": Says("labels")}, "A-1", LABEL),
        ({"A-1": Says("labels.a"), "B-1": Says("labels.a")}, "A-1", LABEL),
        ({"A-1": Says("labels"), "B-1": Says("labels", fields=("env",))}, "B-1", (*WEB, "labels")),
        ({"A-1": Says("labels", fields=("env",)), "B-1": Says("labels")}, "A-1", (*WEB, "labels")),
        ({"A-1": Says("labels.a"), "B-1": Says("labels", fields=("env",))}, "A-1", LABEL),
    ],
    ids=[
        "the graver one",
        "whichever is first",
        "the one that names the line",
        "that one if it is first",
        "the first of two that name it",
        "the one that writes something",
        "that one if it is first, too",
        "rather the one that names it than one that writes",
    ],
)
def test_which_of_two_rules_is_told(rules: dict[str, Says], code: str, about: Path, judge: Judge) -> None:
    """It leads the codes, which name the other as well, and its place is what the entry is about."""
    for then in (bool, lambda ledger: ledger.note((*WEB, "image"), "A-1", Outcome.TRANSLATED, "")):
        entry = judge(rules, then).entries["services.web.labels.a"]
        assert (entry.codes, entry.about) == ((code, *({"A-1", "B-1"} - {code})), about)


def test_a_rule_that_did_not_run_has_no_word(judge: Judge) -> None:
    """It reads the line, and its condition did not hold."""
    made = judge({"A-1": Says("image")})
    assert made.entries["services.web.image"].codes == ("A-1",)
    assert made.entries["services.db.image"].codes == ("C2O-000",)
    assert made.entries["services.db.image"].outcome is Outcome.DROPPED


@pytest.mark.parametrize(
    ("rule", "severity"),
    [
        (Says("image"), Severity.INFO),
        (Says("image", Outcome.APPROXIMATED, "nearly"), Outcome.APPROXIMATED.severity),
        (Says("image", Outcome.APPROXIMATED, "nearly", severity=Severity.ERROR), Severity.ERROR),
        (Says("image", Outcome.DROPPED, "gone", severity=Severity.ERROR), Severity.ERROR),
        (Says("image", Outcome.DROPPED, "gone"), Outcome.DROPPED.severity),
    ],
)
def test_how_much_a_word_of_a_rule_matters(rule: Says, severity: Severity, judge: Judge) -> None:
    """As much as it says itself, else as much as its outcome."""
    entry = judge({"A-1": rule}).entries["services.web.image"]
    assert (entry.outcome, entry.say, entry.hint, entry.severity) == (rule.outcome, rule.say, "", severity)


def test_what_is_told_of_a_rule_is_a_remark_of_its_place(judge: Judge) -> None:
    """With its code, its hint and the position in the file; nothing is told of what has no word."""
    rules = {"A-1": Says("labels", Outcome.APPROXIMATED, "nearly", "do this"), "B-1": Says("image")}
    (found,) = (item for item in judge(rules).diagnostics if item.code != "C2O-000")
    assert (found.code, found.message, found.hint, found.path) == ("A-1", "nearly", "do this", (*WEB, "labels"))
    assert found.position is not None
    assert (found.position.line, found.position.column) == (1, 28)


def test_a_note_without_a_word_is_not_told(judge: Judge) -> None:
    """It decides what becomes of the line all the same; and what two say of one place in one way is told once."""

    def notes(ledger: Ledger) -> None:
        ledger.note(IMAGE, "A-1", Outcome.APPROXIMATED, "")
        ledger.note(LABEL, "KV-1", Outcome.APPROXIMATED, "nearly", severity=Severity.ERROR)
        ledger.note(LABEL, "KV-1", Outcome.APPROXIMATED, "nearly", "again")

    made = judge({"A-1": Says("image"), "B-1": Says("labels")}, notes)
    assert made.entries["services.web.image"].outcome is Outcome.APPROXIMATED
    (found,) = (item for item in made.diagnostics if item.code != "C2O-000")
    assert (found.code, found.hint, found.severity, found.path) == ("KV-1", "", Severity.ERROR, LABEL)


def test_no_password_is_in_what_is_told(judge: Judge) -> None:
    """A rule that quotes a URL of the project does not quote the password in it."""
    made = judge(
        {"A-1": Says("image")},
        lambda ledger: ledger.note(IMAGE, "A-1", Outcome.DROPPED, "see https://me:hunter2@example.com/"),
    )
    assert "hunter2" not in repr(made)
    assert "example.com" in made.entries["services.web.image"].say


@pytest.mark.parametrize(
    ("notes", "expected"),
    [
        ([(IMAGE, Outcome.DROPPED, "one")], "one"),
        ([(WEB, Outcome.DROPPED, "all")], "all"),
        ([((), Outcome.DROPPED, "everything")], ""),
        ([(WEB, Outcome.DROPPED, "all"), (IMAGE, Outcome.TRANSLATED, "one")], "one"),
        ([(IMAGE, Outcome.TRANSLATED, "one"), (WEB, Outcome.DROPPED, "all")], "one"),
        ([(IMAGE, Outcome.DROPPED, "one"), (IMAGE, Outcome.TRANSLATED, "two")], "one"),
        ([(IMAGE, Outcome.TRANSLATED, "one"), (IMAGE, Outcome.DROPPED, "two")], "two"),
        ([(IMAGE, Outcome.DROPPED, "one"), (IMAGE, Outcome.DROPPED, "two")], "one"),
        ([(LABEL, Outcome.DROPPED, "another")], "plain"),
    ],
)
def test_which_word_of_a_rule_counts_for_a_line(
    notes: list[tuple[Path, Outcome, str]], expected: str, judge: Judge
) -> None:
    """The one that names the line most exactly; of those the gravest; of those the first; else what it always says."""

    def then(ledger: Ledger) -> None:
        for path, outcome, say in notes:
            ledger.note(path, "A-1", outcome, say)

    entry = judge({"A-1": Says("image", say="plain")}, then).entries["services.web.image"]
    assert entry.say == (expected or "plain")


@pytest.mark.parametrize(
    ("path", "outcome", "heard"),
    [
        (IMAGE, Outcome.APPROXIMATED, True),
        (IMAGE, Outcome.TRANSLATED, False),
        (WEB, Outcome.APPROXIMATED, False),
        (WEB, Outcome.REFUSED, True),
        (LABEL, Outcome.REFUSED, False),
    ],
    ids=["of the line", "not graver", "of the whole", "a loss of the whole", "of another line"],
)
def test_what_a_carrier_says_of_a_line(path: Path, outcome: Outcome, heard: bool, judge: Judge) -> None:
    """It counts where it is graver than what the rules say; of a whole service, only where that is lost."""
    rules = {"A-1": Says("image", Outcome.INFERRED, "of the rule", "h")}
    entry = judge(rules, lambda ledger: ledger.note(path, "KV-1", outcome, "of the carrier", "k")).entries[
        "services.web.image"
    ]
    assert (entry.outcome, entry.say, entry.hint, entry.about) == (
        (outcome, "of the carrier", "k", path) if heard else (Outcome.INFERRED, "of the rule", "h", IMAGE)
    )
    assert entry.codes[0] == ("KV-1" if heard else "A-1")


def test_the_graver_of_two_words_of_carriers_counts(judge: Judge) -> None:
    """And the first of two that are as grave; both are named."""

    def then(ledger: Ledger) -> None:
        ledger.note(IMAGE, "KV-1", Outcome.APPROXIMATED, "one")
        ledger.note(IMAGE, "KV-2", Outcome.DROPPED, "two")
        ledger.note(WEB, "KV-3", Outcome.DROPPED, "three")

    entry = judge({"A-1": Says("image")}, then).entries["services.web.image"]
    assert (entry.codes, entry.say) == (("KV-3", "A-1", "KV-1", "KV-2"), "three")


@pytest.mark.parametrize(
    ("said", "lost", "written", "outcome", "say"),
    [
        (None, {"replicas": Outcome.DROPPED}, [], Outcome.DROPPED, "no replicas"),
        (None, {"env": Outcome.DROPPED}, [], Outcome.TRANSLATED, ""),
        (None, {"replicas": Outcome.DROPPED}, ["cpu"], Outcome.APPROXIMATED, "no replicas"),
        (None, {"replicas": Outcome.DROPPED}, ["env"], Outcome.DROPPED, "no replicas"),
        (None, {"replicas": Outcome.NOT_NEEDED}, ["cpu"], Outcome.NOT_NEEDED, "no replicas"),
        (None, {"replicas": Outcome.DROPPED, "cpu": Outcome.REFUSED}, [], Outcome.REFUSED, "no cpu"),
        (None, {"replicas": Outcome.REFUSED, "cpu": Outcome.DROPPED}, [], Outcome.REFUSED, "no replicas"),
        (None, {"replicas": Outcome.DROPPED, "cpu": Outcome.DROPPED}, ["cpu"], Outcome.DROPPED, "no replicas"),
        (Outcome.NOT_NEEDED, {"replicas": Outcome.DROPPED}, [], Outcome.NOT_NEEDED, "noted"),
        (Outcome.DROPPED, {"replicas": Outcome.REFUSED}, [], Outcome.DROPPED, "noted"),
        (Outcome.APPROXIMATED, {"replicas": Outcome.DROPPED}, [], Outcome.DROPPED, "no replicas"),
        (Outcome.APPROXIMATED, {"replicas": Outcome.DROPPED}, ["cpu"], Outcome.APPROXIMATED, "noted"),
        (Outcome.INFERRED, {"replicas": Outcome.NOT_NEEDED}, [], Outcome.INFERRED, "noted"),
    ],
)
def test_a_field_that_the_target_cannot_say(
    said: Outcome | None, lost: dict[str, Outcome], written: list[str], outcome: Outcome, say: str, judge: Judge
) -> None:
    """Its line is lost with it, the gravest loss first; in part, where another field of the rule is said.

    What the rule itself calls lost, or not needed, stays so.
    """

    def then(ledger: Ledger) -> None:
        if said is not None:
            ledger.note(IMAGE, "A-1", said, "noted")
        for field, how in lost.items():
            ledger.lost(WEB, field, "KV-1", how, f"no {field}")
        for field in written:
            ledger.carried(WEB, field, ("there", field))

    entry = judge({"A-1": Says("image", fields=("replicas", "cpu"))}, then).entries["services.web.image"]
    assert (entry.outcome, entry.say, entry.hint) == (outcome, say, "")
    assert entry.codes == (("KV-1", "A-1") if say.startswith("no ") else ("A-1",))


@pytest.mark.parametrize(
    ("made", "outcome"),
    [(LABEL, Outcome.APPROXIMATED), (("services", "db", "image"), Outcome.DROPPED), (("x-a", "b"), Outcome.DROPPED)],
)
def test_objects_that_were_made_of_a_service_say_a_part_of_it(made: Path, outcome: Outcome, judge: Judge) -> None:
    """What was made of another service, or of the project, does not."""

    def then(ledger: Ledger) -> None:
        ledger.lost(WEB, "objects", "KV-1", Outcome.DROPPED, "no place")
        ledger.made(made, ("objects", "ConfigMap", "a"))

    entry = judge({"A-1": Says("image", fields=("objects",))}, then).entries["services.web.image"]
    assert entry.outcome is outcome


@pytest.mark.parametrize(
    ("path", "label", "image"),
    [
        (LABEL, [("o",)], [("e",)]),
        ((*WEB, "labels"), [("o",)], [("e",)]),
        (WEB, [("o",)], [("o",)]),
        (("services",), [("o",)], [("o",)]),
        ((*LABEL, "deeper"), [("e",)], [("e",)]),
        (("services", "db"), [("e",)], [("e",)]),
    ],
)
def test_where_a_line_went_exactly(path: Path, label: list[Path], image: list[Path], judge: Judge) -> None:
    """What was made of a place was made of each line in it; of the others only the field is known."""

    def then(ledger: Ledger) -> None:
        ledger.made(path, ("o",))
        ledger.carried(WEB, "env", ("e",))

    rules = {"A-1": Says("labels", fields=("env",)), "B-1": Says("image", fields=("env",))}
    found = judge(rules, then).entries
    assert [*found["services.web.labels.a"].targets] == label
    assert [*found["services.web.image"].targets] == image


def test_a_line_goes_wherever_its_fields_go(judge: Judge) -> None:
    """Of several rules, to several places, each once; what is not needed goes nowhere."""

    def then(ledger: Ledger) -> None:
        for field, target in (("env", "a"), ("env", "b"), ("cpu", "b"), ("cpu", "c"), ("replicas", "d")):
            ledger.carried(WEB, field, (target,))
        ledger.follow(("services", "db"), "env", WEB)
        ledger.follow(("services", "db"), "nothing", WEB)
        ledger.ran(("services", "db"), [Says("image", fields=("env",), code="A-1")])

    rules = {
        "A-1": Says("image", fields=("env", "env")),
        "B-1": Says("image", fields=("cpu",)),
        "D-1": Says("image", Outcome.NOT_NEEDED, fields=("replicas",)),
    }
    found = judge(rules, then).entries
    assert found["services.web.image"].targets == (("a",), ("b",), ("c",))
    assert found["services.db.image"].targets == (("a",), ("b",))


@pytest.mark.parametrize("outcome", [Outcome.NOT_NEEDED, Outcome.DROPPED, Outcome.REFUSED])
@pytest.mark.parametrize("noted", [False, True])
def test_what_is_lost_or_not_needed_goes_nowhere(outcome: Outcome, noted: bool, judge: Judge) -> None:
    """Even where its field was written: that came from another line."""

    def then(ledger: Ledger) -> None:
        ledger.carried(WEB, "env", ("a",))
        if noted:
            ledger.note(IMAGE, "A-1", outcome, "so")

    rule = Says("image", fields=("env",)) if noted else Says("image", outcome, "so", fields=("env",))
    assert judge({"A-1": rule}, then).entries["services.web.image"].targets == ()


@pytest.mark.parametrize(("made", "targets"), [(True, (("exactly",), ("b",))), (False, (("a",), ("b",)))])
def test_a_short_form_goes_where_each_of_its_parts_goes(made: bool, targets: tuple[Path, ...], judge: Judge) -> None:
    """It is one line, of which one rule reads the one number, and one the other."""

    def then(ledger: Ledger) -> None:
        ledger.carried(WEB, "env", ("a",))
        ledger.carried(WEB, "cpu", ("b",))
        if made:
            ledger.made((*WEB, "ports", 0, "target"), ("exactly",))

    rules = {
        "A-1": Says("ports[].target", fields=("env",)),
        "B-1": Says("ports[].published", fields=("cpu",)),
    }
    entry = judge(rules, then).entries["services.web.ports[0]"]
    assert entry.targets == targets
    assert set(entry.codes) == {"A-1", "B-1"}


@pytest.mark.parametrize("key", ["x-none", "x-empty"])
@pytest.mark.parametrize(
    "rules",
    [{}, {"A-1": Says("x-none", Outcome.DROPPED, "gone"), "B-1": Says("x-empty", Outcome.DROPPED, "gone")}],
    ids=["no rule", "a rule that loses it"],
)
@pytest.mark.parametrize("noted", [False, True])
def test_what_says_nothing_is_no_loss(key: str, rules: dict[str, Says], noted: bool, judge: Judge) -> None:
    """Whatever a rule would make of a value there."""

    def then(ledger: Ledger) -> None:
        if noted:
            ledger.note(LABEL, "KV-1", Outcome.APPROXIMATED, "so")

    entry = judge(rules, then).entries[f"services.web.{key}"]
    assert (entry.outcome, entry.codes[0], entry.say) == (Outcome.NOT_NEEDED, "C2O-000", "it says nothing")
    assert (entry.severity, entry.hint, entry.about) == (Severity.INFO, "", (*WEB, key))


def test_services_with_other_rules_are_judged_by_their_own(judge: Judge) -> None:
    """Two that have the same lines, of which one started a rule that the other did not."""
    ours = Says("image", say="ours", code="A-1")
    other = Says("image", Outcome.APPROXIMATED, "other", code="B-1")
    found = judge({"A-1": ours, "B-1": other}, lambda ledger: ledger.ran(("services", "db"), [ours])).entries
    assert (found["services.web.image"].say, found["services.db.image"].say) == ("other", "ours")


def test_a_rule_that_reads_a_part_of_a_line_is_told_rather_than_a_carrier(judge: Judge) -> None:
    """Where the one is as grave as the other: a link implies a dependency, of which a rule says something."""

    def then(ledger: Ledger) -> None:
        ledger.note((*WEB, "links", 0), "KV-1", Outcome.APPROXIMATED, "of the carrier")

    text = "services: {web: {image: i, links: [db]}, db: {image: d}}"
    found = judge({"A-1": Says("depends_on", Outcome.APPROXIMATED, "of the rule")}, then, text).entries
    assert found["services.web.links[0]"].say == "of the rule"
    assert set(found["services.web.links[0]"].codes) == {"A-1", "KV-1"}


def test_what_a_rule_says_of_a_key_of_the_project(load: Load) -> None:
    """Its path is as short as a path can be."""
    ledger = Ledger(load("name: demo\nservices: {web: {image: a}}"))
    ledger.ran((), [Says("name", code="A-1")])
    ledger.note(("name",), "A-1", Outcome.APPROXIMATED, "nearly")
    entries = ledger.close({"project": Patterns([("A-1", ("name",))])})
    assert [(entry.outcome, entry.say) for entry in entries if entry.path == ("name",)] == [
        (Outcome.APPROXIMATED, "nearly")
    ]
